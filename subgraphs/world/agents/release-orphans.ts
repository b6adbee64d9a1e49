import type { AgentMail } from '../running/agent-mail.ts';
import type { AgentDesk } from './agent-desk.ts';

/** Gives back the ids that the registry has for this node and that no agent here has: what stored or deleted them was cut short. Their number. */
export async function releaseOrphans(
  { store, directory, claims }: AgentDesk,
  mail: Pick<AgentMail, 'deleteInbox'>,
  claimed: readonly string[],
): Promise<number> {
  let count = 0;
  for (const id of claimed) {
    if (claims.has(id) || (await store.findEpoch(id)) !== undefined || claims.has(id)) continue;
    await mail.deleteInbox(id);
    await directory.releaseAgent(id);
    count += 1;
  }
  return count;
}
