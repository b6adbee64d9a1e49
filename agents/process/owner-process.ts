import type { ChildProcess } from 'node:child_process';
import type { GraphQLError } from 'graphql';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { AgentBatch, AgentFailure, AgentImage, AgentProcess, BatchResult } from '../agent-runtime.ts';
import { encodeInputs } from '../engine/encode-inputs.ts';
import { CpuAudit, type CpuDispute } from './cpu-audit.ts';
import { parseReply } from './parse-reply.ts';
import { readLines } from './read-lines.ts';
import { type ChildOptions, spawnChild } from './spawn-child.ts';
import type { Order, Reply } from './vocabulary.ts';
import { type BatchWatch, watchBatch } from './watch-batch.ts';

interface Job {
  readonly id: number;
  readonly batch: AgentBatch;
  readonly load: () => Promise<AgentImage>;
  readonly resolve: (result: BatchResult | undefined) => void;
  readonly reject: (error: unknown) => void;
  hasLoaded: boolean;
  /** From when it is its turn. */
  watch?: BatchWatch;
}

export interface OwnerProcessOptions extends ChildOptions {
  /** Told once, as AGENT_CPU_DISPUTED, of a process that says that its batches have cost something else than they have. */
  readonly onDispute?: ((owner: string, error: GraphQLError) => void) | undefined;
}

/** The process of one owner's agents. Whoever has opened it closes it; it may also end by itself at any time. */
export class OwnerProcess {
  readonly owner: string;
  /** Resolves when it can run batches; rejects with AGENT_TOO_MANY when it cannot be started. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #seen = new Map<string, string>();
  readonly #onDispute: (dispute: CpuDispute) => void;
  #pid = 0;
  /** From when it is ready. */
  #audit: CpuAudit | undefined;
  /** The first one runs. */
  #jobs: Job[] = [];
  #nextId = 1;
  #sentBytes = 0;
  #receivedBytes = 0;
  #isOver = false;
  #hasEnded = false;
  #isReady: () => void = () => {};

  constructor(owner: string, options: OwnerProcessOptions) {
    this.owner = owner;
    this.#onDispute = (dispute) => options.onDispute?.(owner, disputed(owner, dispute));
    const { child, pid } = spawnChild(options);
    this.#child = child;
    this.ended = new Promise((resolve) => {
      // 'close' does not come after an 'error' before the start.
      for (const event of ['close', 'error']) child.once(event, () => resolve(this.#end()));
    });
    let said = '';
    child.stderr?.on('data', (chunk) => (said = (said + String(chunk)).slice(-maxStderrLength)));
    // A process that has gone closes its input, which is told by its end.
    child.stdin?.on('error', () => {});
    if (child.stdout !== null)
      readLines(child.stdout, {
        maxBytes: limits.maxAgentReplyBytes,
        onLine: (line) => this.#receive(line),
        onTooLong: () => this.#breach('KILLED', 'it said more than it may'),
      });
    this.ready = this.#start(pid, () => said);
    // Whoever runs a batch hears of it; until then nobody may be there.
    this.ready.catch(() => {});
  }

  /** It has ended, or been killed: for the next batch there has to be another one. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get account(): AgentProcess {
    return {
      owner: this.owner,
      pid: this.#pid,
      sentBytes: this.#sentBytes,
      receivedBytes: this.#receivedBytes,
    };
  }

  /**
   * Batches are run in turn; one more than the one that runs keeps the process from waiting for us. Resolves with undefined when the process has gone
   * before it was this one's turn: nothing of it has run. Rejects with what `load` rejects with, and with SHUTTING_DOWN when the process is
   * closed meanwhile. Only when it is ready.
   */
  run(batch: AgentBatch, load: () => Promise<AgentImage>): Promise<BatchResult | undefined> {
    if (this.#isOver) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const id = (this.#nextId += 1);
      this.#audit?.sending(id);
      this.#jobs.push({ id, batch, load, resolve, reject, hasLoaded: false });
      const { count, text } = encodeInputs(batch.inputs);
      this.#send(
        { kind: 'run', id, batch: { ...this.#withoutKnown(batch), inputs: { count } } },
        `${text}\n`,
      );
      this.#watchFirst();
    });
  }

  forget(agent: string): void {
    if (this.#seen.delete(agent)) this.#send({ kind: 'forget', agent });
  }

  /** Kills it; a batch under way is rejected with SHUTTING_DOWN. */
  async close(): Promise<void> {
    const jobs = this.#jobs.splice(0);
    for (const job of jobs) {
      job.watch?.stop();
      job.reject(codedError('SHUTTING_DOWN', 'Expected the batch to end, got a node that stops'));
    }
    this.#kill();
    await this.ended;
  }

  async #start(pid: Promise<number>, said: () => string): Promise<void> {
    const isReady = new Promise<void>((resolve) => (this.#isReady = resolve));
    const timer = setTimeout(() => this.#kill(), limits.agentProcessStartMs);
    const gone = this.ended.then(() => {
      throw new Error(said().trim() || 'it ended at once');
    });
    try {
      this.#pid = await pid;
      await Promise.race([isReady, gone]);
      this.#audit = new CpuAudit({ pid: this.#pid, onDispute: this.#onDispute });
    } catch (error) {
      this.#kill();
      throw codedError('AGENT_TOO_MANY', `Expected a process for agents to start, got: ${String(error)}`);
    } finally {
      clearTimeout(timer);
      gone.catch(() => {});
    }
  }

  #withoutKnown(batch: AgentBatch) {
    const { sights, ...surroundings } = batch.surroundings;
    const seen = `${surroundings.revision} ${surroundings.location}`;
    if (this.#seen.get(batch.agent) === seen) return { ...batch, surroundings };
    this.#seen.set(batch.agent, seen);
    return { ...batch, surroundings: { ...surroundings, sights } };
  }

  #receive(line: string): void {
    this.#receivedBytes += Buffer.byteLength(line) + 1;
    const job = this.#jobs[0];
    let reply: Reply;
    try {
      reply = parseReply(line, job?.batch.inputs.length ?? 0);
    } catch (error) {
      return this.#breach('KILLED', `it said what it may not: ${String(error)}`);
    }
    if (reply.kind === 'ready') return this.#isReady();
    if (job === undefined || reply.id !== job.id)
      return this.#breach('KILLED', 'it spoke of a batch that does not run');
    if (reply.kind === 'result') return this.#finish(reply.id, reply.result);
    if (job.hasLoaded) return this.#breach('KILLED', 'it asked for an image twice');
    job.hasLoaded = true;
    void this.#load(job);
  }

  #finish(id: number, result: BatchResult): void {
    const cpuMs = this.#audit?.charge(id, result.cpuMs) ?? result.cpuMs;
    this.#take()?.resolve({ ...result, cpuMs });
  }

  async #load(job: Job): Promise<void> {
    job.watch?.pause();
    try {
      const image = await job.load();
      if (this.#jobs[0] === job) this.#send({ kind: 'image', id: job.id, image });
      job.watch?.resume();
    } catch (error) {
      if (this.#jobs[0] !== job) return;
      this.#send({ kind: 'noImage', id: job.id });
      this.#take()?.reject(error);
    }
  }

  #watchFirst(): void {
    const job = this.#jobs[0];
    if (job === undefined) return;
    job.watch ??= watchBatch({
      pid: this.#pid,
      allowedMs: Math.min((job.batch.inputs.length + 1) * limits.agentInputMs, limits.agentBatchMs),
      onBreach: (kind, text) => this.#breach(kind, text),
    });
  }

  /** The one that runs is the culprit; those behind it have not begun. */
  #breach(kind: AgentFailure['kind'], why: string): void {
    this.#kill();
    const [job, ...others] = this.#jobs.splice(0);
    job?.watch?.stop();
    // What it has cost is what the kernel says: the process cannot be asked any more, or not believed.
    const seenMs = job?.watch?.usedMs() ?? 0;
    const cpuMs = this.#audit?.rest(seenMs) ?? seenMs;
    job?.resolve({ kind: 'FAILED', failure: { kind, text: why, logs: [] }, cpuMs });
    for (const other of others) other.resolve(undefined);
  }

  #take(): Job | undefined {
    const job = this.#jobs.shift();
    job?.watch?.stop();
    this.#watchFirst();
    return job;
  }

  /** `more` is what follows the order's own line. */
  #send(order: Order, more = ''): void {
    const bytes = Buffer.from(`${JSON.stringify(order)}\n${more}`);
    this.#sentBytes += bytes.length;
    this.#child.stdin?.write(bytes);
  }

  #kill(): void {
    this.#isOver = true;
    // Not bubblewrap itself: it ends when what it watches has ended, and sees to it that nothing is left of that.
    const pid = this.#pid > 0 ? this.#pid : this.#child.pid;
    try {
      if (pid !== undefined && !this.#hasEnded) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }

  #end(): void {
    this.#isOver = this.#hasEnded = true;
    this.#breach('KILLED', 'its process has ended');
  }
}

const maxStderrLength = 1_000;

function disputed(owner: string, { claimedMs, usedMs }: CpuDispute): GraphQLError {
  const [claimed, used] = [Math.round(claimedMs), Math.round(usedMs)];
  return codedError(
    'AGENT_CPU_DISPUTED',
    `Expected the process of ${owner} to say that it has used ${used} ms of CPU, got ${claimed} ms`,
  );
}
