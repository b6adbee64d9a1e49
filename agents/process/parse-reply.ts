import { limits } from '../../schema/limits.ts';
import type { AgentFailure, BatchResult } from '../agent-runtime.ts';
import { parseLogs, parseOutcomes } from '../engine/parse-outcomes.ts';
import type { Reply } from './vocabulary.ts';

const failureKinds = ['THREW', 'TIMEOUT', 'MEMORY', 'EFFECTS', 'KILLED'] as const;
const handlerNames = ['start', 'message', 'tick', 'timer', 'beforeMove', 'afterMove'] as const;

/**
 * A line that a process of agents has written. Whoever wrote it may have got out of the engine, so it is taken apart and put together anew. Throws an
 * `Error` when it is none of the replies; `inputs` is how many the batch has that runs.
 */
export function parseReply(line: string, inputs: number): Reply {
  const reply: unknown = JSON.parse(line);
  const { kind, id, result } = fieldsOf(reply);
  if (kind === 'ready') return { kind };
  if (typeof id !== 'number') throw new Error('Expected a reply with an id');
  if (kind === 'load') return { kind, id };
  if (kind === 'result') return { kind, id, result: parseResult(fieldsOf(result), inputs) };
  throw new Error('Expected ready, load or result');
}

function parseResult(result: Readonly<Record<string, unknown>>, inputs: number): BatchResult {
  const { cpuMs, memory, handlers } = result;
  if (typeof cpuMs !== 'number' || !Number.isFinite(cpuMs) || cpuMs < 0)
    throw new Error('Expected milliseconds of CPU');
  if (result.kind === 'FAILED')
    return { kind: 'FAILED', failure: parseFailure(fieldsOf(result.failure)), cpuMs };
  if (result.kind !== 'DONE') throw new Error('Expected DONE or FAILED');
  return {
    kind: 'DONE',
    outcomes: parseOutcomes(result.outcomes, inputs),
    memory: memory === undefined ? undefined : parseMemory(memory),
    handlers: handlerNames.filter((name) => Array.isArray(handlers) && handlers.includes(name)),
    cpuMs,
  };
}

function parseFailure({ kind, text, logs }: Readonly<Record<string, unknown>>): AgentFailure {
  const known = failureKinds.find((name) => name === kind);
  if (known === undefined || typeof text !== 'string' || text.length > limits.maxFailureLength)
    throw new Error('Expected a failure');
  return { kind: known, text, logs: parseLogs(logs) };
}

/** It is stored as it is and given back to an engine; that it is JSON of an object is all that others rely on. */
function parseMemory(memory: unknown): string {
  if (typeof memory !== 'string' || Buffer.byteLength(memory) > limits.maxAgentMemoryBytes)
    throw new Error('Expected memory within its limit');
  if (memory[0] !== '{') throw new Error('Expected memory to be an object');
  JSON.parse(memory);
  return memory;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error('Expected an object');
  // The edge at which what a process says is looked at, field by field.
  return value as Readonly<Record<string, unknown>>;
}
