import { limits } from '../../../schema/limits.ts';
import type { ResourceUsageRow, StatsRow, WorldDatabase } from '../database.ts';
import type { Sampled } from './stats-sample.ts';

interface StoreOptions {
  readonly db: WorldDatabase;
  readonly node: string;
  /** On whose behalf this process runs. */
  readonly runsAs: string;
}

export interface HistoryRange {
  /** Only what is as late as this (ISO 8601, UTC). */
  readonly since?: string | undefined;
  readonly afterId: number;
  readonly limit: number;
}

/** The newest samples of this node and what its process used, oldest first. */
export class StatsStore {
  readonly #db: WorldDatabase;
  readonly #node: string;
  readonly #runsAs: string;

  constructor(options: StoreOptions) {
    this.#db = options.db;
    this.#node = options.node;
    this.#runsAs = options.runsAs;
  }

  /** Keeps the sample, and drops what is older than the last `limits.maxStatsSamples`. */
  async add({ sample, process }: Sampled): Promise<void> {
    const row = { timestamp: sample.at, node_id: this.#node };
    await this.#db.transaction().execute(async (transaction) => {
      const stats = await transaction
        .insertInto('stats')
        .values({ ...row, data: JSON.stringify(sample) })
        .returning('id')
        .executeTakeFirstOrThrow();
      const usage = await transaction
        .insertInto('resource_usage')
        .values({
          ...row,
          username: this.#runsAs,
          process_pid: process.pid,
          cpu_percent: sample.cpuPercent,
          memory_usage: sample.memoryMb,
          network_sent: 0,
          network_received: 0,
          disk_read: process.diskReadBytes,
          disk_write: process.diskWriteBytes,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await transaction
        .deleteFrom('stats')
        .where('id', '<=', stats.id - limits.maxStatsSamples)
        .execute();
      await transaction
        .deleteFrom('resource_usage')
        .where('id', '<=', usage.id - limits.maxStatsSamples)
        .execute();
    });
  }

  async listStats({ since, afterId, limit }: HistoryRange): Promise<StatsRow[]> {
    return this.#stats(since).where('id', '>', afterId).selectAll().orderBy('id').limit(limit).execute();
  }

  async countStats(since: string | undefined): Promise<number> {
    const query = this.#stats(since).select((eb) => eb.fn.countAll<number>().as('count'));
    return (await query.executeTakeFirstOrThrow()).count;
  }

  async listUsage(
    username: string | undefined,
    { since, afterId, limit }: HistoryRange,
  ): Promise<ResourceUsageRow[]> {
    return this.#usage(username, since)
      .where('id', '>', afterId)
      .selectAll()
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  async countUsage(username: string | undefined, since: string | undefined): Promise<number> {
    const query = this.#usage(username, since).select((eb) => eb.fn.countAll<number>().as('count'));
    return (await query.executeTakeFirstOrThrow()).count;
  }

  #stats(since: string | undefined) {
    const query = this.#db.selectFrom('stats').where('node_id', '=', this.#node);
    return since === undefined ? query : query.where('timestamp', '>=', since);
  }

  #usage(username: string | undefined, since: string | undefined) {
    let query = this.#db.selectFrom('resource_usage').where('node_id', '=', this.#node);
    if (username !== undefined) query = query.where('username', '=', username);
    return since === undefined ? query : query.where('timestamp', '>=', since);
  }
}
