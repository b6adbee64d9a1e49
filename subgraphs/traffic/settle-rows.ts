import { randomUUID } from 'node:crypto';
import { addLetter } from './dead-letters.ts';
import type { OutboxRow, TrafficDatabase } from './database.ts';
import type { Reason } from './delivery.ts';
import { isPerson } from './is-person.ts';
import { toRow } from './outbox-row.ts';

/** What has become of a row: nothing more will be done for it here. */
export type Settlement =
  | { readonly kind: 'STORED'; readonly sequence: number | undefined }
  /** The initial node has it. */
  | { readonly kind: 'QUEUED' }
  | ({ readonly kind: 'REFUSED' } & Reason);

export interface SettledRow {
  readonly row: OutboxRow;
  readonly settlement: Settlement;
}

/** What else changed, for whoever made the transaction to act upon once it is on the disk. */
export interface Aftermath {
  /** Senders that have a letter. */
  readonly mailboxes: Set<string>;
  /** Bounces that were queued, by the agent that they go to. */
  readonly bounced: { readonly inbox: string; readonly bytes: number }[];
}

export interface Settled extends Aftermath {
  /** Those that were still in the outbox. */
  readonly settled: readonly SettledRow[];
}

export function createAftermath(): Aftermath {
  return { mailboxes: new Set(), bounced: [] };
}

/**
 * Takes rows out of the outbox, and tells their senders what was not delivered. Rows that have gone with their agent to another node are its business.
 * In a transaction of the caller's.
 * @param isHandedOver whether it was the initial node that answered
 */
export async function settleRows(
  transaction: TrafficDatabase,
  all: readonly SettledRow[],
  { now, isHandedOver }: { readonly now: number; readonly isHandedOver: boolean },
): Promise<Settled> {
  const aftermath = createAftermath();
  const positions = all.map(({ row }) => row.position);
  const here = await transaction
    .deleteFrom('outbox')
    .where('position', 'in', positions)
    .returning('position')
    .execute();
  const ours = new Set(here.map(({ position }) => position));
  const settled = all.filter(({ row }) => ours.has(row.position));
  if (settled.length === 0) return { ...aftermath, settled };
  if (isHandedOver) await noteDetours(transaction, settled);
  await notePairs(transaction, settled);
  await noteSentIds(transaction, settled);
  for (const { row, settlement } of settled) {
    if (settlement.kind === 'REFUSED' && row.kind === 'MESSAGE') {
      await returnToSender(transaction, { row, reason: settlement, now, aftermath });
    } else if (settlement.kind === 'REFUSED' && row.kind === 'BOUNCE') {
      await leaveWithOwner(transaction, { row, now, aftermath });
    }
  }
  return { ...aftermath, settled };
}

export interface Returned {
  readonly row: OutboxRow;
  readonly reason: Reason;
  readonly now: number;
  readonly aftermath: Aftermath;
}

/** A letter for the sender: here, or on its way back to the node from which its message came. */
export async function returnToSender(
  transaction: TrafficDatabase,
  { row, reason, now, aftermath }: Returned,
): Promise<void> {
  const letterId = letterIdOf(row);
  if (row.in_custody === 0) {
    const { source, inbox: addressee, message_id, body } = row;
    const { code, text } = reason;
    const letter = { letter_id: letterId, message_id, source, addressee, body, code, text, returned_at: now };
    await addLetter(transaction, { ...letter, mailbox: source });
    aftermath.mailboxes.add(source);
    return;
  }
  const bounce = toRow(
    {
      kind: 'BOUNCE',
      id: row.message_id,
      source: row.source,
      inbox: row.source,
      place: undefined,
      body: row.body,
      sentAt: row.sent_at,
      ttlMs: 0,
      hops: 0,
      throttled: false,
      reason,
      bounce: { letterId, addressee: row.inbox },
    },
    { now, attempted: 0, in_custody: 0 },
  );
  await transaction.insertInto('outbox').values(bounce).execute();
  aftermath.bounced.push({ inbox: bounce.inbox, bytes: bounce.bytes });
}

/**
 * An agent's message that its node has handed over without hearing an answer may expire both there and at the initial node: it comes back once. What a
 * person sends waits in one place only, and may be sent again under its id.
 */
function letterIdOf({ source, inbox, series, number }: OutboxRow): string {
  return number === null ? randomUUID() : `${source} ${inbox} ${series}.${number}`;
}

/** The agent that a letter is for is no more: its owner has it. */
async function leaveWithOwner(
  transaction: TrafficDatabase,
  { row, now, aftermath }: Omit<Returned, 'reason'>,
): Promise<void> {
  const [mailbox = row.inbox] = row.inbox.split('/');
  const { letter_id, addressee, code, text, message_id, source, body } = row;
  if (letter_id === null || addressee === null || code === null || text === null) return;
  const letter = { mailbox, letter_id, message_id, source, addressee, body, code, text, returned_at: now };
  await addLetter(transaction, letter);
  aftermath.mailboxes.add(mailbox);
}

/** While the initial node has messages of ours for an agent, all others for it go the same way. */
async function noteDetours(transaction: TrafficDatabase, settled: readonly SettledRow[]): Promise<void> {
  const latest = new Map(settled.map(({ row, settlement }) => [row.inbox, settlement.kind]));
  const begun = [...latest].filter(([, kind]) => kind === 'QUEUED').map(([inbox]) => ({ inbox }));
  // It hands on at once only what has nothing before it.
  const ended = [...latest].filter(([, kind]) => kind === 'STORED').map(([inbox]) => inbox);
  if (begun.length > 0) await transaction.replaceInto('detours').values(begun).execute();
  if (ended.length > 0) await transaction.deleteFrom('detours').where('inbox', 'in', ended).execute();
}

/** Numbers up to the latest that is settled for good; those that the initial node has are not. */
async function notePairs(transaction: TrafficDatabase, settled: readonly SettledRow[]): Promise<void> {
  const last = new Map<string, SettledRow>();
  for (const one of settled) {
    const { row, settlement } = one;
    if (row.number === null || settlement.kind === 'QUEUED') continue;
    const key = JSON.stringify([row.in_custody, row.source, row.inbox, row.series]);
    if ((last.get(key)?.row.through ?? 0) < (row.through ?? 0)) last.set(key, one);
  }
  for (const one of last.values()) {
    if (one.row.in_custody === 1) await noteCustodyPair(transaction, one.row);
    else await noteOwnPair(transaction, one);
  }
}

async function noteOwnPair(transaction: TrafficDatabase, { row, settlement }: SettledRow): Promise<void> {
  const { source, inbox, series, through } = row;
  await transaction
    .updateTable('pairs_out')
    .set({ settled: through ?? 0 })
    .where('source', '=', source)
    .where('inbox', '=', inbox)
    .where('series', '=', series)
    .where('settled', '<', through)
    // The initial node may refuse one while it has others that came before. What has been stored has nothing before it.
    .$if(settlement.kind !== 'STORED', (update) =>
      update.where((row) =>
        row.not(row.exists(row.selectFrom('detours').select('inbox').where('detours.inbox', '=', inbox))),
      ),
    )
    .execute();
}

async function noteCustodyPair(transaction: TrafficDatabase, row: OutboxRow): Promise<void> {
  const { source, inbox } = row;
  await transaction
    .insertInto('custody_pairs')
    .values({ source, inbox, series: row.series ?? 0, settled: row.through ?? 0 })
    .onConflict((conflict) =>
      conflict
        .columns(['source', 'inbox'])
        .doUpdateSet((excluded) => ({
          series: excluded.ref('excluded.series'),
          settled: excluded.ref('excluded.settled'),
        }))
        .where((excluded) =>
          excluded(
            excluded.refTuple('excluded.series', 'excluded.settled'),
            '>',
            excluded.refTuple('custody_pairs.series', 'custody_pairs.settled'),
          ),
        ),
    )
    .execute();
}

async function noteSentIds(transaction: TrafficDatabase, settled: readonly SettledRow[]): Promise<void> {
  for (const { row, settlement } of settled) {
    if (row.in_custody === 1 || row.kind !== 'MESSAGE' || isPerson(row.source)) continue;
    await transaction
      .updateTable('sent_ids')
      .set({
        outcome: settlement.kind,
        sequence: settlement.kind === 'STORED' ? (settlement.sequence ?? null) : null,
        code: settlement.kind === 'REFUSED' ? settlement.code : null,
        text: settlement.kind === 'REFUSED' ? settlement.text : null,
      })
      .where('position', '=', row.position)
      .execute();
  }
}
