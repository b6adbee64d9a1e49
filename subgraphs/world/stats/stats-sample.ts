import type { AgentStore } from '../agents/agent-store.ts';
import type { ProcessMeter, ProcessUsage } from './process-meter.ts';
import { type ProcessReading, readProcess } from './read-process.ts';

/** The state of this node at one moment; stored as it is, as JSON. */
export interface StatsSample {
  /** ISO 8601. */
  readonly at: string;
  /** Of one core, over about the last second. */
  readonly cpuPercent: number;
  readonly memoryMb: number;
  readonly agents: number;
  readonly messagesPerSecond: number;
  readonly linkLatencyMs: number | null;
  readonly uptimeSeconds: number;
}

export interface SampleSource {
  readonly agents: AgentStore;
  readonly clock: () => number;
  readonly messagesPerSecond: () => number;
  readonly linkLatencyMs: () => number | null;
  readonly readProcess?: (() => ProcessReading) | undefined;
  /** Processes of agents on this node. */
  readonly meter?: Pick<ProcessMeter, 'read'> | undefined;
}

export interface Sampled {
  readonly sample: StatsSample;
  readonly process: ProcessReading;
  /** What processes of agents used, each for its owner. */
  readonly agentProcesses: readonly ProcessUsage[];
}

/** /proc counts CPU in hundredths of a second: over less than this, percents would be guesses. */
const cpuWindowMs = 1_000;

/** Returns what takes a sample at each call. */
export function createSampler(source: SampleSource): () => Promise<Sampled> {
  const read = source.readProcess ?? readProcess;
  const startedMs = source.clock();
  let history = [{ atMs: performance.now(), cpuMs: read().cpuMs }];

  return async () => {
    const reading = read();
    const atMs = performance.now();
    const from = history.findLast((past) => atMs - past.atMs >= cpuWindowMs) ?? history[0];
    const percent = from && atMs > from.atMs ? (100 * (reading.cpuMs - from.cpuMs)) / (atMs - from.atMs) : 0;
    history = [...history.filter((past) => past.atMs >= (from?.atMs ?? 0)), { atMs, cpuMs: reading.cpuMs }];

    const nowMs = source.clock();
    const sample = {
      at: new Date(nowMs).toISOString(),
      cpuPercent: round(percent),
      memoryMb: round(reading.memoryBytes / 1_048_576),
      agents: await source.agents.count(),
      messagesPerSecond: round(source.messagesPerSecond()),
      linkLatencyMs: source.linkLatencyMs(),
      uptimeSeconds: round((nowMs - startedMs) / 1_000),
    };
    return { sample, process: reading, agentProcesses: source.meter?.read() ?? [] };
  };
}

/** What these come to together, for a period that begins at `at`; how long the node has been up as at its end. */
export function averageSamples(at: string, samples: readonly StatsSample[]): StatsSample {
  const average = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return null;
    return round(known.reduce((sum, value) => sum + value, 0) / known.length);
  };
  return {
    at,
    cpuPercent: average(samples.map(({ cpuPercent }) => cpuPercent)) ?? 0,
    memoryMb: average(samples.map(({ memoryMb }) => memoryMb)) ?? 0,
    agents: Math.round(average(samples.map(({ agents }) => agents)) ?? 0),
    messagesPerSecond: average(samples.map(({ messagesPerSecond }) => messagesPerSecond)) ?? 0,
    linkLatencyMs: average(samples.map(({ linkLatencyMs }) => linkLatencyMs)),
    uptimeSeconds: samples.at(-1)?.uptimeSeconds ?? 0,
  };
}

const round = (value: number) => Math.round(value * 100) / 100;

/** A sample as it was stored: by us, so that its shape is known. */
export function parseSample(json: string): StatsSample {
  return JSON.parse(json) as StatsSample;
}
