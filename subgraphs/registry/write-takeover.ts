import type { Kysely } from 'kysely';
import { codedError } from '../../wire/coded-error.ts';
import type { MoveRow, RegistryTables } from './database.ts';
import { addMoveEvent } from './move-events.ts';
import { insertMove, needHome, needHost, setHome } from './move-rows.ts';

interface Takeover {
  readonly id: string;
  readonly agent: string;
  readonly target: string;
  /** Where its checkpoint is; asked once all else is known to be in order. */
  readonly spool: () => string;
  /** ISO 8601. */
  readonly now: string;
}

/**
 * Places an agent at another node, at the next epoch, without asking the one that had it; a move that was under way is over. In a transaction of the
 * caller's. AGENT_UNKNOWN, NODE_UNKNOWN, FORBIDDEN, NOT_FOUND.
 */
export async function writeTakeover(
  transaction: Kysely<RegistryTables>,
  { id, agent, target, spool, now }: Takeover,
): Promise<{ readonly ended: readonly MoveRow[]; readonly begun: MoveRow }> {
  const host = await needHost(transaction, target);
  const home = await needHome(transaction, agent);
  const kept = await transaction
    .selectFrom('checkpoints')
    .select('epoch')
    .where('agent_id', '=', agent)
    .executeTakeFirst();
  if (!kept) throw codedError('NOT_FOUND', `Nothing has been kept of the agent ${agent}`);
  const ended = home.move_id === null ? [] : await endMove(transaction, home.move_id, now);
  const begun = await insertMove(transaction, {
    id,
    home,
    target: host,
    spool: spool(),
    isTakeover: true,
    now,
  });
  for (const move of [...ended, begun]) await addMoveEvent(transaction, move, now);
  await setHome(transaction, agent, { node_id: target, epoch: home.epoch + 1, move_id: id });
  return { ended, begun };
}

/** Its agent stays where it was, or, where it was decided that it goes, is taken from there. */
function endMove(transaction: Kysely<RegistryTables>, move: string, now: string): Promise<MoveRow[]> {
  return transaction
    .updateTable('moves')
    .set((update) => ({
      state: update
        .case()
        .when('state', '=', 'MOVING')
        .then('ABORTED' as const)
        .else('LOST' as const)
        .end(),
      reason: 'An admin has taken the agent over',
      ended_at: now,
    }))
    .where('move_id', '=', move)
    .returningAll()
    .execute();
}
