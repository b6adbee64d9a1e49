import { limits } from '../../../schema/limits.ts';
import type { Resolution, ResourceUsageRow, StatsRow, WorldDatabase } from '../database.ts';
import type { AgentMeter, AgentUsage } from './agent-meter.ts';
import { rollUp } from './roll-up.ts';
import { type Sampled, type StatsSample, parseSample } from './stats-sample.ts';
import { toAgentRow, toProcessRow } from './usage-rows.ts';

interface StoreOptions {
  readonly db: WorldDatabase;
  readonly node: string;
  /** On whose behalf this process runs. */
  readonly runsAs: string;
  /** What agents use, taken with each sample. */
  readonly meter: AgentMeter;
}

/** What a time has of its minute. */
const minutePrefix = '2026-11-25T14:05'.length;

export interface HistoryRange {
  readonly resolution: Resolution;
  /** Only what is as late as this (ISO 8601, UTC). */
  readonly since?: string | undefined;
  readonly afterId: number;
  readonly limit: number;
}

/** Whose rows: of processes, or of agents; of this person, of this agent. */
export interface UsageFilter {
  readonly of: 'PROCESSES' | 'AGENTS';
  readonly username?: string | undefined;
  readonly agent?: string | undefined;
}

/** The newest samples of this node and what its process and its agents used, oldest first. */
export class StatsStore {
  readonly #db: WorldDatabase;
  readonly #node: string;
  readonly #runsAs: string;
  readonly #meter: AgentMeter;
  /** Of the latest sample. */
  #minute: string | undefined;
  #atMs: number | undefined;

  constructor(options: StoreOptions) {
    this.#db = options.db;
    this.#node = options.node;
    this.#runsAs = options.runsAs;
    this.#meter = options.meter;
  }

  /** Keeps the sample, and what agents have used since the one before; at the first of a minute, what is over is rolled up and what is old dropped. */
  async add(sampled: Sampled): Promise<void> {
    const used = this.#meter.take(limits.maxAgentsPerSample);
    try {
      await this.#add(sampled, used);
    } catch (error) {
      this.#meter.giveBack(used);
      throw error;
    }
    this.#minute = minuteOf(sampled);
    this.#atMs = Date.parse(sampled.sample.at);
  }

  async #add(sampled: Sampled, used: readonly AgentUsage[]): Promise<void> {
    const { sample, process, agentProcesses } = sampled;
    const row = { timestamp: sample.at, node_id: this.#node };
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
      const usages = [own, ...agentProcesses.map(toProcessRow)];
      await transaction
        .insertInto('resource_usage')
        .values(usages.map((usage) => ({ ...row, ...usage })))
        .execute();
      await this.#addAgents(transaction, used, { at: sample.at, agentProcesses });
      if (minuteOf(sampled) !== this.#minute) await rollUp(transaction, this.#node, sample.at);
    });
  }

  /** What agents have used since the last sample, of a node that stops; nobody may be counting any more. */
  async addRest(at: string): Promise<void> {
    for (;;) {
      const used = this.#meter.take(limits.maxAgentsPerSample);
      if (used.length === 0) return;
      await this.#addAgents(this.#db, used, { at, agentProcesses: [] });
    }
  }

  async #addAgents(
    db: WorldDatabase,
    used: readonly AgentUsage[],
    { at, agentProcesses }: Pick<Sampled, 'agentProcesses'> & { readonly at: string },
  ): Promise<void> {
    if (used.length === 0) return;
    const forMs = this.#atMs === undefined ? undefined : Date.parse(at) - this.#atMs;
    const rows = used.map((usage) => toAgentRow(usage, { forMs, agentProcesses }));
    await db
      .insertInto('resource_usage')
      .values(rows.map((row) => ({ timestamp: at, node_id: this.#node, ...row })))
      .execute();
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

  /** So many minutes after that time, oldest first. */
  async minutesAfter(at: string, limit: number): Promise<readonly StatsSample[]> {
    const rows = await this.#stats('minute', undefined)
      .where('timestamp', '>', at)
      .select('data')
      .orderBy('timestamp')
      .limit(limit)
      .execute();
    return rows.map(({ data }) => parseSample(data));
  }

  async listUsage(
    filter: UsageFilter,
    { resolution, since, afterId, limit }: HistoryRange,
  ): Promise<ResourceUsageRow[]> {
    return this.#usage(filter, resolution, since)
      .where('id', '>', afterId)
      .selectAll()
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  async countUsage(filter: UsageFilter, resolution: Resolution, since: string | undefined): Promise<number> {
    const query = this.#usage(filter, resolution, since).select((eb) => eb.fn.countAll<number>().as('count'));
    return (await query.executeTakeFirstOrThrow()).count;
  }

  #stats(resolution: Resolution, since: string | undefined) {
    const query = this.#db
      .selectFrom('stats')
      .where('node_id', '=', this.#node)
      .where('resolution', '=', resolution);
    return since === undefined ? query : query.where('timestamp', '>=', since);
  }

  #usage({ of, username, agent }: UsageFilter, resolution: Resolution, since: string | undefined) {
    let query = this.#db
      .selectFrom('resource_usage')
      .where('node_id', '=', this.#node)
      .where('resolution', '=', resolution)
      .where('agent_id', of === 'AGENTS' ? 'is not' : 'is', null);
    if (username !== undefined) query = query.where('username', '=', username);
    if (agent !== undefined) query = query.where('agent_id', '=', agent);
    return since === undefined ? query : query.where('timestamp', '>=', since);
  }
}

function minuteOf({ sample }: Sampled): string {
  return sample.at.slice(0, minutePrefix);
}
