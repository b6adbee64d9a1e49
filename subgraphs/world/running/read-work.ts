import type { AgentInput } from '../../../agents/agent-runtime.ts';
import { limits } from '../../../schema/limits.ts';
import { ownerOfAgent } from '../../../wire/ids.ts';
import { type Slots, keepQuery } from '../../serve/keep-query.ts';
import type { AgentRow, WorldDatabase } from '../database.ts';
import type { AgentMail, Letter } from './agent-mail.ts';
import { bucketNow, bucketWaitMs } from './cpu-bucket.ts';
import { inputSeed } from './input-seed.ts';

/** What is used up when an input has been committed. */
type InputSource =
  | { readonly kind: 'start' | 'afterMove' | 'beforeMove' | 'tick' | 'command' }
  /** `bytes`: of its body, as JSON. */
  | {
      readonly kind: 'message';
      readonly sequence: number;
      readonly hops: number;
      readonly bytes: number;
    }
  | { readonly kind: 'timer'; readonly timer: string; readonly due: number };

export interface WorkInput {
  readonly input: AgentInput;
  readonly source: InputSource;
}

/** An agent as it is run: its row without program and memory. */
type RunnableAgent = Pick<AgentRow, (typeof runnableColumns)[number]>;
const runnableColumns = [
  'agent_id',
  'owner',
  'epoch',
  'version',
  'run',
  'seed',
  'handlers',
  'start_due',
  'arrived_from',
  'location',
  'cpu_bucket',
  'cpu_bucket_at',
  'penalty_until',
] as const;

export interface Work {
  readonly agent: RunnableAgent;
  readonly inputs: readonly WorkInput[];
  readonly cpuBucketMs: number;
}

/** WORK: inputs that wait. REST: nothing to do before that time, if there is one. GONE: it is not RUNNING here. */
export type NextWork =
  | { readonly kind: 'WORK'; readonly work: Work }
  | { readonly kind: 'REST'; readonly wakeAt: number | undefined; readonly ticks: boolean }
  | { readonly kind: 'GONE' };

export interface ReadWorkOptions {
  readonly db: WorldDatabase;
  readonly mail: Pick<AgentMail, 'take'>;
}

/** What its owner and the clock want of it beside what stands in tables. */
export interface Wishes {
  readonly now: number;
  readonly maxInputs: number;
  readonly command: string | undefined;
  readonly isTickDue: boolean;
  /** The node to which it is about to move. */
  readonly leavesFor: string | undefined;
}

/**
 * What an agent has to do next. A start, an arrival, a departure and a command come alone; then due timers, messages in their order, and a tick. Inputs for
 * which a program has no handler stay where they are.
 */
export async function readWork(options: ReadWorkOptions, id: string, wishes: Wishes): Promise<NextWork> {
  const { now } = wishes;
  const [agent] = await readRunnable(options.db, { id });
  if (!agent) return { kind: 'GONE' };
  const handlers = readHandlers(agent);
  const ticks = handlers.has('tick');
  const cpuBucketMs = bucketNow(agent, now);
  const waitMs = Math.max(bucketWaitMs(cpuBucketMs), agent.penalty_until - now);
  // Its last word before it leaves is not put off, and what it costs is put down.
  if (waitMs > 0 && wishes.leavesFor === undefined) return { kind: 'REST', wakeAt: now + waitMs, ticks };
  const inputs = single(agent, wishes, handlers) ?? (await readInputs(options, agent, wishes, handlers));
  if (inputs.length > 0) return { kind: 'WORK', work: { agent, inputs, cpuBucketMs } };
  const wakeAt = handlers.has('timer') ? await nextTimer(options.db, id) : undefined;
  return { kind: 'REST', wakeAt, ticks };
}

const readRunnable = keepQuery((db: WorldDatabase, slots: Slots<{ readonly id: string }>) =>
  db
    .selectFrom('agents')
    .select(runnableColumns)
    .where('agent_id', '=', slots.of('id'))
    .where('status', '=', 'RUNNING'),
);

/** Handlers as they were named when this version last ran; it has none before it has started. */
function readHandlers({ handlers }: RunnableAgent): ReadonlySet<unknown> {
  const names: unknown = handlers === null ? [] : JSON.parse(handlers);
  return new Set(Array.isArray(names) ? names : []);
}

function single(
  agent: RunnableAgent,
  { now: at, command, leavesFor }: Wishes,
  handlers: ReadonlySet<unknown>,
): readonly WorkInput[] | undefined {
  const moment = { at, seed: inputSeed(agent.seed, agent.run) };
  if (agent.start_due === 1) return [{ input: { kind: 'start', ...moment }, source: { kind: 'start' } }];
  if (agent.arrived_from !== null) {
    const input = { kind: 'afterMove', from: agent.arrived_from, ...moment } as const;
    return [{ input, source: { kind: 'afterMove' } }];
  }
  if (leavesFor !== undefined) {
    const input = { kind: 'beforeMove', to: leavesFor, ...moment } as const;
    return handlers.has('beforeMove') ? [{ input, source: { kind: 'beforeMove' } }] : [];
  }
  if (command === undefined) return undefined;
  return [{ input: { kind: 'command', text: command, ...moment }, source: { kind: 'command' } }];
}

async function readInputs(
  { db, mail }: ReadWorkOptions,
  agent: RunnableAgent,
  { now, maxInputs, isTickDue }: Wishes,
  handlers: ReadonlySet<unknown>,
): Promise<readonly WorkInput[]> {
  const inputs: WorkInput[] = [];
  const moment = () => ({ at: now, seed: inputSeed(agent.seed, agent.run + inputs.length) });
  if (handlers.has('timer')) {
    for (const { timer, due, payload } of await dueTimers(db, agent.agent_id, { now, limit: maxInputs })) {
      const input = { kind: 'timer', timer, payload: JSON.parse(payload) as unknown, ...moment() } as const;
      inputs.push({ input, source: { kind: 'timer', timer, due } });
    }
  }
  if (handlers.has('message') && inputs.length < maxInputs) {
    for (const letter of within(await mail.take(agent.agent_id, maxInputs - inputs.length))) {
      const { sequence, hops } = letter;
      const bytes = Buffer.byteLength(letter.body);
      const input = { kind: 'message', message: toMessage(letter), ...moment() } as const;
      inputs.push({ input, source: { kind: 'message', sequence, hops, bytes } });
    }
  }
  if (handlers.has('tick') && isTickDue && inputs.length < maxInputs) {
    const input = { kind: 'tick', tick: Math.floor(now / limits.tickMs), ...moment() } as const;
    inputs.push({ input, source: { kind: 'tick' } });
  }
  return inputs;
}

function dueTimers(db: WorldDatabase, agent: string, { now, limit }: { now: number; limit: number }) {
  return db
    .selectFrom('agent_timers')
    .select(['timer', 'due', 'payload'])
    .where('agent_id', '=', agent)
    .where('due', '<=', now)
    .orderBy('due')
    .limit(limit)
    .execute();
}

async function nextTimer(db: WorldDatabase, agent: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('agent_timers')
    .select((eb) => eb.fn.min<number | null>('due').as('due'))
    .where('agent_id', '=', agent)
    .executeTakeFirst();
  return row?.due ?? undefined;
}

/** The first, and as many more as fit into one batch. */
function within(letters: readonly Letter[]): readonly Letter[] {
  let length = 0;
  const end = letters.findIndex(({ body }) => (length += body.length) > limits.maxBatchBytes);
  return end < 0 ? letters : letters.slice(0, Math.max(1, end));
}

function toMessage({ message_id: id, source, body, sent_at: sentAt, sequence }: Letter) {
  const owner = ownerOfAgent(source);
  return {
    id,
    from: owner === undefined ? null : source,
    sender: owner ?? source,
    body: JSON.parse(body) as unknown,
    sentAt,
    sequence,
  };
}
