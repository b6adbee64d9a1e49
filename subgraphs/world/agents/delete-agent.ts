import type { AgentMail } from '../running/agent-mail.ts';
import type { AgentDesk } from './agent-desk.ts';

/**
 * Deletes an agent that lives here, with its mail, and gives its id back. The locations where it is seen no more. AGENT_MOVING while it moves. When it is cut
 * short, the next start does the rest (`release-orphans.ts`).
 */
export async function deleteAgent(
  { store, directory, running }: AgentDesk,
  mail: Pick<AgentMail, 'deleteInbox'>,
  id: string,
): Promise<ReadonlySet<string>> {
  const touched = await store.remove(id);
  running.freshen(id);
  await mail.deleteInbox(id);
  // An id that cannot be given back now is an orphan until the next start: the agent is gone all the same.
  await directory.releaseAgent(id).catch(() => undefined);
  return touched;
}
