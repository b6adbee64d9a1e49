/**
 * Each value of `source` through `map`. Unlike an async generator, `return()` reaches the source at once, also while a `next()` is pending: a
 * silent stream can be stopped.
 */
export function mapIterator<A, B>(
  source: AsyncIterator<A, unknown, undefined>,
  map: (value: A) => B,
): AsyncIterableIterator<B> {
  return {
    async next() {
      const step = await source.next();
      return step.done ? { done: true, value: undefined } : { done: false, value: map(step.value) };
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
