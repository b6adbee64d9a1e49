import type { TrafficDatabase } from './database.ts';
import type { DeliveryQueues } from './delivery-queues.ts';
import { readExpired, readRows } from './outbox.ts';
import type { Settler } from './settler.ts';
import type { UnderWay } from './under-way.ts';

export interface EndWaitsOptions {
  readonly db: TrafficDatabase;
  readonly queues: DeliveryQueues;
  readonly settler: Pick<Settler, 'expire'>;
  readonly underWay: UnderWay;
  readonly wake: () => void;
  readonly onFault: (error: unknown) => void;
  readonly now: () => number;
}

/** Ends the wait of what has waited for as long as it may, where nothing else is being done about its queue. Never rejects. */
export async function endWaits(options: EndWaitsOptions): Promise<void> {
  const { db, queues, underWay, now, onFault } = options;
  if (queues.isEmpty || !underWay.isOpen()) return;
  try {
    const expired = await underWay.track(readExpired(db, now()));
    const free = [...new Set(expired.flatMap(({ inbox }) => queues.get(inbox) ?? []))].filter(
      ({ isBusy }) => !isBusy,
    );
    if (free.length === 0 || !underWay.isOpen()) return;
    for (const queue of free) queue.isBusy = true;
    try {
      const inboxes = new Set(free.map(({ inbox }) => inbox));
      const rows = expired.filter(({ inbox }) => inboxes.has(inbox));
      // Some may have been delivered since they were read; their queues are ours now.
      const still = await underWay.track(
        readRows(
          db,
          rows.map(({ position }) => position),
        ),
      );
      if (underWay.isOpen()) await options.settler.expire(still);
    } finally {
      for (const queue of free) queue.isBusy = false;
      options.wake();
    }
  } catch (error) {
    if (underWay.isOpen()) onFault(error);
  }
}
