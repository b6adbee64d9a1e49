import { limits } from '../../schema/limits.ts';
import type { OutboxRow, TrafficDatabase } from './database.ts';
import type { Delivery, DeliveryOutcome, Place, Reason } from './delivery.ts';
import { toRow } from './outbox-row.ts';

/** What waits for a recipient. */
export interface QueueSize {
  readonly count: number;
  readonly bytes: number;
}

export interface Custody {
  readonly outcome: DeliveryOutcome;
  /** Of the row that was added; undefined when there is none. */
  readonly addedBytes: number | undefined;
}

interface CustodyOptions {
  /** Of the recipient's queue before. */
  readonly size: QueueSize;
  /** Whether it may have arrived at the home already. */
  readonly attempted: boolean;
  readonly now: number;
}

/**
 * Takes over what another node's agent sends, in the order of its numbers. What finds no room is refused, and a SKIP queued in its place. In a
 * transaction of the caller's.
 */
export async function takeCustody(
  transaction: TrafficDatabase,
  delivery: Delivery,
  options: CustodyOptions,
): Promise<Custody> {
  const { place } = delivery;
  if (!place) return { outcome: denied(), addedBytes: undefined };
  const last = await findLast(transaction, delivery, place);
  const settled = await findSettled(transaction, delivery, place);
  if (place.through <= Math.max(last?.through ?? 0, settled)) {
    return { outcome: await earlierOutcome(transaction, delivery, place), addedBytes: undefined };
  }
  const expected = Math.max(last?.through ?? 0, settled, place.settledTo) + 1;
  if (place.number > expected) return { outcome: { kind: 'GAP', expected }, addedBytes: undefined };
  const reason = delivery.kind === 'MESSAGE' ? reasonAgainst(delivery, options.size) : undefined;
  const { attempted, now } = options;
  if (!reason) {
    const mayHaveArrived = attempted || delivery.mayHaveArrived === true;
    const row = toRow(delivery, { now, attempted: mayHaveArrived ? 1 : 0, in_custody: 1 });
    await transaction.insertInto('outbox').values(row).execute();
    return { outcome: { kind: 'QUEUED', isDuplicate: false }, addedBytes: row.bytes };
  }
  const addedBytes = await skip(transaction, { delivery, place, reason, last, now });
  return { outcome: { kind: 'REFUSED', ...reason }, addedBytes };
}

/** The last of the pair in the queue. */
function findLast(
  transaction: TrafficDatabase,
  { source, inbox }: Delivery,
  { series }: Place,
): Promise<OutboxRow | undefined> {
  return transaction
    .selectFrom('outbox')
    .selectAll()
    .where('source', '=', source)
    .where('inbox', '=', inbox)
    .where('series', '=', series)
    .where('number', 'is not', null)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

async function findSettled(
  transaction: TrafficDatabase,
  { source, inbox }: Delivery,
  { series }: Place,
): Promise<number> {
  const row = await transaction
    .selectFrom('custody_pairs')
    .select('settled')
    .where('source', '=', source)
    .where('inbox', '=', inbox)
    .where('series', '=', series)
    .executeTakeFirst();
  return row?.settled ?? 0;
}

/** It was taken before. Where it is settled since, whatever became of it has been told already. */
async function earlierOutcome(
  transaction: TrafficDatabase,
  { source, inbox }: Delivery,
  { series, number }: Place,
): Promise<DeliveryOutcome> {
  const row = await transaction
    .selectFrom('outbox')
    .select(['kind', 'code', 'text'])
    .where('source', '=', source)
    .where('inbox', '=', inbox)
    .where('series', '=', series)
    .where('number', '<=', number)
    .where('through', '>=', number)
    .executeTakeFirst();
  // Only what has found no room: what was taken and has expired comes back as a letter.
  if (row?.kind === 'SKIP' && row.code === 'MAILBOX_FULL' && row.text !== null) {
    return { kind: 'REFUSED', code: row.code, text: row.text };
  }
  return { kind: 'QUEUED', isDuplicate: true };
}

function reasonAgainst({ inbox, body }: Delivery, { count, bytes }: QueueSize): Reason | undefined {
  if (count < limits.maxQueuedMessages && bytes + body.length <= limits.maxQueuedBytes) return undefined;
  return { code: 'MAILBOX_FULL', text: `The queue for ${inbox} is as long as it may be` };
}

interface Skipped {
  readonly delivery: Delivery;
  readonly place: Place;
  readonly reason: Reason;
  readonly last: OutboxRow | undefined;
  readonly now: number;
}

/** @returns the bytes of the row that was added, if one was: SKIPs that follow each other are one. */
async function skip(
  transaction: TrafficDatabase,
  { delivery, place, reason, last, now }: Skipped,
): Promise<number | undefined> {
  if (last?.kind === 'SKIP' && last.code === reason.code && last.through === place.number - 1) {
    await transaction
      .updateTable('outbox')
      .set({ through: place.through })
      .where('position', '=', last.position)
      .execute();
    return undefined;
  }
  const row = toRow({ ...delivery, kind: 'SKIP', body: '', reason }, { now, attempted: 0, in_custody: 1 });
  await transaction.insertInto('outbox').values(row).execute();
  return row.bytes;
}

function denied(): DeliveryOutcome {
  return { kind: 'DENIED', code: 'FORBIDDEN', text: 'Only what agents send is taken into custody' };
}
