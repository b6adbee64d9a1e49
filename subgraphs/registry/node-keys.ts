import type { Kysely } from 'kysely';
import type { PublicKey } from '../../identity/public-key.ts';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { NodeRow, RegistryTables } from './database.ts';

/** The node whose key this is or was, and whether it still is. */
export interface KeyHolder {
  readonly node: NodeRow;
  readonly isValid: boolean;
}

/** Undefined for a key that no node has ever come with. */
export async function findKeyHolder(
  db: Kysely<RegistryTables>,
  fingerprint: string,
  now: number,
): Promise<KeyHolder | undefined> {
  const row = await db
    .selectFrom('node_keys')
    .innerJoin('nodes', 'nodes.id', 'node_keys.node')
    .selectAll('nodes')
    .select('node_keys.valid_to')
    .where('node_keys.fingerprint', '=', fingerprint)
    .executeTakeFirst();
  if (!row) return undefined;
  const { valid_to: validTo, ...node } = row;
  return { node, isValid: validTo === null || Date.parse(validTo) > now };
}

/** Fingerprints of the keys that these nodes may come with now, by the number of the node's row. */
export async function findValidKeys(
  db: Kysely<RegistryTables>,
  nodes: readonly number[],
  now: number,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const rows = await db
    .selectFrom('node_keys')
    .select(['node', 'fingerprint'])
    .where('node', 'in', nodes)
    .where((row) => row.or([row('valid_to', 'is', null), row('valid_to', '>', new Date(now).toISOString())]))
    .orderBy('valid_from', 'desc')
    .execute();
  const found = new Map<number, string[]>();
  for (const { node, fingerprint } of rows) found.set(node, [...(found.get(node) ?? []), fingerprint]);
  return found;
}

/** A key of a node from now on. Part of the caller's transaction. ALREADY_EXISTS for one that some node has or had. */
export async function addKey(
  transaction: Kysely<RegistryTables>,
  node: number,
  key: PublicKey,
  now: number,
): Promise<void> {
  const added = await transaction
    .insertInto('node_keys')
    .values({
      node,
      public_key: key.line,
      fingerprint: key.fingerprint,
      valid_from: new Date(now).toISOString(),
      valid_to: null,
    })
    .onConflict((conflict) => conflict.column('fingerprint').doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows !== 1n) {
    throw codedError('ALREADY_EXISTS', 'Expected a key that no node has ever had; make a new one');
  }
}

/** The other keys of the node end, after a while in which what is under way still arrives. Part of the caller's transaction. */
export async function endOtherKeys(
  transaction: Kysely<RegistryTables>,
  node: number,
  { newest, now }: { readonly newest: PublicKey | undefined; readonly now: number },
): Promise<void> {
  const endsAt = new Date(newest ? now + limits.keyOverlapMs : now).toISOString();
  await transaction
    .updateTable('node_keys')
    .set({ valid_to: endsAt })
    .where('node', '=', node)
    .where('fingerprint', '!=', newest?.fingerprint ?? '')
    .where((row) => row.or([row('valid_to', 'is', null), row('valid_to', '>', endsAt)]))
    .execute();
}

/** Fingerprints of every key that the node has or had. */
export async function findAllKeys(db: Kysely<RegistryTables>, node: number): Promise<readonly string[]> {
  const rows = await db.selectFrom('node_keys').select('fingerprint').where('node', '=', node).execute();
  return rows.map(({ fingerprint }) => fingerprint);
}
