import { codedError } from '../../../wire/coded-error.ts';
import type { AgentRow } from '../database.ts';
import type { AgentDesk } from './agent-desk.ts';
import { readCode } from './read-code.ts';

/** Gives an agent that lives here another program; its memory and its status stay. BAD_USER_INPUT, AGENT_MOVING while it moves. */
export async function updateAgent(
  { store, agentLog, hosting, running, compile }: AgentDesk,
  { agent_id: id, owner, name }: AgentRow,
  text: string,
): Promise<AgentRow> {
  hosting.assertWelcome(owner);
  const program = await readCode(text, { owner, compile });
  const { epoch } = await store.get(id);
  await store.deploy({ ...program, owner, name, memory: undefined, epoch, start: false });
  await agentLog.append(id, 'info', `Updated: code ${program.codeHash.slice(0, 12)}`);
  running.freshen(id);
  return store.get(id);
}

/** Takes up the code of an older version again, of the one before where none is given. NOT_FOUND when there is none. */
export async function rollBackAgent(
  { store, agentLog, running }: AgentDesk,
  { agent_id: id }: AgentRow,
  version: number | undefined,
): Promise<AgentRow> {
  const restored = await store.rollBack(id, version);
  if (restored === undefined) {
    throw codedError(
      'NOT_FOUND',
      `Expected a version of ${id} that is kept, got ${version ?? 'none before this'}`,
    );
  }
  await agentLog.append(id, 'info', `Back to version ${restored}`);
  running.freshen(id);
  return store.get(id);
}
