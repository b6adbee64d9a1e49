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
  await noteRefusal(transaction, { delivery, place, reason, now });
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
    .select('kind')
    .where('source', '=', source)
    .where('inbox', '=', inbox)
    .where('series', '=', series)
    .where('number', '<=', number)
    .where('through', '>=', number)
    .executeTakeFirst();
  if (row?.kind === 'MESSAGE') return { kind: 'QUEUED', isDuplicate: true };
  // Only what has found no room: what was taken and has expired comes back as a letter.
  const refusal = await transaction
    .selectFrom('refusals')
    .select(['code', 'text'])
    .where('inbox', '=', inbox)
    .where('source', '=', source)
    .where('series', '=', series)
    .where('first_number', '<=', number)
    .where('last_number', '>=', number)
    .executeTakeFirst();
  return refusal ? { kind: 'REFUSED', ...refusal } : { kind: 'QUEUED', isDuplicate: true };
}

/** Remembers it longer than its SKIP waits: whoever has not heard of the refusal asks again. Those that follow each other are one row. */
async function noteRefusal(
  transaction: TrafficDatabase,
  { delivery, place, reason, now }: Omit<Skipped, 'last'>,
): Promise<void> {
  const { inbox, source } = delivery;
  const { series, number, through } = place;
  const joined = await transaction
    .updateTable('refusals')
    .set({ last_number: through, refused_at: now })
    .where('inbox', '=', inbox)
    .where('source', '=', source)
    .where('series', '=', series)
    .where('last_number', '=', number - 1)
    .where('code', '=', reason.code)
    .executeTakeFirst();
  if (joined.numUpdatedRows > 0n) return;
  await transaction
    .insertInto('refusals')
    .values({ inbox, source, series, first_number: number, last_number: through, ...reason, refused_at: now })
    .execute();
}

function reasonAgainst({ inbox, body }: Delivery, { count, bytes }: QueueSize): Reason | undefined {
  if (count < limits.maxQueuedMessages && bytes + Buffer.byteLength(body) <= limits.maxQueuedBytes)
    return undefined;
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
