import type { DeployAgentInput } from '../../../schema/generated/world.ts';
import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { isName } from '../../../wire/ids.ts';
import { stringifyInput } from '../../serve/stringify-input.ts';
import type { AgentRow } from '../database.ts';
import type { AgentDesk } from './agent-desk.ts';
import { agentId } from './agent-identity.ts';
import { readCode } from './read-code.ts';

export interface DeployRequest {
  readonly owner: string;
  readonly input: DeployAgentInput;
  /** By which the registry can tell that the owner has asked for it. */
  readonly viewerToken: string | undefined;
}

/** Stores a program under `<owner>/<name>`, new or over the one before, once the registry has given this node the id. */
export async function deployAgent(
  desk: AgentDesk,
  { owner, input, viewerToken }: DeployRequest,
): Promise<AgentRow> {
  const { store, agentLog, directory, claims, hosting, running } = desk;
  hosting.assertWelcome(owner);
  for (const text of [owner, input.name]) assertName(text);
  const program = await readCode(input.code, { owner, compile: desk.compile });
  const memory = readMemory(input.memory);
  const id = agentId(owner, input.name);
  const start = input.start === true;
  await claims.claimed(id, {
    claim: () => directory.claimAgent(id, viewerToken),
    release: () => directory.releaseAgent(id),
    isStored: async () => (await store.find(id)) !== undefined,
    store: async (epoch) => {
      // In the same turn as the write: an owner disabled later has the agent stopped behind it.
      hosting.assertWelcome(owner);
      const { isNew } = await store.deploy({ ...program, owner, name: input.name, memory, epoch, start });
      await agentLog.append(
        id,
        'info',
        `${isNew ? 'Deployed' : 'Deployed again'}: code ${program.codeHash.slice(0, 12)}`,
      );
    },
  });
  running.freshen(id);
  return store.get(id);
}

function assertName(text: string): void {
  if (isName(text)) return;
  throw codedError(
    'BAD_USER_INPUT',
    `Expected a name of a-z, 0-9, ".", "_" and "-", got ${JSON.stringify(text.slice(0, 80))}`,
  );
}

function readMemory(memory: unknown): string | undefined {
  if (memory === undefined || memory === null) return undefined;
  return stringifyInput(memory, { what: 'memory', maxBytes: limits.maxAgentMemoryBytes });
}
