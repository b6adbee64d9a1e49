import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { NodeMove } from '../../schema/generated/network.ts';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { MoveWatch } from './move-watch.ts';
import type { MovingTools } from './moving-options.ts';
import type { MovingTable } from './moving-tables.ts';
import { persist } from './persist.ts';
import { giveBackOrphans, reconcileAgents } from './reconcile-agents.ts';
import { resumeSource, runSource } from './source-side.ts';
import { resumeTarget, runTarget } from './target-side.ts';
import { runTakeover } from './takeover.ts';

export interface OpenMovingOptions extends Omit<MovingTools, 'watch' | 'onPoint'> {
  /** Told of what should not happen; the other moves go on. */
  readonly onFault: (error: unknown) => void;
  readonly onPoint?: MovingTools['onPoint'];
  /** Instead of `limits.maxMovesAtOnce`. */
  readonly maxAtOnce?: number;
}

/** A node's part in moves. */
export interface Moving {
  /**
   * Begins to bring an agent of this node to another one; resolves when the registry has noted it. MOVED, AGENT_MOVING, NODE_UNKNOWN, FORBIDDEN,
   * BAD_USER_INPUT, INITIAL_UNREACHABLE.
   */
  move(agent: string, to: string): Promise<NodeMove>;
  /** Brings all agents of this node there, some at a time. Resolves with how many there are when it has begun. */
  drain(to: string): Promise<number>;
  /** The registry can be asked (again): clears away what it has placed elsewhere meanwhile. */
  reconcile(): void;
  /** Resolves when all moves that were cut short have been settled, and what is not ours any more is cleared away. */
  readonly settled: Promise<void>;
  /** Leaves all moves as they are, to be taken up at the next start; resolves when nothing is being done. Idempotent. */
  close(): Promise<void>;
}

/** Takes part in moves: takes up those that were cut short, and what the registry tells of. */
export function openMoving(options: OpenMovingOptions): Moving {
  return new MovingNode(options);
}

class MovingNode implements Moving {
  readonly settled: Promise<void>;
  readonly #tools: MovingTools;
  readonly #onFault: (error: unknown) => void;
  readonly #maxAtOnce: number;
  readonly #ending = new AbortController();
  /** By move. */
  readonly #tasks = new Map<string, Promise<void>>();
  /** Agents of these, by move. */
  readonly #agents = new Map<string, string>();
  /** Begun by this process, which the registry may tell of before it has answered. */
  readonly #own = new Set<string>();
  /** Whether all that was cut short is a task. */
  #areTaken = false;
  /** What is heard before that. */
  readonly #early: NodeMove[] = [];
  #reconciling: Promise<void> = Promise.resolve();
  #draining: Promise<void> = Promise.resolve();
  readonly #stop: () => void;

  constructor({ onFault, maxAtOnce = limits.maxMovesAtOnce, ...options }: OpenMovingOptions) {
    // Listeners of each wait in each move, however many.
    setMaxListeners(0, this.#ending.signal);
    const watch = new MoveWatch(options.registry, this.#ending.signal);
    this.#tools = { onPoint: () => undefined, ...options, watch };
    this.#onFault = onFault;
    this.#maxAtOnce = maxAtOnce;
    this.settled = this.#takeUp();
    this.settled.catch((error: unknown) => this.#failed(error));
    this.#stop = options.registry.onMove((move) => this.#see(move));
  }

  async move(agent: string, to: string): Promise<NodeMove> {
    const { registry, onPoint } = this.#tools;
    if (this.#tasks.size >= this.#maxAtOnce)
      throw codedError('RATE_LIMITED', `This node moves ${this.#maxAtOnce} agents already`);
    const id = randomUUID();
    this.#own.add(id);
    try {
      await onPoint('before begin', agent);
      const move = await registry.begin({ id, agent, to });
      await onPoint('after begin', agent);
      void this.#run(move, (signal) => runSource(this.#tools, move, signal));
      return move;
    } finally {
      this.#own.delete(id);
      if (!this.#tasks.has(id)) this.#tools.watch.forget(id);
    }
  }

  async drain(to: string): Promise<number> {
    const agents = await this.#tools.world.agents();
    this.#draining = this.#draining.then(() =>
      this.#drain(
        agents.map(({ agent }) => agent),
        to,
      ),
    );
    return agents.length;
  }

  reconcile(): void {
    const signal = this.#ending.signal;
    this.#reconciling = this.#reconciling
      .then(() => this.settled)
      .then(() => persist(() => reconcileAgents(this.#tools, (agent) => this.#isMoving(agent)), { signal }))
      .catch((error: unknown) => this.#failed(error));
  }

  async close(): Promise<void> {
    this.#ending.abort(codedError('SHUTTING_DOWN', 'This node is stopping'));
    this.#stop();
    await Promise.allSettled([this.settled, this.#reconciling, this.#draining, ...this.#tasks.values()]);
    this.#tools.files.closeAll();
  }

  /** What was cut short when the process ended. */
  async #takeUp(): Promise<void> {
    const { db, registry, world } = this.#tools;
    const { signal } = this.#ending;
    const rows = await db.selectFrom('moving').selectAll().execute();
    const cutShort = await Promise.all(
      rows.map(async ({ move_id: id, side }) => ({
        side,
        move: await persist(() => registry.find(id), { signal }),
      })),
    );
    const tasks = cutShort.flatMap(({ side, move }) => (move ? [this.#resume(move, side)] : []));
    // Only now: what has been cut short of an agent's earlier move comes first.
    this.#areTaken = true;
    for (const move of this.#early.splice(0)) this.#see(move);
    await Promise.all(tasks);
    // Frozen without a row that says for what: the process ended in between.
    const frozen = new Set(await world.frozen());
    for (const { agent_id: agent } of await db.selectFrom('moving').select('agent_id').execute())
      frozen.delete(agent);
    for (const agent of frozen) if (!this.#isMoving(agent)) await world.thaw(agent);
    const isMoving = (agent: string): boolean => this.#isMoving(agent);
    await persist(() => reconcileAgents(this.#tools, isMoving), { signal });
    await persist(() => giveBackOrphans(this.#tools, isMoving), { signal });
    await world.start();
  }

  #resume(move: NodeMove, side: MovingTable['side']): Promise<void> {
    const resumeTaking = move.isTakeover ? runTakeover : resumeTarget;
    const resume = side === 'SOURCE' ? resumeSource : resumeTaking;
    return this.#run(move, (signal) => resume(this.#tools, move, signal));
  }

  #see(move: NodeMove): void {
    const { node, watch, files } = this.#tools;
    if (this.#tasks.has(move.id) || this.#own.has(move.id)) return watch.see(move);
    if (this.#ending.signal.aborted) return;
    if (!this.#areTaken) return void this.#early.push(move);
    const isOver = move.state !== 'MOVING' && move.state !== 'COMMITTED';
    if (move.source !== node && move.target !== node) {
      if (isOver) files.close(move);
      else files.open(move);
      return;
    }
    if (isOver) return;
    if (move.target === node) void this.#run(move, (signal) => this.#takeIn(move, signal));
    else void this.#run(move, (signal) => resumeSource(this.#tools, move, signal));
  }

  async #takeIn(move: NodeMove, signal: AbortSignal): Promise<void> {
    if (move.isTakeover) return runTakeover(this.#tools, move, signal);
    const isNew = move.state === 'MOVING' && move.step === 'BEGUN';
    // What came before was remembered by the process that has ended.
    return (isNew ? runTarget : resumeTarget)(this.#tools, move, signal);
  }

  async #drain(agents: readonly string[], to: string): Promise<void> {
    for (const agent of agents) {
      while (this.#tasks.size >= this.#maxAtOnce) await Promise.race(this.#tasks.values());
      if (this.#ending.signal.aborted) return;
      await this.move(agent, to).catch((error: unknown) => {
        this.#tools.log.warn({ err: error, agent, to }, 'an agent is not moved away');
      });
    }
  }

  /** Never rejects. What an earlier move of the agent has left to do here comes first: it would clear away what this one brings. */
  #run(move: NodeMove, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { id, agent } = move;
    const known = this.#tasks.get(id);
    if (known) return known;
    this.#tools.watch.see(move);
    const earlier: Promise<void>[] = [];
    for (const [other, task] of this.#tasks) if (this.#agents.get(other) === agent) earlier.push(task);
    const task = Promise.all(earlier)
      .then(() => work(this.#ending.signal))
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#tasks.delete(id);
        this.#agents.delete(id);
        this.#tools.watch.forget(id);
      });
    this.#tasks.set(id, task);
    this.#agents.set(id, agent);
    return task;
  }

  #isMoving(agent: string): boolean {
    return [...this.#agents.values()].includes(agent);
  }

  #failed(error: unknown): void {
    if (!this.#ending.signal.aborted) this.#onFault(error);
  }
}
