import type { Resolvers } from '../../schema/generated/network.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { ShapeContext } from '../serve/shape-context.ts';
import { type ChangeOrEnd, needChange } from './change-hub.ts';
import { findCheckpoint, keepCheckpointPart, partOfCheckpoint } from './checkpoints.ts';
import type { MoveRow } from './database.ts';
import { findMove, findOpenMoves } from './move-rows.ts';
import { prepend } from './prepend.ts';
import type { RegistryServices } from './services.ts';

/** What nodes ask of moves: each node only of those in which it has a part. */
export function createMoveResolvers(
  { db, now, directory, moves }: Pick<RegistryServices, 'db' | 'now' | 'directory' | 'moves'>,
  memberId: (context: ShapeContext) => Promise<string>,
) {
  return {
    Query: {
      agentsHere: async (_root, { after }, context) => [
        ...(await directory.listHomes(await memberId(context), after ?? '')),
      ],
      move: async (_root, { id }, context) => {
        const node = await memberId(context);
        const row = await findMove(db, id);
        return row && isPart(row, node) ? row : null;
      },
      checkpoint: async (_root, { agent, part }, context) => {
        const node = await memberId(context);
        const home = (await directory.findHomes([agent])).get(agent);
        if (home?.node_id !== node)
          throw codedError('FORBIDDEN', `The agent ${agent} is not to be made anew on ${node}`);
        const row = await findCheckpoint(db, agent);
        return row ? partOfCheckpoint(row, part ?? 0) : null;
      },
    },
    Mutation: {
      beginMove: async (_root, { id, agent, to }, context) =>
        moves.begin({ id, agent, source: await memberId(context), target: to }),
      moveProgress: async (_root, { id, step, sha256, copy }, context) =>
        moves.progress(id, {
          node: await memberId(context),
          step: step ?? undefined,
          sha256: sha256 ?? undefined,
          copy,
        }),
      commitMove: async (_root, { id }, context) => moves.commit(id, await memberId(context)),
      confirmMove: async (_root, { id }, context) => moves.confirm(id, await memberId(context)),
      abortMove: async (_root, { id, reason }, context) => moves.abort(id, await memberId(context), reason),
      keepCheckpoint: async (_root, { checkpoint }, context) => {
        const node = await memberId(context);
        const { part = 0, parts = 1 } = checkpoint;
        const at = new Date(now()).toISOString();
        await keepCheckpointPart(db, node, { ...checkpoint, part, parts, now: at });
        return true;
      },
    },
    Subscription: {
      moves: {
        subscribe: async (_root: unknown, _args: unknown, context: ShapeContext) => {
          const node = await memberId(context);
          // In this order none is missed; one that changes in between comes twice.
          const changes = moves.changes.read({ filter: (row) => isPart(row, node) });
          return prepend<ChangeOrEnd<MoveRow>>(await findOpenMoves(db, node), changes);
        },
        resolve: (change: ChangeOrEnd<MoveRow>) => needChange(change),
      },
    },
    NodeMove: {
      id: (move) => move.move_id,
      agent: (move) => move.agent_id,
      copySha256: (move) => move.copy_sha256,
      restSha256: (move) => move.rest_sha256,
      isTakeover: (move) => move.is_takeover === 1,
    },
  } satisfies Resolvers;
}

function isPart({ source, target, spool }: MoveRow, node: string): boolean {
  return [source, target, spool].includes(node);
}
