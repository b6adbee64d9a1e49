import { sql } from 'kysely';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import type { Resolution, StatsRow, WorldDatabase } from '../database.ts';
import { rollUp } from './roll-up.ts';
import type { StatsSample } from './stats-sample.ts';
import type { HistoryRange } from './stats-store.ts';

interface ReportedOptions {
  readonly db: WorldDatabase;
  /** This node's id. */
  readonly node: string;
  readonly clock: () => number;
}

/** Whose it is, and what. */
export interface ReportedSample extends StatsSample {
  readonly of: string;
}

const minuteMs = 60_000;

/**
 * Statistics that other nodes have sent to this one. There is room for one sample of each minute of each node, for as long as this node keeps minutes of its own,
 * and hours are made of them as of its own: so nobody can send more than that, however often.
 */
export class ReportedStats {
  readonly #db: WorldDatabase;
  readonly #node: string;
  readonly #clock: () => number;
  readonly #reports = new RateLimiterMemory({ points: limits.maxReportsPerMinute, duration: 60 });

  constructor(options: ReportedOptions) {
    this.#db = options.db;
    this.#node = options.node;
    this.#clock = options.clock;
  }

  /** Keeps what is later than all that is kept of that node. The latest that is, then. BAD_USER_INPUT, RATE_LIMITED, QUOTA_EXCEEDED. */
  async keep(node: string, samples: readonly StatsSample[]): Promise<string | undefined> {
    const oldest = this.#check(samples);
    await this.#reports.consume(node).catch(() => {
      throw codedError('RATE_LIMITED', `Expected at most ${limits.maxReportsPerMinute} reports in a minute`);
    });
    return this.#db.transaction().execute(async (transaction) => {
      const latest = await this.#latestOf(transaction, node);
      const fresh = samples.filter(({ at }) => at > (latest ?? '') && at >= oldest);
      const last = fresh.at(-1);
      if (!last) return latest;
      if (latest === undefined) await this.#assertRoom(transaction);
      await transaction
        .insertInto('stats')
        .values(
          fresh.map((sample) => ({
            timestamp: sample.at,
            node_id: node,
            data: JSON.stringify(sample),
            resolution: 'minute' as const,
          })),
        )
        .execute();
      // By its own time, an hour being over when all of its minutes have come, and they come in order; but never by one that is ahead of ours, by which others' rows
      // would be too old.
      const now = new Date(this.#clock()).toISOString();
      await rollUp(transaction, node, last.at < now ? last.at : now);
      return last.at;
    });
  }

  async list(of: string, { resolution, since, afterId, limit }: HistoryRange): Promise<StatsRow[]> {
    return this.#reported(of, resolution, since)
      .where('id', '>', afterId)
      .selectAll()
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  async count(of: string, resolution: Resolution, since: string | undefined): Promise<number> {
    const query = this.#reported(of, resolution, since).select((eb) => eb.fn.countAll<number>().as('count'));
    return (await query.executeTakeFirstOrThrow()).count;
  }

  /** As a time, from when on samples are kept at all. */
  #check(samples: readonly StatsSample[]): string {
    if (samples.length > limits.maxReportedSamples)
      throw wrong(`at most ${limits.maxReportedSamples} samples`, samples.length);
    const now = this.#clock();
    const newest = new Date(now + limits.maxClockSkewMs).toISOString();
    let before = '';
    for (const sample of samples) {
      const { at } = sample;
      const atMs = Date.parse(at);
      if (!(atMs % minuteMs === 0) || new Date(atMs).toISOString() !== at)
        throw wrong('the beginning of a minute, as in 2026-01-31T12:00:00.000Z', at);
      if (at <= before) throw wrong(`a minute after ${before}`, at);
      if (at > newest) throw wrong(`no later minute than ${newest}`, at);
      for (const [name, value] of Object.entries(sample))
        if (typeof value === 'number' && !(value >= 0)) throw wrong(`${name} not to be negative`, value);
      before = at;
    }
    return new Date(now - limits.minutesKeptMs).toISOString();
  }

  async #latestOf(db: WorldDatabase, node: string): Promise<string | undefined> {
    const row = await db
      .selectFrom('stats')
      .select((eb) => eb.fn.max<string | null>('timestamp').as('latest'))
      .where('node_id', '=', node)
      .where('resolution', '=', 'minute')
      .executeTakeFirst();
    return row?.latest ?? undefined;
  }

  /** From node to node in the index: somebody who is refused again and again may not cost a look at each row. */
  async #assertRoom(db: WorldDatabase): Promise<void> {
    const { rows } = await sql<{ readonly count: number }>`
      with recursive reporting (node_id) as (
        select min(node_id) from stats
        union all
        select (select min(node_id) from stats where stats.node_id > reporting.node_id) from reporting
        where reporting.node_id is not null)
      select count(node_id) as count from reporting where node_id != ${this.#node}`.execute(db);
    if ((rows[0]?.count ?? 0) < limits.maxReportingNodes) return;
    throw codedError(
      'QUOTA_EXCEEDED',
      `${limits.maxReportingNodes} nodes send their statistics here already`,
    );
  }

  #reported(of: string, resolution: Resolution, since: string | undefined) {
    const query = this.#db
      .selectFrom('stats')
      .where('node_id', '=', of)
      .where('node_id', '!=', this.#node)
      .where('resolution', '=', resolution);
    return since === undefined ? query : query.where('timestamp', '>=', since);
  }
}

function wrong(expected: string, got: string | number): Error {
  return codedError('BAD_USER_INPUT', `Expected ${expected}, got ${String(got).slice(0, 40)}`);
}
