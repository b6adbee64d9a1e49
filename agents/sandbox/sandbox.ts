import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { codedError } from '../../wire/coded-error.ts';
import type { AgentInput, AgentRuntime, BatchResult, Sight } from '../agent-runtime.ts';
import { applyEffects } from './apply-effects.ts';
import { seeAround } from './see-around.ts';
import type { PendingInput, SandboxAgent, SandboxEvent, SandboxReport } from './sandbox-state.ts';

export interface SandboxOptions {
  /** Whoever opened it closes it. */
  readonly runtime: AgentRuntime;
  readonly seed: number;
  /** What the clock shows at the beginning, in ms since 1970; it stands still but for ticks. */
  readonly startsAt: number;
  readonly report?: (report: SandboxReport) => void;
}

/** One tick, as on a node. */
const tickMs = 1_000;
/** Handlers that one event may set off: agents that answer each other for ever are stopped here. */
const maxRunsPerEvent = 10_000;
/** The id of the node that the sandbox pretends to be. */
export const sandboxNode = 'sandbox';

/**
 * A node of one process, in memory, whose time and chance are its own: the same events in the same order come to the same state. It has no Node
 * imports, so that it is the same in a browser.
 */
export class Sandbox {
  readonly #options: SandboxOptions;
  readonly #random;
  readonly #agents = new Map<string, SandboxAgent>();
  #sights: readonly Sight[] = [];
  #now: number;
  #tick = 0;
  #revision = 0;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.#random = xoroshiro128plus(options.seed);
    this.#now = options.startsAt;
  }

  /** Sorted by id. */
  get agents(): readonly Readonly<SandboxAgent>[] {
    return [...this.#agents.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get now(): number {
    return this.#now;
  }

  /** All that is in it, as JSON: two sandboxes with the same text are the same. */
  get state(): string {
    return JSON.stringify({ now: this.#now, tick: this.#tick, agents: this.agents });
  }

  /** Resolves when all that it sets off has come to rest. Rejects with AGENT_UNKNOWN, LOOP_SUSPECTED. One event at a time. */
  async apply(event: SandboxEvent): Promise<void> {
    switch (event.kind) {
      case 'deploy':
        return this.#deploy(event.agent, event.code);
      case 'remove':
        this.#agents.delete(event.agent);
        this.#options.runtime.forget(event.agent);
        return undefined;
      case 'places':
        this.#sights = event.sights;
        this.#revision += 1;
        return undefined;
      case 'send':
        this.#deliver(this.#need(event.to), { from: null, sender: event.from, body: event.body });
        return this.#settle();
      case 'enter':
        this.#need(event.agent).location = event.location;
        this.#revision += 1;
        return undefined;
      case 'command':
        this.#need(event.agent).pending.push({ kind: 'command', text: event.text });
        return this.#settle();
      case 'tick':
        return this.#ticks(event.count);
      default:
        return event satisfies never;
    }
  }

  async #deploy(id: string, code: string): Promise<void> {
    const known = this.#agents.get(id);
    if (known) {
      known.code = code;
      known.version += 1;
      known.isStarted = false;
      return this.#settle();
    }
    const [owner = ''] = id.split('/');
    this.#agents.set(id, {
      id,
      owner,
      code,
      version: 1,
      epoch: 1,
      memory: '{}',
      node: sandboxNode,
      location: null,
      isStarted: false,
      handlers: [],
      sequence: 0,
      inbox: [],
      timers: [],
      pending: [],
    });
    return this.#settle();
  }

  async #ticks(count: number): Promise<void> {
    for (let tick = 0; tick < count; tick += 1) {
      this.#now += tickMs;
      this.#tick += 1;
      for (const agent of this.agents) {
        if (agent.handlers.includes('tick')) agent.pending.push({ kind: 'tick', tick: this.#tick });
      }
      await this.#settle();
    }
  }

  async #settle(): Promise<void> {
    for (let runs = 0; ;) {
      const ready = this.agents.filter((agent) => this.#next(agent) !== undefined);
      if (ready.length === 0) return;
      for (const { id } of ready) {
        const agent = this.#agents.get(id);
        const input = agent && this.#next(agent);
        if (!input) continue;
        await this.#run(agent, input);
        runs += 1;
        if (runs >= maxRunsPerEvent) {
          throw codedError('LOOP_SUSPECTED', `Expected rest after ${maxRunsPerEvent} handlers, got none`);
        }
      }
    }
  }

  /** What the agent is to be told next; the order in which a node tells it. */
  #next(agent: SandboxAgent): PendingInput | undefined {
    if (!agent.isStarted) return { kind: 'start' };
    const [pending] = agent.pending;
    if (pending) return pending;
    const [timer] = agent.timers;
    if (timer && timer.dueAt <= this.#now) return { kind: 'timer', timer: timer.id, payload: timer.payload };
    const [message] = agent.inbox;
    return message && { kind: 'message', message };
  }

  async #run(agent: SandboxAgent, input: PendingInput): Promise<void> {
    const sights = seeAround(agent.location, this.#sights, this.agents);
    const moment = { at: this.#now, seed: this.#random.next() | 0 };
    const result = await this.#options.runtime.run(
      {
        agent: agent.id,
        owner: agent.owner,
        version: agent.version,
        epoch: agent.epoch,
        inputs: [{ ...input, ...moment } as AgentInput],
        // What others carry shows too, and changes with every run.
        surroundings: { node: agent.node, location: agent.location, sights, revision: (this.#revision += 1) },
        // Time passes as fast here as the machine does: what is left must not depend on it.
        cpuBucketMs: 10_000,
      },
      async () => ({ code: agent.code, memory: agent.memory, secrets: {} }),
    );
    consume(agent, input);
    this.#commit(agent, input, result);
  }

  #commit(agent: SandboxAgent, input: PendingInput, result: BatchResult): void {
    const report = this.#options.report ?? (() => undefined);
    if (result.kind === 'FAILED') {
      for (const { level, text } of result.failure.logs)
        report({ agent: agent.id, kind: 'log', level, text });
      report({
        agent: agent.id,
        kind: 'failed',
        level: 'error',
        text: `${input.kind}: ${result.failure.text}`,
      });
      return;
    }
    agent.handlers = result.handlers;
    if (result.memory !== undefined) agent.memory = result.memory;
    for (const { effects, result: text } of result.outcomes) {
      applyEffects(agent, effects, {
        now: this.#now,
        report,
        hearers: () =>
          this.agents
            .filter(({ id, location, handlers }) => {
              const isHere = location !== null && location === agent.location && id !== agent.id;
              return isHere && handlers.includes('message');
            })
            .map(({ id }) => id),
        deliver: (to, body) => {
          const recipient = this.#agents.get(to);
          if (recipient) this.#deliver(recipient, { from: agent.id, sender: agent.owner, body });
          return recipient !== undefined;
        },
      });
      if (text !== undefined) report({ agent: agent.id, kind: 'result', text });
    }
  }

  #deliver(
    agent: SandboxAgent,
    message: { readonly from: string | null; readonly sender: string; readonly body: unknown },
  ): void {
    agent.sequence += 1;
    const { sequence } = agent;
    agent.inbox.push({
      ...message,
      id: `${agent.id}#${sequence}`,
      sentAt: new Date(this.#now).toISOString(),
      sequence,
    });
  }

  #need(id: string): SandboxAgent {
    const agent = this.#agents.get(id);
    if (agent) return agent;
    const known = [...this.#agents.keys()].join(', ') || 'nobody yet';
    throw codedError('AGENT_UNKNOWN', `Expected an agent of this sandbox (${known}), got ${id}`);
  }
}

/** It has been told, whatever became of it: what fails would fail for ever. */
function consume(agent: SandboxAgent, input: PendingInput): void {
  if (input.kind === 'beforeMove') {
    agent.node = input.to;
    agent.epoch += 1;
    agent.location = null;
  }
  if (input.kind === 'start') agent.isStarted = true;
  else if (agent.pending[0] === input) agent.pending.shift();
  else if (input.kind === 'timer') agent.timers.shift();
  else agent.inbox.shift();
}
