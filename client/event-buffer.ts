/**
 * Events on their way from whoever pushes to one reader. `return()` answers at once, also while a `next()` waits. It holds what it is given:
 * whoever pushes watches `size`.
 */
export class EventBuffer<T extends object> implements AsyncIterableIterator<T> {
  readonly #events: T[] = [];
  readonly #waiting: Reader<IteratorResult<T, undefined>>[] = [];
  readonly #onDrained: () => void;
  readonly #onReturn: () => void;
  #end: { readonly error?: unknown } | undefined;

  /** `onDrained`: the reader has taken the last event. `onReturn`: it wants no more. */
  constructor(hooks: { readonly onDrained: () => void; readonly onReturn: () => void }) {
    this.#onDrained = hooks.onDrained;
    this.#onReturn = hooks.onReturn;
  }

  get size(): number {
    return this.#events.length;
  }

  push(event: T): void {
    if (this.#end) return;
    const reader = this.#waiting.shift();
    if (reader) reader.resolve({ done: false, value: event });
    else this.#events.push(event);
  }

  dropOldest(): void {
    this.#events.shift();
  }

  /** No more will come; what is here can still be read. */
  end(): void {
    this.#finish({});
  }

  /** As `end`, and then the reader is told why. */
  fail(error: unknown): void {
    this.#finish({ error });
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    const event = this.#events.shift();
    if (event !== undefined) {
      if (this.#events.length === 0) this.#onDrained();
      return { done: false, value: event };
    }
    if (this.#end === undefined) {
      return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    }
    const { error } = this.#end;
    // An iterator throws once; afterwards it is simply over.
    this.#end = {};
    if (error !== undefined) throw error;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#events.length = 0;
    const isFirst = this.#end === undefined;
    this.end();
    if (isFirst) this.#onReturn();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(end: { readonly error?: unknown }): void {
    if (this.#end) return;
    const [first, ...rest] = this.#waiting.splice(0);
    // The error goes to the reader that waits, or else to the one that comes next.
    if (first && end.error !== undefined) first.reject(end.error);
    else first?.resolve({ done: true, value: undefined });
    for (const reader of rest) reader.resolve({ done: true, value: undefined });
    this.#end = first ? {} : end;
  }
}

interface Reader<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}
