import { limits } from '../../schema/limits.ts';
import type { AgentFailure } from '../agent-runtime.ts';
import { type ProcReading, readProc } from '../../wire/read-proc.ts';

export interface WatchOptions {
  readonly pid: number;
  /** What the engine lets the batch have of CPU. */
  readonly allowedMs: number;
  /** Called once, when the process has to be killed. */
  readonly onBreach: (kind: AgentFailure['kind'], text: string) => void;
}

export interface BatchWatch {
  /** While the process waits for us, its time stands still. */
  pause(): void;
  resume(): void;
  stop(): void;
  /**
   * CPU time of the whole process since the watch began, in ms, as the kernel has it; of the first moments, at most what the clock on the wall shows. Of a
   * process that has gone, as it was last seen.
   */
  usedMs(): number;
}

/**
 * Watches from outside a process in which a batch runs. The engine's own limits come first; this is for what it cannot interrupt, and for a process that
 * does not do as it is told any more. It may use the CPU time that it is allowed and a little more, in the same time on the wall; in several times as much
 * only while it wants to run and the machine does not let it.
 */
export function watchBatch({ pid, allowedMs, onBreach }: WatchOptions): BatchWatch {
  let before: number | undefined;
  let latestMs = 0;
  const patienceMs = allowedMs + limits.agentGraceMs;
  let elapsedMs = 0;
  let since: number | undefined = performance.now();
  const onWallMs = (): number => elapsedMs + (since === undefined ? 0 : performance.now() - since);
  let watchedMs = 0;
  let lookedAt = performance.now();
  /** Of the time in which this process itself stood still only a little counts. @returns whether it did */
  const watch = (): boolean => {
    const passedMs = performance.now() - lookedAt;
    watchedMs += Math.min(passedMs, 2 * limits.agentWatchMs);
    lookedAt += passedMs;
    return passedMs > 2 * limits.agentWatchMs;
  };
  /** Most batches are over before the first look, and what a look costs would be a good part of what they do; so what it had used before is inferred. */
  const usedMs = (proc: ProcReading, atMostMs: number): number => {
    before ??= proc.cpuMs - atMostMs;
    latestMs = Math.max(0, proc.cpuMs - before);
    return latestMs;
  };
  const look = (): void => {
    if (since === undefined) return;
    const hasStoodStill = watch();
    const proc = readProc(pid);
    const cpuMs = proc === undefined ? undefined : usedMs(proc, watchedMs);
    // What was said meanwhile is heard first.
    if (hasStoodStill) return;
    if (proc !== undefined && proc.rssBytes > limits.maxAgentProcessBytes)
      return breach('MEMORY', `Memory: its process has ${Math.round(proc.rssBytes / 1_048_576)} MiB`);
    const hasUsedAll = cpuMs !== undefined && cpuMs > patienceMs;
    const isStarved = proc?.isSleeping === false && !hasUsedAll;
    if (hasUsedAll || watchedMs > patienceMs * (isStarved ? limits.agentStarvationFactor : 1))
      breach('TIMEOUT', 'Timeout: it could not be interrupted, and its process was killed');
  };
  const timer = setInterval(look, limits.agentWatchMs);
  const stop = (): void => clearInterval(timer);
  const breach = (kind: AgentFailure['kind'], text: string): void => {
    stop();
    onBreach(kind, text);
  };
  return {
    pause: () => {
      if (since === undefined) return;
      watch();
      elapsedMs += performance.now() - since;
      since = undefined;
    },
    resume: () => {
      if (since !== undefined) return;
      since = performance.now();
      lookedAt = since;
    },
    stop,
    usedMs: () => {
      const proc = readProc(pid);
      return proc === undefined ? latestMs : usedMs(proc, onWallMs());
    },
  };
}
