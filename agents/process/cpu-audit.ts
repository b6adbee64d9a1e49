import { limits } from '../../schema/limits.ts';
import { readProc } from '../../wire/read-proc.ts';

export interface CpuAuditOptions {
  readonly pid: number;
  /** CPU time of the whole process in ms, as the kernel has it; undefined when there is no such process. */
  readonly read?: (pid: number) => number | undefined;
  /** Called once, when what the process says is believed no more. */
  readonly onDispute: (dispute: CpuDispute) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/** What a process has said of all its batches so far, and what the kernel has counted. */
export interface CpuDispute {
  readonly claimedMs: number;
  readonly usedMs: number;
}

/**
 * Holds what a process says that its batches have cost against what the kernel has counted. An honest one says with each result all that it has used
 * since the one before. So what it has said of all of them is never more than it has used by then; and never less than it had used when the batch was sent of
 * which it speaks, whatever it does besides. Whoever says something else is charged by the kernel from then on.
 */
export class CpuAudit {
  readonly #options: CpuAuditOptions;
  readonly #read: () => number | undefined;
  readonly #now: () => number;
  /**
   * What had been used when the audit began. The process has begun to count before that, when it said that it is ready; so of too much it is accused only by
   * what it has used in all its life.
   */
  readonly #startMs: number | undefined;
  #chargedMs = 0;
  /** Of what was charged, what has not been compared yet, and since when. */
  #openMs = 0;
  #comparedAtMs: number;
  /** What had been used when this batch was sent, and when that was. */
  #mark: { readonly batch: number; readonly usedMs: number } | undefined;
  #markedAtMs: number;
  #isBelieved = true;

  /** Begins when the process has said that it is ready, and before it is given anything to do. */
  constructor(options: CpuAuditOptions) {
    this.#options = options;
    const { pid, read = readCpuMs, now = () => performance.now() } = options;
    this.#read = () => read(pid);
    this.#now = now;
    this.#startMs = this.#read();
    this.#comparedAtMs = this.#markedAtMs = now();
  }

  /** The process is about to be sent this batch; their numbers rise. */
  sending(batch: number): void {
    const nowMs = this.#now();
    if (!this.#isBelieved || this.#mark || nowMs - this.#markedAtMs < limits.cpuAuditEveryMs) return;
    this.#markedAtMs = nowMs;
    const usedMs = this.#usedMs();
    if (usedMs !== undefined) this.#mark = { batch, usedMs };
  }

  /**
   * What the batch that has just ended is charged.
   * @param claimedMs what the process says
   */
  charge(batch: number, claimedMs: number): number {
    // Of one that was called off there is no result; then the next has to name it.
    const marked = this.#mark && this.#mark.batch <= batch ? this.#mark : undefined;
    if (marked) this.#mark = undefined;
    const isTooLittle =
      marked !== undefined && marked.usedMs - this.#chargedMs - claimedMs > limits.cpuAuditMarginMs;
    const isDue =
      !this.#isBelieved ||
      isTooLittle ||
      this.#openMs + claimedMs > limits.cpuAuditMarginMs ||
      this.#now() - this.#comparedAtMs >= limits.cpuAuditEveryMs;
    const chargedMs = isDue ? this.#compare(claimedMs, isTooLittle) : claimedMs;
    this.#openMs = isDue ? 0 : this.#openMs + claimedMs;
    this.#chargedMs += chargedMs;
    return chargedMs;
  }

  /**
   * What the process has used and nobody was charged for: the cost of a batch that had to be killed.
   * @param seenMs what was last seen of that batch, for a process that has gone already
   */
  rest(seenMs: number): number {
    const usedMs = this.#usedMs();
    return usedMs === undefined ? seenMs : Math.max(0, usedMs - this.#chargedMs);
  }

  #compare(claimedMs: number, isTooLittle: boolean): number {
    const usedMs = this.#usedMs();
    this.#comparedAtMs = this.#now();
    // Of a process that has just gone, or on a system without /proc, nothing better is known.
    if (usedMs === undefined) return Math.min(claimedMs, limits.agentBatchMs + limits.agentGraceMs);
    const inAllMs = usedMs + (this.#startMs ?? 0);
    const isTooMuch = this.#chargedMs + claimedMs - inAllMs > limits.cpuAuditMarginMs;
    if (this.#isBelieved && !isTooLittle && !isTooMuch) return claimedMs;
    if (this.#isBelieved) this.#options.onDispute({ claimedMs: this.#chargedMs + claimedMs, usedMs });
    this.#isBelieved = false;
    return Math.max(0, usedMs - this.#chargedMs);
  }

  #usedMs(): number | undefined {
    const cpuMs = this.#read();
    return cpuMs === undefined || this.#startMs === undefined ? undefined : cpuMs - this.#startMs;
  }
}

function readCpuMs(pid: number): number | undefined {
  return readProc(pid)?.cpuMs;
}
