import type { NodeKey } from '../../identity/node-key.ts';
import type { AgentMover } from '../../subgraphs/traffic/resolvers.ts';
import type { Traffic } from '../../subgraphs/traffic/traffic.ts';
import type { World } from '../../subgraphs/world/subgraph.ts';
import { openSftp } from '../../tunnel/sftp-client.ts';
import { type Spool, createSpool } from '../../tunnel/spool.ts';
import { limits } from '../../schema/limits.ts';
import { asError } from '../../wire/as-error.ts';
import { codedError } from '../../wire/coded-error.ts';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import type { NodeDatabase } from '../open-tables.ts';
import { startCheckpoints } from './checkpoints.ts';
import { createMovingWorld } from './create-moving-world.ts';
import { MoveFiles } from './move-files.ts';
import type { MoveRegistry } from './move-registry.ts';
import type { MovingTools } from './moving-options.ts';
import type { MovingWorld } from './moving-world.ts';
import { type Moving, openMoving } from './open-moving.ts';

/** What a test sets. */
export interface MovingOptions {
  readonly onPoint?: MovingTools['onPoint'];
  readonly checkpointEveryMs?: number;
  /** Instead of `limits.maxMovesAtOnce`. */
  readonly maxAtOnce?: number;
  /** Instead of `limits.moveCopyMs`. */
  readonly copyAgainAfterMs?: number;
  /** What the node asks the registry with, for one that loses things. */
  readonly registry?: (registry: MoveRegistry) => MoveRegistry;
}

/** Where a node serves files. */
export interface SpoolPlace {
  readonly address: string;
  readonly port?: number | null | undefined;
  readonly fingerprints: readonly string[];
}

export interface JoinMovesOptions {
  /** This node's id. */
  readonly node: string;
  readonly key: NodeKey;
  /** Of its SSH server; undefined for a node that others do not reach. */
  readonly spool: Spool | undefined;
  readonly owner: string | undefined;
  readonly registry: MoveRegistry;
  /** Where another node serves files, and the fingerprints of its keys. */
  readonly findSpool: (node: string) => Promise<SpoolPlace | undefined>;
  readonly log: Log;
  readonly onFault: (error: unknown) => void;
  readonly options?: MovingOptions | undefined;
}

/** A node's part in moves, in the two steps in which a node starts: who is to be asked, then who takes part. */
export interface JoinedMoves {
  readonly mover: AgentMover;
  /** An agent's program wants to go there. */
  onMoveWanted(agent: string, to: string): void;
  /** The registry can be asked (again). */
  onMember(): void;
  /** Takes part from now on. @returns what ends that; it resolves when nothing is being done */
  open(db: NodeDatabase, own: { readonly world: World; readonly traffic: Traffic }): () => Promise<void>;
}

/** The folder for the files of moves. What is in it is of moves that were cut short, which are given up. */
export function openMoveSpool(folder: string): Spool {
  const spool = join(folder, 'spool');
  rmSync(spool, { recursive: true, force: true });
  return createSpool(spool);
}

export function joinMoves(joining: JoinMovesOptions): JoinedMoves {
  const { node, spool, key, owner, findSpool, log, onFault, options = {} } = joining;
  const registry = options.registry?.(joining.registry) ?? joining.registry;
  let moving: Moving | undefined;
  let world: MovingWorld | undefined;
  const need = (): Moving => {
    if (moving) return moving;
    throw codedError('FORBIDDEN', `The node ${node} does not move agents`);
  };
  const connect = async (id: string) => {
    const server = await findSpool(id);
    if (server?.port == null)
      throw codedError('NODE_UNREACHABLE', `The node ${id} cannot be reached for files`);
    return openSftp({
      server: { host: server.address, port: server.port },
      hostKeys: () => server.fingerprints,
      key,
    });
  };
  const wanted = async (agent: string, to: string): Promise<void> => {
    const current = need();
    try {
      await current.move(agent, to);
    } catch (error) {
      log.info({ err: error, agent, to }, 'an agent cannot go where it wants to');
      await world?.refused(agent, `Cannot move to ${to}: ${asError(error).message}`);
    }
  };
  return {
    mover: {
      node,
      owner,
      move: async (agent, to) => (await need().move(agent, to)).id,
      drain: async (to) => need().drain(to),
    },
    onMoveWanted: (agent, to) => {
      wanted(agent, to).catch(onFault);
    },
    onMember: () => moving?.reconcile(),
    open(db, { world: nodeWorld, traffic }) {
      const { onPoint, checkpointEveryMs, maxAtOnce, copyAgainAfterMs = limits.moveCopyMs } = options;
      const opened = createMovingWorld(nodeWorld);
      world = opened;
      const files = new MoveFiles({ node, spool, connect });
      const tools = { node, db, world: opened, traffic, registry, files, copyAgainAfterMs, log, onFault };
      const part = openMoving({
        ...tools,
        ...(onPoint ? { onPoint } : {}),
        ...(maxAtOnce === undefined ? {} : { maxAtOnce }),
      });
      moving = part;
      const checkpoints = startCheckpoints({
        ...tools,
        ...(checkpointEveryMs === undefined ? {} : { everyMs: checkpointEveryMs }),
      });
      return async () => {
        moving = undefined;
        await Promise.all([checkpoints.close(), part.close()]);
      };
    },
  };
}
