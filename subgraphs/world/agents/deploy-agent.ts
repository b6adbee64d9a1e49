import { createHash } from 'node:crypto';
import type { DeployAgentInput } from '../../../schema/generated/world.ts';
import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { isName } from '../../../wire/ids.ts';
import type { AgentRow } from '../database.ts';
import { stringifyInput } from '../../serve/stringify-input.ts';
import { agentId } from './agent-identity.ts';
import type { AgentLog } from './agent-log.ts';
import type { AgentStore } from './agent-store.ts';

export interface AgentDirectory {
  /** Takes the id at the registry for this node, on behalf of its owner; rejects with AGENT_TAKEN, FORBIDDEN or INITIAL_UNREACHABLE. Taking it again is fine. */
  readonly claimAgent: (id: string, viewerToken: string | undefined) => Promise<{ readonly epoch: number }>;
  /** Gives it back. */
  readonly releaseAgent: (id: string) => Promise<unknown>;
}

export interface DeployOptions extends AgentDirectory {
  readonly store: AgentStore;
  readonly agentLog: AgentLog;
  /** By which the registry can tell that the owner has asked for it. */
  readonly viewerToken?: string | undefined;
}

/** Stores a program under `<owner>/<name>`, new or over the one before, once the registry has given this node the id. */
export async function deployAgent(
  options: DeployOptions,
  owner: string,
  input: DeployAgentInput,
): Promise<AgentRow> {
  const { store, agentLog } = options;
  const program = checkProgram(owner, input);
  const id = agentId(owner, input.name);
  const { epoch } = await options.claimAgent(id, options.viewerToken);
  try {
    const { isNew } = await store.deploy({ ...program, epoch });
    await agentLog.append(
      id,
      'info',
      `${isNew ? 'Deployed' : 'Deployed again'}: code ${program.codeHash.slice(0, 12)}`,
    );
  } catch (error) {
    // Nothing else would ever take the id back. That the registry is away now is not what the caller should hear of.
    if (!(await store.find(id))) await options.releaseAgent(id).catch(() => undefined);
    throw error;
  }
  return store.get(id);
}

function checkProgram(owner: string, { name, code, memory }: DeployAgentInput) {
  for (const text of [owner, name]) {
    if (!isName(text)) {
      throw codedError(
        'BAD_USER_INPUT',
        `Expected a name of a-z, 0-9, ".", "_" and "-", got ${JSON.stringify(text.slice(0, 80))}`,
      );
    }
  }
  const bytes = Buffer.byteLength(code);
  if (bytes === 0 || bytes > limits.maxAgentCodeBytes) {
    throw codedError(
      'BAD_USER_INPUT',
      `Expected code of 1 to ${limits.maxAgentCodeBytes} bytes, got ${bytes}`,
    );
  }
  return {
    owner,
    name,
    code,
    codeHash: createHash('sha256').update(code).digest('hex'),
    memory:
      memory === undefined || memory === null
        ? undefined
        : stringifyInput(memory, { what: 'memory', maxBytes: limits.maxAgentMemoryBytes }),
  };
}
