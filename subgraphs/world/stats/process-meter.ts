import type { AgentProcess } from '../../../agents/agent-runtime.ts';
import { type ProcessReading, readProcessOf } from './read-process.ts';

/** What a process of agents used up to one moment. */
export interface ProcessUsage {
  readonly owner: string;
  readonly pid: number;
  /** Of one core, since the reading before, or since the process started. */
  readonly cpuPercent: number;
  /** Since the reading before; never negative. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
  /** Since the process started. */
  readonly diskReadBytes: number;
  readonly diskWriteBytes: number;
  /** What has passed between it and this node, which is all that it can reach. Since the process started. */
  readonly networkSentBytes: number;
  readonly networkReceivedBytes: number;
}

interface MeterOptions {
  readonly processes: () => readonly AgentProcess[];
  readonly read?: (pid: number) => ProcessReading | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

interface Past {
  readonly reading: ProcessReading;
  readonly atMs: number;
}

/**
 * Reads what processes of agents use, from outside: they cannot lie about it. A process is known by its PID and the time at which it started, so that
 * another one with the same PID begins anew.
 */
export class ProcessMeter {
  readonly #processes: MeterOptions['processes'];
  readonly #read: NonNullable<MeterOptions['read']>;
  readonly #now: () => number;
  #past: ReadonlyMap<number, Past> = new Map();
  #pastAtMs: number;

  constructor({ processes, read = readProcessOf, now = () => performance.now() }: MeterOptions) {
    this.#processes = processes;
    this.#read = read;
    this.#now = now;
    this.#pastAtMs = now();
  }

  /** One for each process that there is now. */
  read(): readonly ProcessUsage[] {
    const atMs = this.#now();
    const present = new Map<number, Past>();
    const usages = this.#processes().flatMap((agentProcess) => {
      const reading = this.#read(agentProcess.pid);
      if (!reading) return [];
      present.set(reading.pid, { reading, atMs });
      return this.#usage(agentProcess, reading, atMs);
    });
    this.#past = present;
    this.#pastAtMs = atMs;
    return usages;
  }

  #usage(agentProcess: AgentProcess, reading: ProcessReading, atMs: number): ProcessUsage {
    const known = this.#past.get(reading.pid);
    const past = known?.reading.startTicks === reading.startTicks ? known : undefined;
    const cpuMs = Math.max(0, reading.cpuMs - (past?.reading.cpuMs ?? 0));
    // One that is new has started after the reading before.
    const forMs = atMs - (past?.atMs ?? this.#pastAtMs);
    return {
      owner: agentProcess.owner,
      pid: reading.pid,
      cpuPercent: forMs > 0 ? (100 * cpuMs) / forMs : 0,
      cpuMs,
      memoryBytes: reading.memoryBytes,
      diskReadBytes: reading.diskReadBytes,
      diskWriteBytes: reading.diskWriteBytes,
      networkSentBytes: agentProcess.sentBytes,
      networkReceivedBytes: agentProcess.receivedBytes,
    };
  }
}
