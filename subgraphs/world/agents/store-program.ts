import type { Transaction } from 'kysely';
import { codedError } from '../../../wire/coded-error.ts';
import type { WorldTables } from '../database.ts';
import { agentId, agentPosition } from './agent-identity.ts';

export interface AgentProgram {
  readonly owner: string;
  readonly name: string;
  readonly code: string;
  readonly codeHash: string;
  /** Compact JSON; undefined keeps what there is. */
  readonly memory: string | undefined;
  /** Of the directory, for this stay. */
  readonly epoch: number;
}

interface StoreOptions {
  readonly transaction: Transaction<WorldTables>;
  readonly node: string;
  /** ISO 8601. */
  readonly now: string;
}

/**
 * Stores a program, and for a new agent its body. A new agent is STOPPED, and so is one that had failed. Throws CONFLICT while the agent is
 * MOVING: its snapshot is on the way already.
 */
export async function storeProgram(
  { transaction, node, now }: StoreOptions,
  { owner, name, code, codeHash, memory, epoch }: AgentProgram,
): Promise<{ readonly isNew: boolean }> {
  const id = agentId(owner, name);
  const program = { code, code_hash: codeHash, epoch, updated_at: now };
  const known = await transaction
    .selectFrom('agents')
    .select(['status', 'memory'])
    .where('agent_id', '=', id)
    .executeTakeFirst();
  if (known?.status === 'MOVING') {
    throw codedError('CONFLICT', `The agent ${id} is moving; try again when it has arrived`);
  }
  if (known) {
    const status = known.status === 'FAILED' ? 'STOPPED' : known.status;
    await transaction
      .updateTable('agents')
      .set({ ...program, status, memory: memory ?? known.memory })
      .where('agent_id', '=', id)
      .execute();
    return { isNew: false };
  }
  await transaction
    .insertInto('agents')
    .values({
      ...program,
      agent_id: id,
      owner,
      name,
      status: 'STOPPED',
      memory: memory ?? '{}',
      cpu_bucket: null,
      log_sequence: 0,
      position: agentPosition(owner, name),
      created_at: now,
    })
    .execute();
  await transaction
    .insertInto('entities')
    .values({
      entity_type: 'avatar',
      entity_id: id,
      owner,
      data: JSON.stringify({ name }),
      node_id: node,
      name,
      position: null,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('entity_id').doNothing())
    .execute();
  return { isNew: true };
}
