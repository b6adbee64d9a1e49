import { limits } from '../../schema/limits.ts';
import type { OutboxRow, TrafficDatabase } from './database.ts';
import type { QueueSize } from './take-custody.ts';

/** What waits for each recipient. */
export async function readQueueSizes(db: TrafficDatabase): Promise<ReadonlyMap<string, QueueSize>> {
  const rows = await db
    .selectFrom('outbox')
    .select((row) => [
      'inbox',
      row.fn.countAll<number>().as('count'),
      row.fn.sum<number>('bytes').as('bytes'),
    ])
    .groupBy('inbox')
    .execute();
  return new Map(rows.map(({ inbox, count, bytes }) => [inbox, { count, bytes }]));
}

export interface BatchOptions {
  readonly now: number;
  readonly maxRows: number;
  /** Agents whose own messages stay. */
  readonly without: readonly string[];
}

/**
 * Of those that wait for these recipients the first, those of each in order: at most one batch. What has been settled since a row was made is in its
 * `settled_to`.
 */
export async function readBatch(
  db: TrafficDatabase,
  inboxes: readonly string[],
  { now, maxRows, without }: BatchOptions,
): Promise<readonly OutboxRow[]> {
  const batch: OutboxRow[] = [];
  let bytes = 0;
  for (const inbox of inboxes) {
    if (batch.length >= maxRows || bytes >= limits.maxDeliveryBytes) break;
    await endDelays(db, inbox, now);
    for (const row of await readQueue(db, inbox, { maxRows: maxRows - batch.length, without })) {
      bytes += row.bytes;
      if (bytes > limits.maxDeliveryBytes && batch.length > 0) return batch;
      batch.push(row);
    }
  }
  return batch;
}

/** What is due has no time any more, so that what is not need not be looked through for it. */
async function endDelays(db: TrafficDatabase, inbox: string, now: number): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ not_before: 0 })
    .where('inbox', '=', inbox)
    .where('not_before', '>', 0)
    .where('not_before', '<=', now)
    .execute();
}

function readQueue(
  db: TrafficDatabase,
  inbox: string,
  { maxRows, without }: Omit<BatchOptions, 'now'>,
): Promise<OutboxRow[]> {
  return db
    .selectFrom('outbox')
    .leftJoin('pairs_out', (join) =>
      join
        .onRef('pairs_out.source', '=', 'outbox.source')
        .onRef('pairs_out.inbox', '=', 'outbox.inbox')
        .onRef('pairs_out.series', '=', 'outbox.series'),
    )
    .leftJoin('custody_pairs', (join) =>
      join
        .onRef('custody_pairs.source', '=', 'outbox.source')
        .onRef('custody_pairs.inbox', '=', 'outbox.inbox')
        .onRef('custody_pairs.series', '=', 'outbox.series'),
    )
    .selectAll('outbox')
    .select((row) => [
      row
        .fn<number | null>('max', [
          'outbox.settled_to',
          row.fn.coalesce('pairs_out.settled', row.val(0)),
          row.fn.coalesce('custody_pairs.settled', row.val(0)),
        ])
        .as('settled_to'),
    ])
    .where('outbox.inbox', '=', inbox)
    .where('outbox.not_before', '=', 0)
    .$if(without.length > 0, (query) =>
      query.where((row) =>
        row.or([row('outbox.source', 'not in', without), row('outbox.in_custody', '=', 1)]),
      ),
    )
    .orderBy('outbox.position')
    .limit(maxRows)
    .execute();
}

/** When the first of those that wait for a recipient may be delivered; undefined when none waits. */
export async function readNextTime(db: TrafficDatabase, inbox: string): Promise<number | undefined> {
  const { next } = await db
    .selectFrom('outbox')
    .select((row) => row.fn.min('not_before').as('next'))
    .where('inbox', '=', inbox)
    .executeTakeFirstOrThrow();
  return next ?? undefined;
}

/** Messages that have waited for as long as they may. */
export function readExpired(db: TrafficDatabase, now: number): Promise<OutboxRow[]> {
  return db
    .selectFrom('outbox')
    .selectAll()
    .where('kind', '=', 'MESSAGE')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(maxExpiredAtOnce)
    .execute();
}

/** Of these, what is still there. */
export function readRows(db: TrafficDatabase, positions: readonly number[]): Promise<OutboxRow[]> {
  return db.selectFrom('outbox').selectAll().where('position', 'in', positions).execute();
}

/**
 * The far end waits for a number before this row's. When none of them is here, nobody will bring it any more: it came back while others of its pair
 * were at the initial node, or the far end has lost what it knew.
 */
export async function closeGap(
  db: TrafficDatabase,
  { position, source, inbox, series, number }: OutboxRow,
): Promise<void> {
  if (number === null) return;
  const earlier = db
    .selectFrom('outbox as earlier')
    .select('earlier.position')
    .where('earlier.source', '=', source)
    .where('earlier.inbox', '=', inbox)
    .where('earlier.series', '=', series)
    .where('earlier.number', '<', number);
  await db
    .updateTable('outbox')
    .set({ settled_to: number - 1 })
    .where('position', '=', position)
    .where((row) => row.not(row.exists(earlier)))
    .execute();
}

/** It is not known whether these arrived. */
export async function markAttempted(db: TrafficDatabase, rows: readonly OutboxRow[]): Promise<void> {
  const positions = rows.filter(({ attempted }) => attempted === 0).map(({ position }) => position);
  if (positions.length === 0) return;
  await db.updateTable('outbox').set({ attempted: 1 }).where('position', 'in', positions).execute();
}

/** Rows turned into SKIPs in one transaction. */
const maxExpiredAtOnce = 200;
