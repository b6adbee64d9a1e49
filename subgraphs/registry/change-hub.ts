import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';

/** What a reader gets: the changes in order, and if it was too slow, last of all the error that says so. */
export type ChangeOrEnd<Change> = Change | Error;

/**
 * Tells changes to functions of this process, at once and in order, and to readers, each with a bounded queue of its own. A reader that falls
 * behind by more than the queue holds gets what is queued, then SUBSCRIBER_TOO_SLOW, then the end: never a gap without a word.
 */
export class ChangeHub<Change> {
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #maxLag: number;

  constructor(options: { readonly maxLag?: number } = {}) {
    this.#maxLag = options.maxLag ?? limits.maxReaderLagEvents;
  }

  publish(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  /** Calls back with each change from now on; returns the function that ends it. The listener must not throw. */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * `first`, and then the changes from now on that pass `filter`. Whoever reads ends it by `return()`, which also ends a `next()` that waits.
   */
  read(
    options: { readonly filter?: (change: Change) => boolean; readonly first?: readonly Change[] } = {},
  ): AsyncIterableIterator<ChangeOrEnd<Change>> {
    const { filter = () => true, first = [] } = options;
    const queue: ChangeOrEnd<Change>[] = [...first];
    const waiting: ((step: IteratorResult<ChangeOrEnd<Change>, undefined>) => void)[] = [];
    let isOpen = true;
    const stopListening = this.listen((change) => {
      if (!filter(change)) return;
      const reader = waiting.shift();
      if (reader) reader({ done: false, value: change });
      else if (queue.length < this.#maxLag) queue.push(change);
      else {
        queue.push(codedError('SUBSCRIBER_TOO_SLOW', `More than ${this.#maxLag} changes were not taken`));
        close();
      }
    });
    const close = () => {
      isOpen = false;
      stopListening();
      for (const reader of waiting.splice(0)) reader({ done: true, value: undefined });
    };
    return {
      next: () => {
        const value = queue.shift();
        if (value !== undefined) return Promise.resolve({ done: false, value });
        if (!isOpen) return Promise.resolve({ done: true, value: undefined });
        return new Promise((resolve) => waiting.push(resolve));
      },
      return: () => {
        queue.length = 0;
        close();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

/** For the resolver of an event: the change, or the error that ends the stream. */
export function needChange<Change>(read: ChangeOrEnd<Change>): Change {
  if (read instanceof Error) throw read;
  return read;
}
