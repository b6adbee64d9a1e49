import type { Route } from './route.ts';
import { RetryClock } from './retry-clock.ts';

/** What waits for one recipient, as the courier keeps it in mind; the messages themselves are in the outbox. */
export class DeliveryQueue {
  readonly inbox: string;
  readonly retry = new RetryClock();
  count: number;
  bytes: number;
  /** Whether something is being done about it, so that nothing else may be. */
  isBusy = false;
  /** Whether the recipient has to be looked up anew. */
  isStale = false;
  /** The way that was found last; undefined when it has to be looked for. */
  route: Route | undefined;

  constructor(
    inbox: string,
    size: { readonly count: number; readonly bytes: number } = { count: 0, bytes: 0 },
  ) {
    this.inbox = inbox;
    this.count = size.count;
    this.bytes = size.bytes;
  }
}
