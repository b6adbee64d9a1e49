export interface EventQueueOptions<Event> {
  /** Events that may wait to be read. */
  readonly capacity: number;
  /** The event that ends the queue when more would have to wait. */
  readonly onOverflow: () => Event;
  /** Called once, when nothing is wanted any more: the reader left, or the queue overflowed. */
  readonly onClose: () => void;
}

/**
 * Turns pushed events into an iterator. `return()` settles at once, also while a `next()` is pending. What was pushed before `end` is still
 * read; what comes after it is dropped.
 */
export class EventQueue<Event> implements AsyncIterableIterator<Event> {
  readonly #options: EventQueueOptions<Event>;
  readonly #events: Event[] = [];
  readonly #readers: ((step: IteratorResult<Event, undefined>) => void)[] = [];
  #phase: 'open' | 'ended' | 'closed' = 'open';

  constructor(options: EventQueueOptions<Event>) {
    this.#options = options;
  }

  push(event: Event): void {
    if (this.#phase !== 'open') return;
    const reader = this.#readers.shift();
    if (reader) return reader({ done: false, value: event });
    if (this.#events.length < this.#options.capacity) {
      this.#events.push(event);
      return;
    }
    this.#events.push(this.#options.onOverflow());
    this.#phase = 'ended';
    this.#options.onClose();
  }

  /** The source has no more. */
  end(): void {
    if (this.#phase !== 'open') return;
    this.#phase = 'ended';
    this.#release();
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    const [event] = this.#events.splice(0, 1);
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    if (this.#phase !== 'open') return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  return(): Promise<IteratorResult<Event, undefined>> {
    const wasOpen = this.#phase === 'open';
    this.#phase = 'closed';
    this.#events.length = 0;
    this.#release();
    if (wasOpen) this.#options.onClose();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #release(): void {
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined });
  }
}
