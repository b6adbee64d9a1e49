import type { Kysely } from 'kysely';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { CheckpointRow, RegistryTables } from './database.ts';

interface NewCheckpoint {
  readonly agent: string;
  readonly epoch: number;
  readonly data: string;
  /** ISO 8601. */
  readonly now: string;
}

/** Keeps what an agent of this node can be made anew from. STALE_EPOCH, BAD_USER_INPUT for what is too large. */
export async function keepCheckpoint(
  db: Kysely<RegistryTables>,
  node: string,
  { agent, epoch, data, now }: NewCheckpoint,
): Promise<void> {
  const bytes = Buffer.byteLength(data);
  if (bytes > limits.maxCheckpointBytes)
    throw codedError('BAD_USER_INPUT', `Expected at most ${limits.maxCheckpointBytes} bytes, got ${bytes}`);
  await db.transaction().execute(async (transaction) => {
    const home = await transaction
      .selectFrom('agent_homes')
      .select(['node_id', 'epoch'])
      .where('agent_id', '=', agent)
      .executeTakeFirst();
    if (home?.node_id !== node || home.epoch !== epoch)
      throw codedError('STALE_EPOCH', `The agent ${agent} does not live on ${node} at epoch ${epoch}`);
    await transaction
      .replaceInto('checkpoints')
      .values({ agent_id: agent, epoch, data, taken_at: now })
      .execute();
  });
}

export function findCheckpoint(
  db: Kysely<RegistryTables>,
  agent: string,
): Promise<CheckpointRow | undefined> {
  return db.selectFrom('checkpoints').selectAll().where('agent_id', '=', agent).executeTakeFirst();
}
