import type { SentIdRow, TrafficDatabase } from './database.ts';
import type { MailboxCopy, MailboxRest } from './mailbox-snapshot.ts';

/** Rows of one statement: SQLite has room for some 30,000 values in one. */
const rowsAtOnce = 500;

type Queued = MailboxCopy['outbox'][number];

/**
 * Puts the copy of an agent that may come to live here into the tables, where nobody looks at it yet, except for its outbox. What was there of the agent
 * before goes, unless the copy is of what is new since another one.
 * @param inTransaction runs a part of it: no part makes others wait for long
 */
export async function stageCopy(
  inTransaction: (part: (transaction: TrafficDatabase) => Promise<void>) => Promise<void>,
  copy: MailboxCopy,
  { isFirst }: { readonly isFirst: boolean },
): Promise<void> {
  if (isFirst) await inTransaction((transaction) => deleteMailbox(transaction, copy.agent));
  for (const messages of parts(copy.messages)) {
    await inTransaction(async (transaction) => {
      await transaction.insertInto('messages').values(messages).execute();
    });
  }
  for (const seen of parts(copy.seen)) {
    await inTransaction(async (transaction) => {
      await transaction.insertInto('seen').values(seen).execute();
    });
  }
  for (const letters of parts(copy.letters)) {
    await inTransaction((transaction) => addLetters(transaction, letters));
  }
  for (const sentIds of parts(copy.sentIds)) {
    await inTransaction((transaction) => addSentIds(transaction, sentIds));
  }
}

export interface Arrival {
  readonly epoch: number;
  /** Of the copy. */
  readonly outbox: readonly Queued[];
  readonly rest: MailboxRest;
}

/** Puts the rest into the tables, in a transaction of the caller's, and with it the outbox. @returns what is in that now */
export async function installRest(
  transaction: TrafficDatabase,
  { epoch, outbox, rest }: Arrival,
): Promise<readonly Queued[]> {
  const { agent, inbox } = rest;
  for (const messages of parts(rest.messages))
    await transaction.insertInto('messages').values(messages).execute();
  for (const seen of parts(rest.seen)) await transaction.insertInto('seen').values(seen).execute();
  for (const letters of parts(rest.letters)) await addLetters(transaction, letters);
  for (const sentIds of parts(rest.sentIds)) await addSentIds(transaction, sentIds);
  if (inbox) {
    await transaction.replaceInto('inboxes').values(inbox).execute();
    await transaction
      .deleteFrom('messages')
      .where('inbox', '=', agent)
      .where('sequence', '<=', inbox.deleted_to)
      .execute();
  }
  for (const pairs of parts(rest.pairsIn)) await transaction.replaceInto('pairs_in').values(pairs).execute();
  for (const refusals of parts(rest.refusals))
    await transaction.replaceInto('refusals').values(refusals).execute();
  for (const pairs of parts(rest.pairsOut))
    await transaction.replaceInto('pairs_out').values(pairs).execute();
  if (rest.detours.length > 0) {
    await transaction
      .replaceInto('detours')
      .values(rest.detours.map((to) => ({ inbox: to })))
      .execute();
  }
  await transaction.deleteFrom('agent_moves').where('agent', '=', agent).execute();
  return installOutbox(transaction, epoch, mergeOutbox(outbox, rest));
}

/** All that there is of an agent, in a transaction of the caller's. @returns what was in its outbox */
export async function deleteMailbox(transaction: TrafficDatabase, agent: string): Promise<void> {
  for (const table of ['messages', 'seen', 'pairs_in'] as const) {
    await transaction.deleteFrom(table).where('inbox', '=', agent).execute();
  }
  await transaction.deleteFrom('inboxes').where('agent', '=', agent).execute();
  await transaction.deleteFrom('pairs_out').where('source', '=', agent).execute();
  await transaction.deleteFrom('sent_ids').where('source', '=', agent).execute();
  await transaction.deleteFrom('dead_letters').where('mailbox', '=', agent).execute();
}

/** What waits in the outbox of an agent, which leaves it: in a transaction of the caller's. */
export function deleteOutbox(transaction: TrafficDatabase, agent: string) {
  return transaction
    .deleteFrom('outbox')
    .where('source', '=', agent)
    .where('in_custody', '=', 0)
    .where('kind', '!=', 'BOUNCE')
    .returning(['inbox', 'bytes'])
    .execute();
}

/** The copy's rows as they were when the agent was frozen, and those that came after it. */
function mergeOutbox(copied: readonly Queued[], { outbox, outboxKept }: MailboxRest): readonly Queued[] {
  const kept = new Map(outboxKept.map((row) => [row.position, row]));
  const still = copied.flatMap((row) => {
    const now = kept.get(row.position);
    return now ? [{ ...row, ...now, body: now.kind === 'SKIP' ? '' : row.body }] : [];
  });
  return [...still, ...outbox];
}

async function installOutbox(
  transaction: TrafficDatabase,
  epoch: number,
  rows: readonly Queued[],
): Promise<readonly Queued[]> {
  const installed: Queued[] = [];
  for (const { position: _, ...row } of rows) {
    const { insertId, numInsertedOrUpdatedRows: count } = await transaction
      .insertInto('outbox')
      .values({ ...row, epoch })
      // This node has it in its custody already: the same message, with the same number.
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    const position = Number(insertId);
    if (count !== 0n) installed.push({ ...row, position });
    await transaction
      .updateTable('sent_ids')
      .set(count === 0n ? { outcome: 'QUEUED' } : { position })
      .where('source', '=', row.source)
      .where('inbox', '=', row.inbox)
      .where('message_id', '=', row.message_id)
      .execute();
  }
  return installed;
}

async function addLetters(
  transaction: TrafficDatabase,
  letters: readonly MailboxCopy['letters'][number][],
): Promise<void> {
  await transaction.insertInto('dead_letters').values(letters).execute();
}

/** Positions are of the node from which they come: here they only have to be unlike any other. */
async function addSentIds(transaction: TrafficDatabase, rows: readonly SentIdRow[]): Promise<void> {
  const { first } = await transaction
    .selectFrom('sent_ids')
    .select((row) => row.fn.min('position').as('first'))
    .executeTakeFirstOrThrow();
  const below = Math.min(0, first ?? 0);
  await transaction
    .replaceInto('sent_ids')
    .values(rows.map((row, index) => ({ ...row, position: below - 1 - index })))
    .execute();
}

function* parts<Row>(rows: readonly Row[]): Iterable<readonly Row[]> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) yield rows.slice(at, at + rowsAtOnce);
}
