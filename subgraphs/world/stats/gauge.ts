/**
 * A stream of which only the newest value counts: a reader that is slow finds one value waiting, never a backlog. `return()` ends a waiting
 * `next()` at once.
 */
export class Gauge<Value> implements AsyncIterableIterator<Value> {
  #waiting: Value | undefined;
  #isEnded = false;
  #wake = () => {};
  #turn: Promise<unknown> = Promise.resolve();
  readonly #onEnd: () => void;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** Replaces the value that waits. */
  set(value: Value): void {
    this.#waiting = value;
    this.#wake();
  }

  next(): Promise<IteratorResult<Value, undefined>> {
    const result = this.#turn.then(() => this.#take());
    this.#turn = result;
    return result;
  }

  return(): Promise<IteratorResult<Value, undefined>> {
    if (!this.#isEnded) {
      this.#isEnded = true;
      this.#onEnd();
      this.#wake();
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #take(): Promise<IteratorResult<Value, undefined>> {
    if (!this.#isEnded && this.#waiting === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const value = this.#waiting;
    this.#waiting = undefined;
    return this.#isEnded || value === undefined ? { done: true, value: undefined } : { done: false, value };
  }
}
