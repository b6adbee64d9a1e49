import { limits } from '../../schema/limits.ts';
import type { AgentBatch, AgentImage, AgentProcess, BatchResult } from '../agent-runtime.ts';
import type { OwnerProcess } from './owner-process.ts';
import { readProc } from '../../wire/read-proc.ts';
import type { Turns } from './turns.ts';

export interface LaneOptions {
  /** Starts a process; throws AGENT_TOO_MANY when there is no room for one. */
  readonly open: () => OwnerProcess;
  /** Shared by all owners: how many processes may work at once. */
  readonly turns: Turns;
}

interface Waiting {
  readonly batch: AgentBatch;
  readonly load: () => Promise<AgentImage>;
  readonly resolve: (result: BatchResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Batches that a process has been sent: the one that runs, and the next, so that it need not wait for us. */
const sentAtOnce = 2;
/** The same while they are quick: together they last for as long as we are away to bring results to the disk, and to read what comes next. */
const quickSentAtOnce = 8;
const quickMs = 5;
const lookEveryMs = 250;

/**
 * The batches of one owner, in turn, in a process that is started for the first of them and whenever it has gone. An owner gives up its turn after
 * each batch when others wait for theirs; so nobody gets more by having more to do.
 */
export class OwnerLane {
  readonly #options: LaneOptions;
  readonly #waiting: Waiting[] = [];
  #process: OwnerProcess | undefined;
  #isBusy = false;
  #idleTimer: NodeJS.Timeout | undefined;
  #lookedAtMs = 0;
  #usedAtMs = 0;
  /** What the last batch took, by the process's own word: whoever lies in that gets six more of its batches run before it is another owner's turn. */
  #lastCpuMs = Infinity;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** When a batch came last, in ms of the process's own clock. */
  get usedAtMs(): number {
    return this.#usedAtMs;
  }

  get isIdle(): boolean {
    return !this.#isBusy;
  }

  get process(): AgentProcess | undefined {
    return this.#process?.isOver === false ? this.#process.account : undefined;
  }

  run(batch: AgentBatch, load: () => Promise<AgentImage>): Promise<BatchResult> {
    this.#usedAtMs = performance.now();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, load, resolve, reject });
      if (!this.#isBusy) void this.#work();
    });
  }

  forget(agent: string): void {
    this.#process?.forget(agent);
  }

  /** Rejects what waits with `error`. */
  async close(error?: Error): Promise<void> {
    clearTimeout(this.#idleTimer);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    const process = this.#process;
    this.#process = undefined;
    await process?.close();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    clearTimeout(this.#idleTimer);
    while (this.#waiting.length > 0) {
      try {
        const process = this.#process?.isOver === false ? this.#process : this.#options.open();
        this.#process = process;
        await process.ready;
        await this.#options.turns.take(() => this.#useTurn(process));
      } catch (error) {
        // Without a process nothing can run: it is for those who wait to try again later.
        for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
      }
    }
    this.#isBusy = false;
    this.#idleTimer = setTimeout(() => void this.close(), limits.agentProcessIdleMs).unref();
  }

  async #useTurn(process: OwnerProcess): Promise<void> {
    const { turns } = this.#options;
    const sent = new Set<Promise<void>>();
    let isLarge = false;
    do {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) break;
      const done = this.#runIn(process, waiting).finally(() => sent.delete(done));
      sent.add(done);
      if (sent.size >= (this.#lastCpuMs < quickMs ? quickSentAtOnce : sentAtOnce)) await Promise.race(sent);
      isLarge = this.#isLarge(process);
    } while (!isLarge && !turns.isWanted && !process.isOver);
    await Promise.all(sent);
    if (!isLarge) return;
    this.#process = undefined;
    void process.close();
  }

  async #runIn(process: OwnerProcess, waiting: Waiting): Promise<void> {
    try {
      const result = await process.run(waiting.batch, waiting.load);
      // The process has gone before: nothing of it has run, and it goes to the next one.
      if (result === undefined) this.#waiting.unshift(waiting);
      else {
        this.#lastCpuMs = result.cpuMs;
        waiting.resolve(result);
      }
    } catch (error) {
      waiting.reject(error);
    }
  }

  /** Memory that programs have given up is not given back to the system: a process that has become large stays it, and has to be replaced. */
  #isLarge(process: OwnerProcess): boolean {
    const now = performance.now();
    if (now - this.#lookedAtMs < lookEveryMs) return false;
    this.#lookedAtMs = now;
    return (readProc(process.account.pid)?.rssBytes ?? 0) > limits.agentProcessBytes;
  }
}
