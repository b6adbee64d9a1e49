import type { AgentImage } from '../../../agents/agent-runtime.ts';
import type { WorldDatabase } from '../database.ts';
import type { Work } from './read-work.ts';

/** The agent is not what it was when its batch began. */
export class AgentChanged extends Error {}

/** What a fresh instance is made of: as last committed. Rejects with `AgentChanged`. */
export async function loadImage(db: WorldDatabase, { agent }: Work): Promise<AgentImage> {
  const row = await db
    .selectFrom('agents')
    .select(['code', 'memory'])
    .where('agent_id', '=', agent.agent_id)
    .where('epoch', '=', agent.epoch)
    .where('version', '=', agent.version)
    .where('run', '=', agent.run)
    .executeTakeFirst();
  if (!row) throw new AgentChanged(`The agent ${agent.agent_id} has been changed`);
  const secrets = await db
    .selectFrom('agent_secrets')
    .select(['name', 'value'])
    .where('agent_id', '=', agent.agent_id)
    .execute();
  return { ...row, secrets: Object.fromEntries(secrets.map(({ name, value }) => [name, value])) };
}
