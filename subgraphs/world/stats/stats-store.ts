import type { Resolution, ResourceUsageRow, StatsRow, WorldDatabase } from '../database.ts';
import type { ProcessUsage } from './process-meter.ts';
import { rollUp } from './roll-up.ts';
import type { Sampled } from './stats-sample.ts';

interface StoreOptions {
  readonly db: WorldDatabase;
  readonly node: string;
  /** On whose behalf this process runs. */
  readonly runsAs: string;
}

/** What a time has of its minute. */
const minutePrefix = '2026-11-25T14:05'.length;
const bytesPerMb = 1_048_576;

export interface HistoryRange {
  readonly resolution: Resolution;
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
  /** Of the latest sample. */
  #minute: string | undefined;

  constructor(options: StoreOptions) {
    this.#db = options.db;
    this.#node = options.node;
    this.#runsAs = options.runsAs;
  }

  /** Keeps the sample; at the first one of a minute, what is over is rolled up and what is old dropped. */
  async add({ sample, process, agentProcesses }: Sampled): Promise<void> {
    const row = { timestamp: sample.at, node_id: this.#node };
    const minute = sample.at.slice(0, minutePrefix);
    await this.#db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('stats')
        .values({ ...row, data: JSON.stringify(sample) })
        .execute();
      const own = {
        username: this.#runsAs,
        process_pid: process.pid,
        cpu_percent: sample.cpuPercent,
        memory_usage: sample.memoryMb,
        network_sent: 0,
        network_received: 0,
        disk_read: process.diskReadBytes,
        disk_write: process.diskWriteBytes,
      };
      const usages = [own, ...agentProcesses.map(toUsageRow)];
      await transaction
        .insertInto('resource_usage')
        .values(usages.map((usage) => ({ ...row, ...usage })))
        .execute();
      if (minute !== this.#minute) await rollUp(transaction, this.#node, sample.at);
    });
    this.#minute = minute;
  }

  async listStats({ resolution, since, afterId, limit }: HistoryRange): Promise<StatsRow[]> {
    return this.#stats(resolution, since)
      .where('id', '>', afterId)
      .selectAll()
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  async countStats(resolution: Resolution, since: string | undefined): Promise<number> {
    const query = this.#stats(resolution, since).select((eb) => eb.fn.countAll<number>().as('count'));
    return (await query.executeTakeFirstOrThrow()).count;
  }

  async listUsage(
    username: string | undefined,
    { resolution, since, afterId, limit }: HistoryRange,
  ): Promise<ResourceUsageRow[]> {
    return this.#usage(username, resolution, since)
      .where('id', '>', afterId)
      .selectAll()
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  async countUsage(
    username: string | undefined,
    resolution: Resolution,
    since: string | undefined,
  ): Promise<number> {
    const query = this.#usage(username, resolution, since).select((eb) =>
      eb.fn.countAll<number>().as('count'),
    );
    return (await query.executeTakeFirstOrThrow()).count;
  }

  #stats(resolution: Resolution, since: string | undefined) {
    const query = this.#db
      .selectFrom('stats')
      .where('node_id', '=', this.#node)
      .where('resolution', '=', resolution);
    return since === undefined ? query : query.where('timestamp', '>=', since);
  }

  #usage(username: string | undefined, resolution: Resolution, since: string | undefined) {
    let query = this.#db
      .selectFrom('resource_usage')
      .where('node_id', '=', this.#node)
      .where('resolution', '=', resolution);
    if (username !== undefined) query = query.where('username', '=', username);
    return since === undefined ? query : query.where('timestamp', '>=', since);
  }
}

function toUsageRow(usage: ProcessUsage) {
  return {
    username: usage.owner,
    process_pid: usage.pid,
    cpu_percent: usage.cpuPercent,
    memory_usage: usage.memoryBytes / bytesPerMb,
    network_sent: usage.networkSentBytes,
    network_received: usage.networkReceivedBytes,
    disk_read: usage.diskReadBytes,
    disk_write: usage.diskWriteBytes,
  };
}
