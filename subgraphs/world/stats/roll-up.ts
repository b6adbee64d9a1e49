import { sql } from 'kysely';
import { limits } from '../../../schema/limits.ts';
import type { Resolution, WorldDatabase } from '../database.ts';
import { type RollUpRange, rollUpUsage } from './roll-up-usage.ts';
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

async function rollUpStats(db: WorldDatabase, { node, from, to, start, period }: RollUpRange): Promise<void> {
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
