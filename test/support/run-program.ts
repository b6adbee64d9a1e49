import { expect } from 'vitest';
import type {
  AgentBatch,
  AgentImage,
  AgentInput,
  AgentRuntime,
  BatchResult,
} from '../../agents/agent-runtime.ts';

/** A batch for `ada/probe` at a fixed moment, unless told otherwise. */
export function batchOf(
  inputs: readonly (AgentInput | AgentInput['kind'])[],
  rest: Partial<AgentBatch> = {},
): AgentBatch {
  return {
    agent: 'ada/probe',
    owner: 'ada',
    version: 1,
    epoch: 1,
    cpuBucketMs: 10_000,
    surroundings: { node: 'n1', location: null, sights: [], revision: 0 },
    inputs: inputs.map((input) => (typeof input === 'string' ? inputOf(input) : input)),
    ...rest,
  };
}

const moment = { at: Date.UTC(2026, 0, 2, 3, 4, 5), seed: 7 };

/** The plainest input of a kind. */
export function inputOf(kind: AgentInput['kind'], text = ''): AgentInput {
  switch (kind) {
    case 'start':
      return { ...moment, kind };
    case 'message':
      return { ...moment, kind, message: messageOf(text) };
    case 'tick':
      return { ...moment, kind, tick: 1 };
    case 'timer':
      return { ...moment, kind, timer: 't1', payload: null };
    case 'beforeMove':
      return { ...moment, kind, to: 'n2' };
    case 'afterMove':
      return { ...moment, kind, from: 'n0' };
    case 'command':
      return { ...moment, kind, text };
    default:
      return kind satisfies never;
  }
}

function messageOf(body: unknown) {
  return {
    id: 'm1',
    from: 'bob/friend',
    sender: 'bob',
    body,
    sentAt: '2026-01-02T03:04:05.000Z',
    sequence: 1,
  };
}

/** An image with empty memory and no secrets. */
export function imageOf(code: string, rest: Partial<AgentImage> = {}): () => Promise<AgentImage> {
  return async () => ({ code, memory: '{}', secrets: {}, ...rest });
}

/** What a program that runs as it should has done. */
export async function runDone(
  runtime: AgentRuntime,
  batch: AgentBatch,
  load: () => Promise<AgentImage>,
): Promise<Extract<BatchResult, { kind: 'DONE' }>> {
  const result = await runtime.run(batch, load);
  if (result.kind !== 'DONE') expect.fail(result.failure.text);
  return result;
}

export async function runFailed(
  runtime: AgentRuntime,
  batch: AgentBatch,
  load: () => Promise<AgentImage>,
): Promise<Extract<BatchResult, { kind: 'FAILED' }>['failure']> {
  const result = await runtime.run(batch, load);
  if (result.kind !== 'FAILED') expect.fail(`Expected a failure, got ${JSON.stringify(result)}`);
  return result.failure;
}
