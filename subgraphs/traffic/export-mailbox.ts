import type { OutboxRow, TrafficDatabase } from './database.ts';
import type { MailboxCopy, MailboxMarks, MailboxRest } from './mailbox-snapshot.ts';

/** Before everything: ids that were brought here have negative positions. */
const atTheBeginning: MailboxMarks = {
  sequence: 0,
  position: Number.MIN_SAFE_INTEGER,
  letter: 0,
  firstOpen: Number.MIN_SAFE_INTEGER,
};

/**
 * All that comes in ever greater numbers, as it is now: in a transaction of the caller's.
 * @param since what an earlier copy has is left out
 */
export async function copyMailbox(
  transaction: TrafficDatabase,
  agent: string,
  since?: MailboxMarks,
): Promise<{ readonly copy: MailboxCopy; readonly marks: MailboxMarks }> {
  const inbox = await readInbox(transaction, agent);
  const deletedTo = since && inbox?.deleted_to;
  const rows = await readGrowing(transaction, agent, { marks: since ?? atTheBeginning, deletedTo });
  const marks = {
    sequence: inbox?.last_sequence ?? 0,
    position: await readLastPosition(transaction),
    letter: rows.letters.at(-1)?.sequence ?? since?.letter ?? 0,
    firstOpen: Math.min(
      since?.firstOpen ?? Number.MAX_SAFE_INTEGER,
      rows.outbox[0]?.position ?? Number.MAX_SAFE_INTEGER,
    ),
  };
  return { copy: { agent, ...rows }, marks };
}

/**
 * What else there is of an agent that is frozen, in a transaction of the caller's.
 * @param mayHaveArrived whether something of it is on its way to others, without an answer yet
 */
export async function exportRest(
  transaction: TrafficDatabase,
  agent: string,
  { marks, mayHaveArrived }: { readonly marks: MailboxMarks; readonly mayHaveArrived: boolean },
): Promise<MailboxRest> {
  const inbox = await readInbox(transaction, agent);
  const grown = await readGrowing(transaction, agent, { marks, deletedTo: inbox?.deleted_to });
  const kept = await ownRows(transaction, agent)
    .where('position', '<=', marks.position)
    .select(['position', 'kind', 'through', 'settled_to', 'not_before', 'attempted', 'bytes', 'code', 'text'])
    .execute();
  const attempted = (flag: 0 | 1): 0 | 1 => (mayHaveArrived ? 1 : flag);
  return {
    agent,
    ...grown,
    outbox: grown.outbox.map((row) => ({ ...row, attempted: attempted(row.attempted) })),
    outboxKept: kept.map((row) => ({ ...row, kind: plainKind(row), attempted: attempted(row.attempted) })),
    inbox: inbox ?? null,
    pairsIn: await transaction.selectFrom('pairs_in').selectAll().where('inbox', '=', agent).execute(),
    refusals: await transaction.selectFrom('refusals').selectAll().where('inbox', '=', agent).execute(),
    pairsOut: await transaction.selectFrom('pairs_out').selectAll().where('source', '=', agent).execute(),
    detours: await readDetours(transaction, agent),
  };
}

async function readGrowing(
  transaction: TrafficDatabase,
  agent: string,
  { marks, deletedTo }: { readonly marks: MailboxMarks; readonly deletedTo: number | undefined },
): Promise<Omit<MailboxCopy, 'agent'>> {
  const { sequence, position, letter, firstOpen } = marks;
  const outbox = await ownRows(transaction, agent)
    .where('position', '>', position)
    .selectAll()
    .orderBy('position')
    .execute();
  return {
    messages: await transaction
      .selectFrom('messages')
      .selectAll()
      .where('inbox', '=', agent)
      .where('sequence', '>', sequence)
      .orderBy('sequence')
      .execute(),
    seen: await readSeen(transaction, agent, { sequence, deletedTo }),
    letters: await transaction
      .selectFrom('dead_letters')
      .selectAll()
      .where('mailbox', '=', agent)
      .where('sequence', '>', letter)
      .orderBy('sequence')
      .execute(),
    outbox: outbox.map((row) => ({ ...row, kind: plainKind(row) })),
    sentIds: await transaction
      .selectFrom('sent_ids')
      .selectAll()
      .where('source', '=', agent)
      // Only of those that were open then has something become since.
      .where((row) => row.or([row('position', '>', position), row('position', '>=', firstOpen)]))
      .execute(),
  };
}

/** By the messages that have come since, as far as none of them is deleted: an index of all ids by their number would cost each message that arrives. */
function readSeen(
  transaction: TrafficDatabase,
  agent: string,
  { sequence, deletedTo }: { readonly sequence: number; readonly deletedTo: number | undefined },
) {
  if (deletedTo === undefined || deletedTo > sequence)
    return transaction
      .selectFrom('seen')
      .selectAll()
      .where('inbox', '=', agent)
      .where('sequence', '>', sequence)
      .execute();
  return transaction
    .selectFrom('messages as message')
    .innerJoin('seen', (join) =>
      join
        .onRef('seen.inbox', '=', 'message.inbox')
        .onRef('seen.source', '=', 'message.source')
        .onRef('seen.message_id', '=', 'message.message_id'),
    )
    .selectAll('seen')
    .where('message.inbox', '=', agent)
    .where('message.sequence', '>', sequence)
    .execute();
}

function ownRows(transaction: TrafficDatabase, agent: string) {
  return transaction
    .selectFrom('outbox')
    .where('source', '=', agent)
    .where('in_custody', '=', 0)
    .where('kind', '!=', 'BOUNCE');
}

function plainKind({ kind }: Pick<OutboxRow, 'kind'>): 'MESSAGE' | 'SKIP' {
  return kind === 'SKIP' ? 'SKIP' : 'MESSAGE';
}

function readInbox(transaction: TrafficDatabase, agent: string) {
  return transaction.selectFrom('inboxes').selectAll().where('agent', '=', agent).executeTakeFirst();
}

/** Positions of all agents rise together, those of rows that are gone too. */
async function readLastPosition(transaction: TrafficDatabase): Promise<number> {
  const { last } = await transaction
    .selectFrom('outbox')
    .select((row) => row.fn.max('position').as('last'))
    .executeTakeFirstOrThrow();
  const { noted } = await transaction
    .selectFrom('sent_ids')
    .select((row) => row.fn.max('position').as('noted'))
    .executeTakeFirstOrThrow();
  return Math.max(last ?? 0, noted ?? 0);
}

async function readDetours(transaction: TrafficDatabase, agent: string): Promise<string[]> {
  const rows = await transaction
    .selectFrom('detours')
    .innerJoin('pairs_out', 'pairs_out.inbox', 'detours.inbox')
    .where('pairs_out.source', '=', agent)
    .select('detours.inbox')
    .execute();
  return rows.map(({ inbox }) => inbox);
}
