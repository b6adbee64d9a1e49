import type { OutboxRow, TrafficDatabase } from './database.ts';
import type { Reason } from './delivery.ts';
import { isPerson } from './is-person.ts';
import { type Aftermath, createAftermath, returnToSender } from './settle-rows.ts';

/**
 * Messages that have waited for too long come back to their senders; in the place of an agent's a SKIP stays in the queue, for the home to count on.
 * In a transaction of the caller's.
 */
export async function expireRows(
  transaction: TrafficDatabase,
  rows: readonly OutboxRow[],
  now: number,
): Promise<Aftermath> {
  const aftermath = createAftermath();
  for (const row of rows) {
    const reason = reasonFor(row);
    if (isPerson(row.source)) {
      await transaction.deleteFrom('outbox').where('position', '=', row.position).execute();
    } else {
      await transaction
        .updateTable('outbox')
        .set({ kind: 'SKIP', body: '', bytes: 0, ...reason })
        .where('position', '=', row.position)
        .execute();
      await transaction
        .updateTable('sent_ids')
        .set({ outcome: 'REFUSED', ...reason })
        .where('position', '=', row.position)
        .execute();
    }
    await returnToSender(transaction, { row, reason, now, aftermath });
  }
  return aftermath;
}

function reasonFor({ inbox, attempted }: OutboxRow): Reason {
  return attempted === 1
    ? {
        code: 'DELIVERY_UNKNOWN',
        text: `The home of ${inbox} has not said in time whether the message arrived; it may have`,
      }
    : { code: 'EXPIRED', text: `The home of ${inbox} could not be reached in time` };
}
