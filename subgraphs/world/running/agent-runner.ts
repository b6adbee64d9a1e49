import type { AgentBatch, AgentImage, AgentRuntime, BatchResult } from '../../../agents/agent-runtime.ts';
import { limits } from '../../../schema/limits.ts';
import { asError } from '../../../wire/as-error.ts';
import { codedError } from '../../../wire/coded-error.ts';
import type { SurroundingsBook } from '../places/surroundings.ts';
import { CommandQueue, type CommandRun } from './command-queue.ts';
import type { CommitResult } from './commit-runs.ts';
import type { FinishedRun } from './finished-run.ts';
import { AgentChanged } from './load-image.ts';
import type { NextWork, Wishes, Work } from './read-work.ts';

export interface RunnerOptions {
  readonly agent: string;
  readonly runtime: Pick<AgentRuntime, 'run' | 'forget'>;
  readonly surroundings: Pick<SurroundingsBook, 'of'>;
  readonly readWork: (agent: string, wishes: Wishes) => Promise<NextWork>;
  readonly loadImage: (work: Work) => Promise<AgentImage>;
  readonly commit: (run: FinishedRun) => Promise<CommitResult>;
  readonly clock: () => number;
  /** Told of what should not happen; the runner tries again later. */
  readonly onFault: (error: unknown) => void;
  /** Nothing is to be done for it here any more, until somebody wakes it. */
  readonly onGone: () => void;
}

/** Timers of Node overflow beyond this; then the agent is looked at for nothing. */
const longestWaitMs = 2 ** 31 - 1;

/** Runs one agent: one batch at once, each from what the one before has committed. Everything that it knows beside the tables may be lost at any time. */
export class AgentRunner {
  readonly #options: RunnerOptions;
  readonly #commands = new CommandQueue();
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Whether there may be work that the last look has not seen. */
  #isAsked = false;
  #isTickDue = false;
  #ticks = false;
  #isStale = false;
  #isClosed = false;
  #holds = 0;
  /** Inputs to be run one by one, since a batch in which they were has failed. */
  #oneByOne = 0;
  /** The process ended under the last input, and it is not known whose fault that was. */
  #wasKilled = false;
  #faults = 0;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** There may be something to do. */
  wake(): void {
    this.#isAsked = true;
    if (this.#running || this.#holds > 0 || this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#running = this.#runAll(undefined).finally(() => {
      this.#running = undefined;
      if (this.#isAsked) this.wake();
    });
  }

  /** A second has passed; for programs with a `tick`. One that is missed is missed. */
  tick(): void {
    if (!this.#ticks) return;
    this.#isTickDue = true;
    this.wake();
  }

  /** The instance is thrown away before anything else is run: it was stopped, or what it was made of has changed. */
  freshen(): void {
    this.#isStale = true;
    this.wake();
  }

  /** Runs its owner's code. RATE_LIMITED when too much waits, CONFLICT when the agent does not run, SHUTTING_DOWN. */
  command(text: string): Promise<CommandRun> {
    const run = this.#commands.add(text);
    this.wake();
    return run;
  }

  /** Resolves when nothing is being run, and nothing will be before `release`. What a program does before it leaves is done first. */
  async hold(leavesFor?: string): Promise<void> {
    this.#holds += 1;
    await this.#running;
    if (leavesFor === undefined || this.#isClosed) return;
    this.#running = this.#runAll(leavesFor).finally(() => (this.#running = undefined));
    await this.#running;
  }

  release(): void {
    this.#holds -= 1;
    if (this.#holds === 0) this.wake();
  }

  /** Resolves when nothing is being run or written, nor will be. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
    this.#commands.refuse(codedError('SHUTTING_DOWN', 'This node is stopping'));
  }

  /** Until there is nothing more to do now; before it leaves, only until its program has been told. */
  async #runAll(leavesFor: string | undefined): Promise<void> {
    try {
      for (;;) {
        this.#isAsked = false;
        this.#throwAway();
        const next = await this.#look(leavesFor);
        if (this.#isClosed || (this.#holds > 0 && leavesFor === undefined)) return;
        if (next.kind !== 'WORK') return this.#rest(next);
        await this.#run(next.work);
        this.#faults = 0;
        const told = next.work.inputs.some(({ source }) => source.kind === 'beforeMove');
        if (told && this.#oneByOne === 0 && !this.#wasKilled) return;
        if (this.#isClosed) return;
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  #look(leavesFor: string | undefined): Promise<NextWork> {
    return this.#options.readWork(this.#options.agent, {
      now: this.#options.clock(),
      maxInputs: this.#oneByOne > 0 ? 1 : limits.maxBatchInputs,
      command: this.#commands.first,
      isTickDue: this.#isTickDue,
      leavesFor,
    });
  }

  #rest(next: Exclude<NextWork, { kind: 'WORK' }>): void {
    this.#oneByOne = 0;
    if (next.kind === 'GONE') {
      clearTimeout(this.#timer);
      this.#throwAway(true);
      this.#commands.refuse(codedError('CONFLICT', 'The agent does not run: start it first'));
      if (!this.#isAsked && this.#holds === 0) this.#options.onGone();
      return;
    }
    this.#ticks = next.ticks;
    if (next.wakeAt !== undefined) this.#wakeIn(next.wakeAt - this.#options.clock());
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    // Timers fire up to a millisecond early.
    this.#timer = setTimeout(() => this.wake(), Math.min(Math.max(ms + 1, 1), longestWaitMs));
  }

  async #run(work: Work): Promise<void> {
    const { runtime, surroundings, loadImage, commit } = this.#options;
    const { agent, inputs, cpuBucketMs } = work;
    if (inputs.some(({ source }) => source.kind === 'tick')) this.#isTickDue = false;
    const batch: AgentBatch = {
      agent: agent.agent_id,
      owner: agent.owner,
      version: agent.version,
      epoch: agent.epoch,
      inputs: inputs.map(({ input }) => input),
      surroundings: await surroundings.of(agent.location),
      cpuBucketMs,
    };
    const result = await runtime
      .run(batch, () => loadImage(work))
      .catch((error: unknown) => {
        // It has been changed since it was looked at: then it is looked at again.
        if (error instanceof AgentChanged) return undefined;
        throw error;
      });
    if (!result) return;
    const mustRunAgain = this.#mustRunAgain(result, inputs.length);
    const committed = await commit({
      work,
      end: mustRunAgain ? { kind: 'AGAIN' } : result,
      cpuMs: result.cpuMs,
    });
    if (committed !== 'COMMITTED') this.#throwAway(true);
    if (committed instanceof Error) throw committed;
    if (committed === 'FENCED' || mustRunAgain) return;
    this.#wasKilled = false;
    this.#oneByOne = Math.max(0, this.#oneByOne - inputs.length);
    if (inputs[0]?.source.kind === 'command') this.#commands.settle(result);
  }

  /** Whether a batch failed in a way that does not tell which input it was, or whose fault. Nothing of it is committed but its cost. */
  #mustRunAgain(result: BatchResult, inputs: number): boolean {
    if (result.kind === 'DONE') return false;
    const isOpen = inputs > 1 || (result.failure.kind === 'KILLED' && !this.#wasKilled);
    if (!isOpen) return false;
    if (inputs > 1) this.#oneByOne = inputs;
    else this.#wasKilled = true;
    return true;
  }

  #throwAway(mustBe = this.#isStale): void {
    if (mustBe) this.#options.runtime.forget(this.#options.agent);
    this.#isStale = false;
  }

  #failed(error: unknown): void {
    this.#throwAway(true);
    if (this.#isClosed) return;
    this.#options.onFault(asError(error));
    const cap = Math.min(limits.hostRetryFirstMs * 2 ** Math.min(this.#faults, 20), limits.hostRetryCapMs);
    this.#faults += 1;
    // What was asked meanwhile waits too, or a fault that stays would be met at once again.
    this.#isAsked = false;
    this.#wakeIn(cap);
  }
}
