import { limits } from '../../schema/limits.ts';
import type { OutboxRow } from './database.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import type { QueueSize } from './take-custody.ts';

/** What waits, by recipient, in the order in which each has its turn. */
export class DeliveryQueues {
  readonly #byInbox = new Map<string, DeliveryQueue>();

  get isEmpty(): boolean {
    return this.#byInbox.size === 0;
  }

  get(inbox: string): DeliveryQueue | undefined {
    return this.#byInbox.get(inbox);
  }

  all(): Iterable<DeliveryQueue> {
    return this.#byInbox.values();
  }

  /** As it is found in the outbox. */
  found(inbox: string, size: QueueSize): void {
    this.#byInbox.set(inbox, new DeliveryQueue(inbox, size));
  }

  /** A row has come into the outbox. */
  added(inbox: string, bytes: number): void {
    const queue = this.#byInbox.get(inbox) ?? new DeliveryQueue(inbox);
    this.#byInbox.set(inbox, queue);
    queue.count += 1;
    queue.bytes += bytes;
    // It may have been waiting only for what may not be delivered yet.
    if (!queue.retry.hasFailed) queue.retry.reset();
  }

  /** It has left. */
  removed({ inbox, bytes }: Pick<OutboxRow, 'inbox' | 'bytes'>): void {
    const queue = this.#byInbox.get(inbox);
    if (!queue) return;
    queue.count -= 1;
    queue.bytes -= bytes;
  }

  /** Nothing is being done about it any more. */
  release(queue: DeliveryQueue): void {
    queue.isBusy = false;
    // Whoever comes next has its turn before.
    if (this.#byInbox.delete(queue.inbox) && queue.count > 0) this.#byInbox.set(queue.inbox, queue);
  }

  /** Those for which it may be worth while to look for a way. */
  due(now: number): readonly DeliveryQueue[] {
    return [...this.#byInbox.values()].filter((queue) => isDue(queue, now)).slice(0, limits.maxPageSize);
  }
}

function isDue({ isBusy, isStale, retry, route }: DeliveryQueue, now: number): boolean {
  if (isBusy || !retry.isDue(now)) return false;
  return isStale || !route || (!route.isBusy && route.retry.isDue(now));
}
