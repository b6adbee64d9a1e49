import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import type { WorldTransaction } from '../database.ts';
import { agentId, agentPosition } from './agent-identity.ts';
import { agentMoving } from './agent-moving.ts';
import { freshVersion, keepVersion } from './agent-versions.ts';
import { assertMemoryFits } from './assert-memory-fits.ts';
import { newSeed } from './new-seed.ts';

export interface AgentProgram {
  readonly owner: string;
  readonly name: string;
  readonly code: string;
  readonly codeHash: string;
  /** Compact JSON; undefined keeps what there is. */
  readonly memory: string | undefined;
  /** Of the directory, for this stay. */
  readonly epoch: number;
  /** Whether it is RUNNING then. */
  readonly start: boolean;
}

interface StoreOptions {
  readonly transaction: WorldTransaction;
  readonly node: string;
  /** ISO 8601. */
  readonly now: string;
}

/**
 * Stores a program as the next version of its agent, for a new agent with its body. A new agent that is not to start is STOPPED, and so is one that had
 * failed. Throws AGENT_MOVING while it moves, whose snapshot is on the way already, QUOTA_EXCEEDED, and FORBIDDEN for one that an admin holds.
 */
export async function storeProgram(
  { transaction, node, now }: StoreOptions,
  program: AgentProgram,
): Promise<{ readonly isNew: boolean }> {
  const { owner, name, code, codeHash, memory, epoch, start } = program;
  const id = agentId(owner, name);
  const stored = { code, code_hash: codeHash, epoch, updated_at: now };
  const known = await transaction
    .selectFrom('agents')
    .select(['status', 'version', 'held_by', 'status_reason'])
    .where('agent_id', '=', id)
    .executeTakeFirst();
  if (known?.status === 'MOVING') throw agentMoving(id);
  if (start && known?.held_by != null) {
    throw codedError('FORBIDDEN', `${known.held_by} has stopped ${id}: ${known.status_reason ?? ''}`);
  }
  if (memory !== undefined) await assertMemoryFits(transaction, { agent: id, owner, memory });
  const kept = memory === undefined ? {} : { memory, memory_bytes: Buffer.byteLength(memory) };
  const version = (known?.version ?? 0) + 1;
  if (known) {
    const status = known.status === 'FAILED' ? 'STOPPED' : known.status;
    await transaction
      .updateTable('agents')
      .set({
        ...stored,
        ...kept,
        ...freshVersion(version),
        ...(start ? { status: 'RUNNING', status_reason: null } : { status }),
      })
      .where('agent_id', '=', id)
      .execute();
  } else {
    await assertRoomForOneMore(transaction, { owner, agent: id });
    await insertAgent({ transaction, node, now }, program, { ...stored, ...kept });
  }
  await keepVersion(transaction, { agent: id, version, restores: null, code, codeHash, at: now });
  return { isNew: !known };
}

/** Throws QUOTA_EXCEEDED where this owner has as many other agents here as one may have. */
export async function assertRoomForOneMore(
  transaction: WorldTransaction,
  { owner, agent }: { readonly owner: string; readonly agent: string },
): Promise<void> {
  const { count } = await transaction
    .selectFrom('agents')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('owner', '=', owner)
    .where('agent_id', '!=', agent)
    .executeTakeFirstOrThrow();
  if (count < limits.maxAgentsPerOwner) return;
  throw codedError(
    'QUOTA_EXCEEDED',
    `${owner} has ${count} agents on this node, and there is room for no more`,
  );
}

async function insertAgent(
  { transaction, node, now }: StoreOptions,
  { owner, name, start }: AgentProgram,
  stored: {
    readonly code: string;
    readonly code_hash: string;
    readonly epoch: number;
    readonly updated_at: string;
    readonly memory?: string;
    readonly memory_bytes?: number;
  },
): Promise<void> {
  const id = agentId(owner, name);
  await transaction
    .insertInto('agents')
    .values({
      memory: '{}',
      memory_bytes: 2,
      ...stored,
      agent_id: id,
      owner,
      name,
      status: start ? 'RUNNING' : 'STOPPED',
      cpu_bucket: null,
      log_sequence: 0,
      position: agentPosition(owner, name),
      created_at: now,
      seed: newSeed(),
      start_due: 1,
    })
    .execute();
  await insertBody(transaction, { id, owner, name, node, now });
}

/** The agent's avatar among the entities. */
export async function insertBody(
  transaction: WorldTransaction,
  body: {
    readonly id: string;
    readonly owner: string;
    readonly name: string;
    readonly node: string;
    readonly now: string;
  },
): Promise<void> {
  const { id, owner, name, node, now } = body;
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
}
