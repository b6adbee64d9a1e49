import type { AgentEffect, InputOutcome } from '../../../agents/agent-runtime.ts';
import { limits } from '../../../schema/limits.ts';
import { ownerOfAgent } from '../../../wire/ids.ts';
import { stringifyInput } from '../../serve/stringify-input.ts';
import type { NewLine } from '../agents/write-lines.ts';
import type { OutgoingLetter } from './agent-mail.ts';
import type { WorkInput } from './read-work.ts';

/** What is left of a timer when a batch has ended: when it is due, or that it is not any more. */
export type TimerChange = { readonly due: number; readonly payload: string } | undefined;

/** Of the avatar, in turn; with how many answers in a row what it says is the last of. */
export type AvatarEffect =
  | Extract<AgentEffect, { kind: 'enter' | 'leave' }>
  | (Extract<AgentEffect, { kind: 'say' }> & { readonly hops: number });

/** What the effects of a batch come to, before it is known whether it is committed. */
export interface EffectsDraft {
  readonly lines: NewLine[];
  readonly letters: OutgoingLetter[];
  readonly timers: Map<string, TimerChange>;
  readonly avatar: AvatarEffect[];
  /** The node to which the program wants to go; null: the batch has not said. */
  moveTo: string | null;
}

/** What a program may not do costs it that effect and a line in its log, never the batch: it could not know. */
export function draftEffects(
  agent: string,
  inputs: readonly WorkInput[],
  outcomes: readonly InputOutcome[],
): EffectsDraft {
  const draft: EffectsDraft = { lines: [], letters: [], timers: new Map(), avatar: [], moveTo: null };
  for (const [index, { effects }] of outcomes.entries()) {
    const cause = inputs[index];
    if (!cause) break;
    for (const effect of effects) {
      const problem = add(draft, agent, cause, effect);
      if (problem !== undefined) draft.lines.push({ level: 'warn', text: problem });
    }
  }
  return draft;
}

/** Why it cannot be, where it cannot. */
function add(
  draft: EffectsDraft,
  agent: string,
  { input, source }: WorkInput,
  effect: AgentEffect,
): string | undefined {
  const hops = source.kind === 'message' ? source.hops + 1 : 0;
  switch (effect.kind) {
    case 'log':
      draft.lines.push({ level: effect.level, text: effect.text });
      return undefined;
    case 'send':
      return addLetter(draft, agent, effect, hops);
    case 'after':
      return addTimer(draft, effect, input.at);
    case 'cancel':
      draft.timers.set(effect.timer, undefined);
      return undefined;
    case 'move':
      draft.moveTo = effect.to;
      return undefined;
    case 'say':
      draft.avatar.push({ ...effect, hops });
      return undefined;
    case 'enter':
    case 'leave':
      draft.avatar.push(effect);
      return undefined;
    default:
      return effect satisfies never;
  }
}

function addLetter(
  { letters }: EffectsDraft,
  agent: string,
  { to, body }: Extract<AgentEffect, { kind: 'send' }>,
  hops: number,
): string | undefined {
  const shown = JSON.stringify(to.slice(0, 140));
  if (ownerOfAgent(to) === undefined) return `Not sent: expected an agent's id, <owner>/<name>, got ${shown}`;
  if (to === agent) return 'Not sent: expected a message to somebody else';
  const problem = problemOf(body);
  if (problem !== undefined) return `Not sent to ${shown}: ${problem}`;
  letters.push({ to, body, hops });
  return undefined;
}

function addTimer(
  { timers }: EffectsDraft,
  { timer, ms, payload }: Extract<AgentEffect, { kind: 'after' }>,
  at: number,
): string | undefined {
  const problem = problemOf(payload ?? null);
  if (problem !== undefined) return `No timer is set: ${problem}`;
  const due = Math.round(at + Math.min(Math.max(ms, 0), limits.maxTimerMs));
  timers.set(timer, { due, payload: JSON.stringify(payload ?? null) });
  return undefined;
}

/** Why this cannot be sent or kept. */
function problemOf(body: unknown): string | undefined {
  try {
    stringifyInput(body, { what: 'it', maxBytes: limits.maxMessageBytes });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
