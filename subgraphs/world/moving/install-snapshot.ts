import type { WorldTransaction } from '../database.ts';
import { agentPosition } from '../agents/agent-identity.ts';
import { deleteAgentRows } from '../agents/delete-agent-rows.ts';
import { insertBody } from '../agents/store-program.ts';
import type { AgentSnapshot } from './agent-snapshot.ts';

export interface Installation {
  readonly transaction: WorldTransaction;
  /** This node's id. */
  readonly node: string;
  /** The directory's, of this stay. */
  readonly epoch: number;
  /** The node from which it has come; its program is told. */
  readonly from: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Stores exactly this agent, in the place of whatever is here of that id: installing it twice is the same as once. Its avatar is nowhere yet. In a
 * transaction of the caller's.
 */
export async function installSnapshot(
  { transaction, node, epoch, from, now }: Installation,
  { agent, versions, timers, secrets, log }: AgentSnapshot,
): Promise<void> {
  const { agent_id, owner, name } = agent;
  const at = new Date(now).toISOString();
  await deleteAgentRows({ transaction, agent: agent_id, now, touched: new Set() });
  await transaction
    .insertInto('agents')
    .values({
      ...agent,
      epoch,
      memory_bytes: Buffer.byteLength(agent.memory),
      cpu_bucket_at: now,
      position: agentPosition(owner, name),
      updated_at: at,
      arrived_from: from ?? null,
    })
    .execute();
  await insertBody(transaction, { id: agent_id, owner, name, node, now: at });
  const rows = <Row>(list: readonly Row[]) => list.map((row) => ({ ...row, agent_id }));
  if (versions.length > 0) await transaction.insertInto('agent_versions').values(rows(versions)).execute();
  if (secrets.length > 0) await transaction.insertInto('agent_secrets').values(rows(secrets)).execute();
  if (log.length > 0) await transaction.insertInto('agent_logs').values(rows(log)).execute();
  if (timers.length > 0) {
    const due = timers.map(({ timer, inMs, payload }) => ({ timer, due: now + inMs, payload }));
    await transaction.insertInto('agent_timers').values(rows(due)).execute();
  }
}
