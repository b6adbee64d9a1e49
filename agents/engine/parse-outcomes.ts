import { limits } from '../../schema/limits.ts';
import type { AgentEffect, InputOutcome } from '../agent-runtime.ts';

/**
 * What a program, or a process in which programs run, says that it has done: believed only as far as it has the right form and keeps within the
 * limits. Throws an `Error` that says what is wrong; nothing else of such an answer may be used.
 */
export function parseOutcomes(value: unknown, count: number): readonly InputOutcome[] {
  if (!Array.isArray(value) || value.length !== count) throw wrong(`${count} outcomes`, value);
  return value.map(parseOutcome);
}

export function parseLogs(value: unknown): readonly Extract<AgentEffect, { kind: 'log' }>[] {
  if (!Array.isArray(value)) throw wrong('a list of log lines', value);
  return value.map((line) => {
    const effect = parseEffect(line);
    if (effect.kind !== 'log') throw wrong('a log line', line);
    return effect;
  });
}

function parseOutcome(value: unknown): InputOutcome {
  const { effects, result } = fieldsOf(value);
  if (!Array.isArray(effects) || effects.length > limits.maxAgentEffects + limits.maxLogLinesPerInput + 1)
    throw wrong('a list of effects within the limit', effects);
  if (result !== undefined && typeof result !== 'string') throw wrong('a result as JSON', result);
  return { effects: effects.map(parseEffect), result };
}

const levels = ['debug', 'info', 'warn', 'error'] as const;

function parseEffect(value: unknown): AgentEffect {
  const fields = fieldsOf(value);
  switch (fields.kind) {
    case 'send':
      return { kind: 'send', to: id(fields.to), body: json(fields.body) };
    case 'say':
      return { kind: 'say', text: text(fields.text, limits.maxSaidLength) };
    case 'enter':
      return { kind: 'enter', location: id(fields.location) };
    case 'leave':
      return { kind: 'leave' };
    case 'move':
      return { kind: 'move', to: id(fields.to) };
    case 'log': {
      const level = levels.find((known) => known === fields.level);
      if (level === undefined) throw wrong('a level', fields.level);
      return { kind: 'log', level, text: text(fields.text, limits.maxLogLineLength) };
    }
    case 'after':
      if (!Number.isInteger(fields.ms) || Number(fields.ms) < 0 || Number(fields.ms) > limits.maxTimerMs)
        throw wrong('milliseconds within the limit', fields.ms);
      return { kind: 'after', timer: id(fields.timer), ms: Number(fields.ms), payload: json(fields.payload) };
    case 'cancel':
      return { kind: 'cancel', timer: id(fields.timer) };
    default:
      throw wrong('an effect', value);
  }
}

function id(value: unknown): string {
  return text(value, limits.maxAgentIdLength);
}

function text(value: unknown, maxLength: number): string {
  if (typeof value !== 'string' || value.length > maxLength)
    throw wrong(`at most ${maxLength} characters`, value);
  return value;
}

/** Absent is null, as in JSON. How many bytes it may have is checked where it was made, and again by whoever stores it. */
function json(value: unknown): unknown {
  if (isDeeper(value, limits.maxJsonDepth))
    throw wrong(`at most ${limits.maxJsonDepth} levels of nesting`, '…');
  return value ?? null;
}

function isDeeper(value: unknown, levelsLeft: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levelsLeft === 0 || Object.values(value).some((inner) => isDeeper(inner, levelsLeft - 1));
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('an object', value);
  // An object's own fields are strings by name, whatever their values; this is the edge at which those are looked at.
  return value as Readonly<Record<string, unknown>>;
}

function wrong(expected: string, got: unknown): Error {
  return new Error(`Expected ${expected}, got ${(JSON.stringify(got) ?? 'nothing').slice(0, 100)}`);
}
