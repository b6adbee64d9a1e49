import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { type AgentSnapshot, parseSnapshot } from './agent-snapshot.ts';
import { applyChange, changeOf, textChange } from './text-change.ts';

const difference = z.object({
  /** Fields of the agent itself that are others now, but for its memory. */
  agent: z.record(z.string(), z.unknown()),
  /** Most often one message's worth of a large text. */
  memory: textChange.optional(),
  /** Lists that are others now, as wholes. */
  lists: z.object({ versions: z.unknown(), timers: z.unknown(), secrets: z.unknown() }).partial(),
  /** Lines that have come since. */
  log: z.array(z.unknown()).max(limits.maxLogTail),
});

/** What is new in a snapshot of an agent since another one that was taken before. */
export type SnapshotDifference = z.infer<typeof difference>;

export function differenceOf(before: AgentSnapshot, now: AgentSnapshot): SnapshotDifference {
  const last = before.log.at(-1);
  const isNew = ({ epoch, sequence }: AgentSnapshot['log'][number]): boolean =>
    !last || epoch > last.epoch || (epoch === last.epoch && sequence > last.sequence);
  const { memory, ...agent } = changedIn(before.agent, now.agent);
  return {
    agent,
    ...(memory === undefined ? {} : { memory: changeOf(before.agent.memory, now.agent.memory) }),
    lists: changedIn(listsOf(before), listsOf(now)),
    log: now.log.filter(isNew),
  };
}

/** The snapshot of now. BAD_USER_INPUT for what another node has sent that is no difference, or does not lead to a snapshot of the same agent. */
export function applyDifference(before: AgentSnapshot, value: unknown): AgentSnapshot {
  const parsed = difference.safeParse(value);
  if (!parsed.success)
    throw codedError('BAD_USER_INPUT', 'Expected what is new of an agent, got something else');
  const { agent, memory, lists, log } = parsed.data;
  const now = parseSnapshot({
    ...before,
    ...lists,
    agent: {
      ...before.agent,
      ...agent,
      memory: memory ? applyChange(before.agent.memory, memory) : before.agent.memory,
    },
    log: [...before.log, ...log].slice(-limits.maxLogTail),
  });
  if (now.agent.agent_id === before.agent.agent_id) return now;
  throw codedError(
    'BAD_USER_INPUT',
    `Expected what is new of ${before.agent.agent_id}, got that of ${now.agent.agent_id}`,
  );
}

function listsOf({ versions, timers, secrets }: AgentSnapshot) {
  return { versions, timers, secrets };
}

function changedIn(before: object, now: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(now).filter(([name, value]) => !isDeepStrictEqual(value, Reflect.get(before, name))),
  );
}
