import { setTimeout as delay } from 'node:timers/promises';
import type { AgentRuntime, BatchResult } from '../../../agents/agent-runtime.ts';
import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { type GroupCommit, createGroupCommit } from '../../serve/group-commit.ts';
import type { AgentLog } from '../agents/agent-log.ts';
import type { WorldDatabase } from '../database.ts';
import type { Happenings } from '../places/happenings.ts';
import type { Manners } from '../places/manners.ts';
import type { SurroundingsBook } from '../places/surroundings.ts';
import type { AgentMeter } from '../stats/agent-meter.ts';
import type { WorldLog } from '../world-log.ts';
import type { AgentMail } from './agent-mail.ts';
import { AgentRunner } from './agent-runner.ts';
import type { CommandRun } from './command-queue.ts';
import { type CommitResult, type CommitRunsOptions, commitRuns } from './commit-runs.ts';
import type { FinishedRun } from './finished-run.ts';
import { loadImage } from './load-image.ts';
import { LogBudget } from './log-budget.ts';
import { readWork } from './read-work.ts';

export interface AgentHostOptions {
  readonly db: WorldDatabase;
  readonly mail: AgentMail;
  /** The caller closes it, after the host. */
  readonly runtime: AgentRuntime;
  readonly agentLog: Pick<AgentLog, 'ring'>;
  readonly happenings: Pick<Happenings, 'ring'>;
  readonly surroundings: SurroundingsBook;
  readonly manners: Manners;
  /** Told of all that agents use. */
  readonly meter: Pick<AgentMeter, 'add'>;
  readonly clock: () => number;
  readonly log: WorldLog;
  /** An agent's program wants to go to that node; told again at each start until the agent has gone, or the wish is withdrawn. */
  readonly onMoveWanted: (agent: string, to: string) => void;
}

/** Runs the agents of this node that are RUNNING, and commits what they do: each effect exactly once, many agents together. */
export class AgentHost {
  readonly #options: AgentHostOptions;
  readonly #runners = new Map<string, AgentRunner>();
  readonly #commits: GroupCommit<FinishedRun, CommitResult>;
  #ticking: NodeJS.Timeout | undefined;
  #stopListening: (() => void) | undefined;
  #isOpen = false;
  /** Batches that are being run. */
  #batches = 0;
  /** What the last commit took. */
  #commitMs = 0;

  constructor(options: AgentHostOptions) {
    this.#options = options;
    const { mail, clock, manners, meter } = options;
    const logBudget = new LogBudget();
    const onCommitted: CommitRunsOptions['onCommitted'] = (after) => this.#committed(after);
    this.#commits = createGroupCommit(
      async (runs) => {
        const start = performance.now();
        const results = await commitRuns({ mail, logBudget, manners, meter, clock, onCommitted }, runs);
        this.#commitMs = performance.now() - start;
        return results;
      },
      { gather: () => this.#gather() },
    );
  }

  /** Begins to run; before, nothing is. Resolves when all that are RUNNING have been woken. */
  async start(): Promise<void> {
    const { db, mail, onMoveWanted } = this.#options;
    this.#isOpen = true;
    this.#stopListening = mail.onMail((agent) => this.#runners.get(agent)?.wake());
    this.#ticking = setInterval(() => {
      for (const runner of this.#runners.values()) runner.tick();
    }, limits.tickMs);
    const rows = await db
      .selectFrom('agents')
      .select(['agent_id', 'move_to'])
      .where('status', '=', 'RUNNING')
      .execute();
    for (const { agent_id: id, move_to: to } of rows) {
      this.wake(id);
      if (to !== null) onMoveWanted(id, to);
    }
  }

  /** Looks at an agent: it may have been started. */
  wake(agent: string): void {
    this.#runnerOf(agent)?.wake();
  }

  /** As `wake`, in a fresh instance: its program, its secrets or its status are others. */
  freshen(agent: string): void {
    this.#runnerOf(agent)?.freshen();
  }

  /** Runs a piece of code in an agent. CONFLICT when it does not run, RATE_LIMITED, SHUTTING_DOWN. */
  async command(agent: string, text: string): Promise<CommandRun> {
    const runner = this.#runnerOf(agent);
    if (runner) return runner.command(text);
    throw codedError('SHUTTING_DOWN', 'This node runs no agents now');
  }

  /** Runs work while nothing is run of the agent. What it does before it leaves for another node is done first. */
  async whileHeld<T>(
    agent: string,
    work: () => Promise<T>,
    { leavesFor }: { readonly leavesFor?: string | undefined } = {},
  ): Promise<T> {
    const runner = this.#runnerOf(agent);
    await runner?.hold(leavesFor);
    try {
      return await work();
    } finally {
      runner?.release();
    }
  }

  /** Resolves when nothing is run or written any more. Idempotent. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#stopListening?.();
    clearInterval(this.#ticking);
    await Promise.all([...this.#runners.values()].map((runner) => runner.close()));
    await this.#commits.close();
  }

  /** Undefined while nothing is run. */
  #runnerOf(agent: string): AgentRunner | undefined {
    if (!this.#isOpen) return undefined;
    const known = this.#runners.get(agent);
    if (known) return known;
    const { db, log, runtime } = this.#options;
    const runner = new AgentRunner({
      ...this.#options,
      agent,
      runtime: { run: (batch, load) => this.#run(batch, load), forget: (id) => runtime.forget(id) },
      readWork: (id, wishes) => readWork(this.#options, id, wishes),
      loadImage: (work) => loadImage(db, work),
      commit: (run) => this.#commits.add(run),
      onFault: (err) => log.warn({ err, agent }, 'an agent could not be run, and will be tried again'),
      onGone: () => this.#runners.delete(agent),
    });
    this.#runners.set(agent, runner);
    return runner;
  }

  async #run(...[batch, load]: Parameters<AgentRuntime['run']>): Promise<BatchResult> {
    this.#batches += 1;
    try {
      const result = await this.#options.runtime.run(batch, load);
      this.#options.meter.add(batch.agent, { cpuMs: result.cpuMs });
      return result;
    } finally {
      this.#batches -= 1;
    }
  }

  /** While others run, for twice as long as a commit takes: a third of the time at most goes into waiting for the disk, and an agent by itself waits for nobody. */
  async #gather(): Promise<void> {
    if (this.#batches > 0) await delay(Math.min(2 * this.#commitMs, limits.commitGatherCapMs));
  }

  #committed({ touched, printed, leaving }: Parameters<CommitRunsOptions['onCommitted']>[0]): void {
    const { agentLog, happenings, surroundings, onMoveWanted } = this.#options;
    surroundings.changed(touched);
    happenings.ring(touched);
    for (const agent of printed) agentLog.ring(agent);
    for (const [agent, to] of leaving) onMoveWanted(agent, to);
  }
}
