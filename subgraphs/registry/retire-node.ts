import type { Transaction } from 'kysely';
import type { NodeRow, RegistryTables } from './database.ts';
import { endOtherKeys } from './node-keys.ts';

/** Its keys end, what was moving from or to it is decided, and the ids of its agents are free. In a transaction of the caller's. */
export async function retireNode(
  transaction: Transaction<RegistryTables>,
  row: number,
  now: number,
): Promise<NodeRow> {
  await endOtherKeys(transaction, row, { newest: undefined, now });
  const retired = await transaction
    .updateTable('nodes')
    .set({ status: 'revoked', retired_at: new Date(now).toISOString(), proxy: null })
    .where('id', '=', row)
    .returningAll()
    .executeTakeFirstOrThrow();
  const { node_id: id } = retired;
  await transaction
    .updateTable('moves')
    .set({ state: 'LOST', reason: `The node ${id} has left`, ended_at: new Date(now).toISOString() })
    .where('state', '=', 'COMMITTED')
    .where('target', '=', id)
    .execute();
  await transaction
    .updateTable('moves')
    .set({ state: 'ABORTED', reason: `The node ${id} has left`, ended_at: new Date(now).toISOString() })
    .where('state', '=', 'MOVING')
    .where((row) => row.or([row('source', '=', id), row('target', '=', id)]))
    .execute();
  await transaction
    .updateTable('agent_homes')
    .set({ move_id: null })
    .where('move_id', 'in', (row) =>
      row.selectFrom('moves').select('move_id').where('state', 'in', ['LOST', 'ABORTED']),
    )
    .execute();
  await transaction.updateTable('agent_homes').set({ node_id: null }).where('node_id', '=', id).execute();
  return retired;
}
