import { sql } from 'kysely';
import { limits } from '../../../schema/limits.ts';
import type { Resolution, WorldDatabase } from '../database.ts';
import { averageSamples, parseSample } from './stats-sample.ts';

/** From what each is made, and how its times begin: "2026-11-25T14:05" is a minute. */
const steps = [
  { from: 'second', to: 'minute', prefix: 16, rest: ':00.000Z' },
  { from: 'minute', to: 'hour', prefix: 13, rest: ':00:00.000Z' },
] as const;

const keptMs: Readonly<Record<Resolution, number>> = {
  second: limits.secondsKeptMs,
  minute: limits.minutesKeptMs,
  hour: limits.hoursKeptMs,
};

/**
 * Makes minutes of seconds and hours of minutes that are over and have not been made yet, whenever that was, and drops what has been kept for long
 * enough. In a transaction of the caller's.
 * @param now ISO 8601
 */
export async function rollUp(transaction: WorldDatabase, node: string, now: string): Promise<void> {
  for (const { from, to, prefix, rest } of steps) {
    for (const period of await findOver(transaction, { node, from, to, prefix, now })) {
      const range = { node, from, to, start: `${period}${rest}`, period };
      await rollUpStats(transaction, range);
      await rollUpUsage(transaction, range);
    }
  }
  for (const [resolution, ms] of Object.entries(keptMs) as [Resolution, number][]) {
    const before = new Date(Date.parse(now) - ms).toISOString();
    for (const table of ['stats', 'resource_usage'] as const) {
      await transaction
        .deleteFrom(table)
        .where('resolution', '=', resolution)
        .where('timestamp', '<', before)
        .execute();
    }
  }
}

/** Periods that are over, have rows of the finer kind, and none of their own. */
async function findOver(
  db: WorldDatabase,
  options: {
    readonly node: string;
    readonly from: Resolution;
    readonly to: Resolution;
    readonly prefix: number;
    readonly now: string;
  },
): Promise<readonly string[]> {
  const { node, from, to, prefix, now } = options;
  const latest = await db
    .selectFrom('stats')
    .select((eb) => eb.fn.max('timestamp').as('timestamp'))
    .where('node_id', '=', node)
    .where('resolution', '=', to)
    .executeTakeFirst();
  const period = sql<string>`substr(timestamp, 1, ${sql.lit(prefix)})`;
  const rows = await db
    .selectFrom('stats')
    .select(period.as('period'))
    .distinct()
    .where('node_id', '=', node)
    .where('resolution', '=', from)
    // Beyond the latest one that is made; "~" sorts behind all that a time may go on with.
    .where('timestamp', '>', latest?.timestamp ? `${latest.timestamp.slice(0, prefix)}~` : '')
    .where('timestamp', '<', now.slice(0, prefix))
    .orderBy('period')
    .execute();
  return rows.map((row) => row.period);
}

interface Range {
  readonly node: string;
  readonly from: Resolution;
  readonly to: Resolution;
  /** When the period begins, as a time. */
  readonly start: string;
  /** What its times begin with. */
  readonly period: string;
}

async function rollUpStats(db: WorldDatabase, { node, from, to, start, period }: Range): Promise<void> {
  const rows = await db
    .selectFrom('stats')
    .select('data')
    .where('node_id', '=', node)
    .where('resolution', '=', from)
    .where('timestamp', '>=', period)
    .where('timestamp', '<', `${period}~`)
    .execute();
  const data = JSON.stringify(
    averageSamples(
      start,
      rows.map((row) => parseSample(row.data)),
    ),
  );
  await db.insertInto('stats').values({ timestamp: start, node_id: node, data, resolution: to }).execute();
}

async function rollUpUsage(db: WorldDatabase, { node, from, to, start, period }: Range): Promise<void> {
  const columns = [
    'timestamp',
    'username',
    'node_id',
    'process_pid',
    'cpu_percent',
    'memory_usage',
    'network_sent',
    'network_received',
    'disk_read',
    'disk_write',
    'resolution',
  ] as const;
  await db
    .insertInto('resource_usage')
    .columns([...columns])
    .expression((eb) =>
      eb
        .selectFrom('resource_usage')
        .select((row) => [
          sql.lit(start).as('timestamp'),
          'username',
          'node_id',
          'process_pid',
          row.fn.avg<number>('cpu_percent').as('cpu_percent'),
          row.fn.max('memory_usage').as('memory_usage'),
          row.fn.max('network_sent').as('network_sent'),
          row.fn.max('network_received').as('network_received'),
          row.fn.max('disk_read').as('disk_read'),
          row.fn.max('disk_write').as('disk_write'),
          sql.lit(to).as('resolution'),
        ])
        .where('node_id', '=', node)
        .where('resolution', '=', from)
        .where('timestamp', '>=', period)
        .where('timestamp', '<', `${period}~`)
        .groupBy(['username', 'node_id', 'process_pid']),
    )
    .execute();
}
