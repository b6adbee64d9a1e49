import type { Kysely } from 'kysely';
import type { AgentMoveState } from '../../schema/generated/registry.ts';
import { limits } from '../../schema/limits.ts';
import { encodeCursor } from '../serve/cursor.ts';
import { followTable } from '../serve/follow-table.ts';
import { type CursorRange, encodeSequence, readStart } from '../serve/sequence-position.ts';
import type { MoveEventRow, MoveRow, RegistryTables } from './database.ts';
import type { Moves } from './moves.ts';

/** Read at once by a reader that catches up. */
const pageSize = 100;

/** How far a move is, as the graph says it. */
export function stateOfMove({ state, step }: Pick<MoveRow, 'state' | 'step'>): AgentMoveState {
  if (state !== 'MOVING') return state;
  return step === 'FROZEN' ? 'FREEZING' : 'COPYING';
}

/**
 * Notes that a move has come to another state: in the transaction in which it has. What is too old goes, which the newest never is.
 * @param at ISO 8601
 */
export async function addMoveEvent(
  transaction: Kysely<RegistryTables>,
  move: MoveRow,
  at: string,
): Promise<void> {
  const { move_id, agent_id, reason } = move;
  await transaction
    .insertInto('move_events')
    .values({ move_id, agent_id, state: stateOfMove(move), reason, at })
    .execute();
  await transaction
    .deleteFrom('move_events')
    .where('at', '<', new Date(Date.parse(at) - limits.moveEventsKeptMs).toISOString())
    .execute();
}

/** What became of an agent's moves beyond `after`, and all that becomes of them later, until returned. Rejects with BAD_CURSOR. */
export async function followMoves(
  { db, moves }: { readonly db: Kysely<RegistryTables>; readonly moves: Pick<Moves, 'changes'> },
  agent: string,
  { after, signal }: { readonly after: string | undefined; readonly signal: AbortSignal | undefined },
): Promise<AsyncIterableIterator<MoveEventRow>> {
  const newest = await findNewest(db);
  return followTable({
    position: readStart(after, rangeOf(agent, newest)) ?? 0,
    readBeyond: (sequence) => readBeyond(db, agent, sequence),
    positionOf: ({ sequence }) => sequence,
    present: (row) => row,
    onNews: (wake) =>
      moves.changes.listen((move) => {
        if (move.agent_id === agent) wake();
      }),
    signals: signal ? [signal] : [],
  });
}

export function cursorOfMoveEvent({ agent_id, sequence }: Pick<MoveEventRow, 'agent_id' | 'sequence'>) {
  return encodeCursor(scopeOf(agent_id), encodeSequence(sequence));
}

/** Behind it stand a move's events from the first; undefined when that is not kept any more. */
export async function cursorBeforeMove(
  db: Kysely<RegistryTables>,
  { move_id, agent_id }: MoveRow,
): Promise<string | undefined> {
  const first = await db
    .selectFrom('move_events')
    .select('sequence')
    .where('move_id', '=', move_id)
    .orderBy('sequence')
    .limit(1)
    .executeTakeFirst();
  return first && cursorOfMoveEvent({ agent_id, sequence: first.sequence - 1 });
}

async function findNewest(db: Kysely<RegistryTables>): Promise<number> {
  const { newest } = await db
    .selectFrom('move_events')
    .select((row) => row.fn.max<number | null>('sequence').as('newest'))
    .executeTakeFirstOrThrow();
  return newest ?? 0;
}

function readBeyond(
  db: Kysely<RegistryTables>,
  agent: string,
  sequence: number,
): Promise<readonly MoveEventRow[]> {
  return db
    .selectFrom('move_events')
    .selectAll()
    .where('agent_id', '=', agent)
    .where('sequence', '>', sequence)
    .orderBy('sequence')
    .limit(pageSize)
    .execute();
}

const scopeOf = (agent: string): string => `registry/moves/${agent}`;

const rangeOf = (agent: string, newest: number): CursorRange => ({
  scope: scopeOf(agent),
  last: newest,
  what: 'something that a move of this agent has come to',
});
