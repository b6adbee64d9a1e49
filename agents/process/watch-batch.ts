import { limits } from '../../schema/limits.ts';
import type { AgentFailure } from '../agent-runtime.ts';
import { readProc } from './read-proc.ts';

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
  /** CPU time of the whole process since the watch began, in ms, as the kernel has it. */
  usedMs(): number;
}

/**
 * Watches from outside a process in which a batch runs. The engine's own limits come first; this is for what it cannot interrupt, and for a process that
 * does not do as it is told any more. Time is that on the wall, and gets longer (a few times) for a process that the machine has not let run.
 */
export function watchBatch({ pid, allowedMs, onBreach }: WatchOptions): BatchWatch {
  const before = readProc(pid)?.cpuMs ?? 0;
  const usedMs = (): number => Math.max(0, (readProc(pid)?.cpuMs ?? before) - before);
  const patienceMs = allowedMs + limits.agentGraceMs;
  let extensions = 0;
  let elapsedMs = 0;
  let since: number | undefined = performance.now();
  const look = (): void => {
    const proc = readProc(pid);
    if (proc !== undefined && proc.rssBytes > limits.maxAgentProcessBytes)
      return breach('MEMORY', `Memory: its process has ${Math.round(proc.rssBytes / 1_048_576)} MiB`);
    const now = elapsedMs + (since === undefined ? 0 : performance.now() - since);
    if (now <= patienceMs * (1 + extensions)) return;
    const isStarved = proc !== undefined && proc.cpuMs - before < allowedMs;
    if (isStarved && extensions < limits.maxAgentExtensions) extensions += 1;
    else breach('TIMEOUT', 'Timeout: it could not be interrupted, and its process was killed');
  };
  const timer = setInterval(look, limits.agentWatchMs);
  const stop = (): void => clearInterval(timer);
  const breach = (kind: AgentFailure['kind'], text: string): void => {
    stop();
    onBreach(kind, text);
  };
  return {
    pause: () => {
      if (since !== undefined) elapsedMs += performance.now() - since;
      since = undefined;
    },
    resume: () => void (since ??= performance.now()),
    stop,
    usedMs,
  };
}
