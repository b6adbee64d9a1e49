import type { Kysely } from 'kysely';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { CheckpointRow, RegistryTables } from './database.ts';

export interface NewCheckpoint {
  readonly agent: string;
  readonly epoch: number;
  /** ASCII. */
  readonly data: string;
}

export interface CheckpointPart extends NewCheckpoint {
  /** From 0. */
  readonly part: number;
  readonly parts: number;
}

/** A part of a checkpoint as it is given out. */
interface KeptPart {
  readonly epoch: number;
  readonly takenAt: string;
  readonly parts: number;
  readonly data: string;
}

/** Keeps what an agent of this node can be made anew from. STALE_EPOCH, BAD_USER_INPUT for what is too large. */
export async function keepCheckpoint(
  db: Kysely<RegistryTables>,
  node: string,
  { now, ...checkpoint }: NewCheckpoint & { readonly now: string },
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await assertLivesOn(transaction, node, checkpoint);
    await store(transaction, checkpoint, now);
  });
}

/** As `keepCheckpoint`, part by part in their order; a part that comes again is fine. CONFLICT where those before it are not there. */
export async function keepCheckpointPart(
  db: Kysely<RegistryTables>,
  node: string,
  { now, ...given }: CheckpointPart & { readonly now: string },
): Promise<void> {
  const { agent, epoch, part, parts, data } = given;
  const most = Math.ceil(limits.maxCheckpointBytes / limits.checkpointPartBytes);
  if (part < 0 || part >= parts || parts > most)
    throw codedError('BAD_USER_INPUT', `Expected one of at most ${most} parts, got ${part} of ${parts}`);
  await db.transaction().execute(async (transaction) => {
    await assertLivesOn(transaction, node, given);
    await transaction
      .deleteFrom('checkpoint_parts')
      .where('agent_id', '=', agent)
      .where('part', '>=', part)
      .execute();
    const before = await transaction
      .selectFrom('checkpoint_parts')
      .select('data')
      .where('agent_id', '=', agent)
      .where('epoch', '=', epoch)
      .where('parts', '=', parts)
      .orderBy('part')
      .execute();
    if (before.length !== part)
      throw codedError(
        'CONFLICT',
        `Expected part ${before.length} of ${parts} of ${agent}, got part ${part}`,
      );
    if (part < parts - 1) {
      await transaction
        .insertInto('checkpoint_parts')
        .values({ agent_id: agent, part, parts, epoch, data })
        .execute();
      return;
    }
    await transaction.deleteFrom('checkpoint_parts').where('agent_id', '=', agent).execute();
    const whole = [...before.map((row) => row.data), data].join('');
    await store(transaction, { agent, epoch, data: whole }, now);
  });
}

export function findCheckpoint(
  db: Kysely<RegistryTables>,
  agent: string,
): Promise<CheckpointRow | undefined> {
  return db.selectFrom('checkpoints').selectAll().where('agent_id', '=', agent).executeTakeFirst();
}

export function partOfCheckpoint({ epoch, taken_at, data }: CheckpointRow, part: number): KeptPart {
  const size = limits.checkpointPartBytes;
  return {
    epoch,
    takenAt: taken_at,
    parts: Math.max(1, Math.ceil(data.length / size)),
    data: data.slice(part * size, (part + 1) * size),
  };
}

async function assertLivesOn(
  transaction: Kysely<RegistryTables>,
  node: string,
  { agent, epoch }: NewCheckpoint,
): Promise<void> {
  const home = await transaction
    .selectFrom('agent_homes')
    .select(['node_id', 'epoch'])
    .where('agent_id', '=', agent)
    .executeTakeFirst();
  if (home?.node_id !== node || home.epoch !== epoch)
    throw codedError('STALE_EPOCH', `The agent ${agent} does not live on ${node} at epoch ${epoch}`);
}

async function store(
  transaction: Kysely<RegistryTables>,
  { agent, epoch, data }: NewCheckpoint,
  now: string,
): Promise<void> {
  const bytes = Buffer.byteLength(data);
  if (bytes > limits.maxCheckpointBytes)
    throw codedError('BAD_USER_INPUT', `Expected at most ${limits.maxCheckpointBytes} bytes, got ${bytes}`);
  await transaction
    .replaceInto('checkpoints')
    .values({ agent_id: agent, epoch, data, taken_at: now })
    .execute();
}
