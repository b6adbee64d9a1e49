import type { NodeMove } from '../../schema/generated/network.ts';
import type { AgentHomeRow, MoveRow, RegistryTables } from '../../subgraphs/registry/database.ts';
import type { Kysely } from 'kysely';
import { findCheckpoint, keepCheckpoint } from '../../subgraphs/registry/checkpoints.ts';
import { findMove, findOpenMoves } from '../../subgraphs/registry/move-rows.ts';
import type { Registry } from '../../subgraphs/registry/registry.ts';
import { limits } from '../../schema/limits.ts';
import type { MoveRegistry } from './move-registry.ts';

export interface LocalMoveRegistryOptions {
  readonly db: Kysely<RegistryTables>;
  readonly registry: Pick<Registry, 'moves' | 'directory'>;
  /** The initial node's id. */
  readonly node: string;
  readonly onFault: (error: unknown) => void;
}

/** The registry as the initial node asks it, which has it. */
export function createLocalMoveRegistry(options: LocalMoveRegistryOptions): MoveRegistry {
  const { db, registry, node, onFault } = options;
  const { moves, directory } = registry;
  const isPart = ({ source, target, spool }: MoveRow): boolean => [source, target, spool].includes(node);
  return {
    begin: async ({ id, agent, to }) => toMove(await moves.begin({ id, agent, source: node, target: to })),
    progress: async (id, reached) => toMove(await moves.progress(id, { node, ...reached })),
    commit: async (id) => toMove(await moves.commit(id, node)),
    confirm: async (id) => toMove(await moves.confirm(id, node)),
    abort: async (id, reason) => toMove(await moves.abort(id, node, reason)),
    find: async (id) => {
      const row = await findMove(db, id);
      return row && isPart(row) ? toMove(row) : undefined;
    },
    agentsHere: async () => {
      const homes: AgentHomeRow[] = [];
      for (;;) {
        const page = await directory.listHomes(node, homes.at(-1)?.agent_id ?? '');
        homes.push(...page);
        if (page.length < limits.maxPageSize)
          return homes.map(({ agent_id: agent, epoch }) => ({ agent, node, epoch }));
      }
    },
    checkpoint: async (agent) => {
      const row = await findCheckpoint(db, agent);
      return row?.data;
    },
    keepCheckpoint: (checkpoint) =>
      keepCheckpoint(db, node, { ...checkpoint, now: new Date().toISOString() }),
    onMove: (listener) => {
      const stop = moves.changes.listen((row) => {
        if (isPart(row)) listener(toMove(row));
      });
      findOpenMoves(db, node).then((rows) => {
        for (const row of rows) listener(toMove(row));
      }, onFault);
      return stop;
    },
  };
}

function toMove(row: MoveRow): NodeMove {
  return {
    id: row.move_id,
    agent: row.agent_id,
    epoch: row.epoch,
    source: row.source,
    target: row.target,
    spool: row.spool,
    state: row.state,
    step: row.step,
    copies: row.copies,
    copySha256: row.copy_sha256,
    restSha256: row.rest_sha256,
    isTakeover: row.is_takeover === 1,
    reason: row.reason,
  };
}
