import { limits } from '../../schema/limits.ts';
import type { AgentBatch, AgentImage, AgentProcess, BatchResult } from '../agent-runtime.ts';
import type { OwnerProcess } from './owner-process.ts';
import type { Penalties } from './penalties.ts';
import { readProc } from './read-proc.ts';
import type { Turns } from './turns.ts';

export interface LaneOptions {
  /** Starts a process; throws AGENT_TOO_MANY when there is no room for one. */
  readonly open: () => OwnerProcess;
  /** Shared by all owners: how many processes may work at once. */
  readonly turns: Turns;
  readonly penalties: Penalties;
}

/**
 * The batches of one owner, one after the other, in a process that is started for the first of them and whenever it has gone. As an owner has at most
 * one batch that waits for its turn among those of others, nobody gets more turns than others by having more to do.
 */
export class OwnerLane {
  readonly #options: LaneOptions;
  #process: OwnerProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  #lookedAtMs = 0;
  #usedAtMs = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** When a batch came last, in ms of the process's own clock. */
  get usedAtMs(): number {
    return this.#usedAtMs;
  }

  get isIdle(): boolean {
    return this.#waiting === 0;
  }

  get process(): AgentProcess | undefined {
    return this.#process?.isOver === false ? this.#process.account : undefined;
  }

  run(batch: AgentBatch, load: () => Promise<AgentImage>): Promise<BatchResult> {
    clearTimeout(this.#idleTimer);
    this.#waiting += 1;
    this.#usedAtMs = performance.now();
    const result = this.#last.then(() => this.#run(batch, load));
    this.#last = result.then(
      () => this.#rest(),
      () => this.#rest(),
    );
    return result;
  }

  forget(agent: string): void {
    this.#process?.forget(agent);
  }

  async close(): Promise<void> {
    clearTimeout(this.#idleTimer);
    const process = this.#process;
    this.#process = undefined;
    await process?.close();
  }

  async #run(batch: AgentBatch, load: () => Promise<AgentImage>): Promise<BatchResult> {
    const { turns, penalties } = this.#options;
    // One that has ended while others had their turns has run nothing of this batch: it goes to a new one.
    for (;;) {
      const process = this.#process?.isOver === false ? this.#process : this.#options.open();
      this.#process = process;
      await process.ready;
      const result = await turns.take(async () => (process.isOver ? undefined : process.run(batch, load)));
      if (result === undefined) continue;
      if (process.isOver) penalties.add(batch.agent);
      else if (result.kind === 'DONE') penalties.forgive(batch.agent);
      return result;
    }
  }

  #rest(): void {
    this.#waiting -= 1;
    this.#replaceLarge();
    if (this.#waiting > 0) return;
    this.#idleTimer = setTimeout(() => void this.close(), limits.agentProcessIdleMs).unref();
  }

  /** Memory that programs have given up is not given back to the system: a process that has become large stays it, and has to be replaced. */
  #replaceLarge(): void {
    const process = this.#process;
    const now = performance.now();
    if (process === undefined || now - this.#lookedAtMs < lookEveryMs) return;
    this.#lookedAtMs = now;
    if ((readProc(process.account.pid)?.rssBytes ?? 0) <= limits.agentProcessBytes) return;
    this.#process = undefined;
    void process.close();
  }
}

const lookEveryMs = 250;
