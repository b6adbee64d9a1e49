import { randomUUID } from 'node:crypto';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { AgentRuntime } from '../agent-runtime.ts';

export interface ProgramToCheck {
  readonly owner: string;
  readonly code: string;
}

/**
 * Evaluates a program in an instance that is thrown away, in its owner's process and within the limits; none of its handlers is called. Gives the names of
 * the handlers that it exports. Rejects with AGENT_BAD_CODE, with the author's line, and with whatever `run` of the runtime rejects with.
 */
export async function checkAgent(
  runtime: AgentRuntime,
  { owner, code }: ProgramToCheck,
): Promise<readonly string[]> {
  const bytes = Buffer.byteLength(code);
  if (bytes > limits.maxAgentCodeBytes)
    throw codedError(
      'AGENT_BAD_CODE',
      `Expected a program of at most ${limits.maxAgentCodeBytes} bytes, got ${bytes}`,
    );
  // No agent can have such a name.
  const agent = `${owner}/.check-${randomUUID()}`;
  const surroundings = { node: '', location: null, sights: [], revision: 0 };
  try {
    const result = await runtime.run(
      { agent, owner, version: 0, epoch: 0, cpuBucketMs: 0, surroundings, inputs: [] },
      async () => ({ code, memory: '{}', secrets: {} }),
    );
    if (result.kind === 'DONE') return result.handlers;
    throw codedError('AGENT_BAD_CODE', result.failure.text);
  } finally {
    runtime.forget(agent);
  }
}
