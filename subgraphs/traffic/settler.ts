import type { OutboxRow, TrafficDatabase } from './database.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { DeliveryQueues } from './delivery-queues.ts';
import { expireRows } from './expire-rows.ts';
import type { FrozenAgents } from './frozen-agents.ts';
import type { Routes } from './routes.ts';
import { type Aftermath, type SettledRow, type Settlement, settleRows } from './settle-rows.ts';
import { SettlementListeners } from './settlement-listeners.ts';
import type { UnderWay } from './under-way.ts';

export interface SettlerOptions {
  readonly db: TrafficDatabase;
  readonly queues: DeliveryQueues;
  readonly routes: Routes;
  readonly deadLetters: Pick<DeadLetters, 'ring'>;
  readonly underWay: UnderWay;
  readonly frozen: Pick<FrozenAgents, 'isGivenAway'>;
  readonly now: () => number;
}

/** Writes down what has become of rows of the outbox, and then tells whoever waits for it. Rows are of queues that the caller keeps busy. */
export class Settler {
  readonly #options: SettlerOptions;
  readonly #listeners = new SettlementListeners();

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  /** Calls back once when it is known what became of a row, unless the returned function is called before. */
  onSettled(position: number, listener: (settlement: Settlement) => void): () => void {
    return this.#listeners.listen(position, listener);
  }

  /** @param isHandedOver whether it was the initial node that answered */
  async settle(all: readonly SettledRow[], isHandedOver: boolean): Promise<void> {
    const { db, frozen, queues, routes, underWay, now } = this.#options;
    // A snapshot has gone or will go that says that these may have arrived: from now on they are its business.
    const own = all.filter(({ row }) => !frozen.isGivenAway(row));
    if (own.length === 0 || !underWay.isOpen()) return;
    const commit = db
      .transaction()
      .execute((transaction) => settleRows(transaction, own, { now: now(), isHandedOver }));
    const aftermath = await underWay.track(commit);
    for (const { row, settlement } of aftermath.settled) {
      queues.removed(row);
      if (isHandedOver && settlement.kind !== 'REFUSED')
        routes.noteDetour(row.inbox, settlement.kind === 'QUEUED');
      this.#listeners.tell(row.position, settlement);
    }
    this.#follow(aftermath);
  }

  /** These have waited for as long as they may. */
  async expire(all: readonly OutboxRow[]): Promise<void> {
    const { db, frozen, queues, underWay, now } = this.#options;
    const rows = all.filter((row) => !frozen.isGivenAway(row));
    const commit = db.transaction().execute((transaction) => expireRows(transaction, rows, now()));
    const aftermath = await underWay.track(commit);
    for (const row of rows) {
      const queue = queues.get(row.inbox);
      if (row.number === null) queues.removed(row);
      else if (queue) queue.bytes -= row.bytes;
      this.#listeners.tell(row.position, {
        kind: 'REFUSED',
        code: row.attempted ? 'DELIVERY_UNKNOWN' : 'EXPIRED',
        text: 'It waited for too long',
      });
    }
    this.#follow(aftermath);
  }

  #follow({ mailboxes, bounced }: Aftermath): void {
    const { deadLetters, queues } = this.#options;
    deadLetters.ring(mailboxes);
    for (const { inbox, bytes } of bounced) queues.added(inbox, bytes);
  }
}
