import type { Transaction } from 'kysely';
import type { PublicKey } from '../../identity/public-key.ts';
import type { NodeRow, RegistryTables } from './database.ts';
import { addKey, endOtherKeys } from './node-keys.ts';

/** As `Members.rekey`, in a transaction of the caller's. */
export async function rekeyNode(
  transaction: Transaction<RegistryTables>,
  row: number,
  { key, now }: { readonly key: PublicKey; readonly now: number },
): Promise<NodeRow> {
  const known = await transaction
    .selectFrom('nodes')
    .selectAll()
    .where('id', '=', row)
    .where('fingerprint', '=', key.fingerprint)
    .executeTakeFirst();
  if (known) return known;
  await addKey(transaction, row, key, now);
  await endOtherKeys(transaction, row, { newest: key, now });
  return transaction
    .updateTable('nodes')
    .set({ public_key: key.line, fingerprint: key.fingerprint })
    .where('id', '=', row)
    .returningAll()
    .executeTakeFirstOrThrow();
}
