/** What is there, then what the stream brings. Whoever reads ends both by `return()`. */
export function prepend<Value>(
  first: readonly Value[],
  stream: AsyncIterableIterator<Value>,
): AsyncIterableIterator<Value> {
  const rest = [...first];
  return {
    next: async () => {
      const value = rest.shift();
      return value === undefined ? stream.next() : { done: false, value };
    },
    return: async () => {
      rest.length = 0;
      return stream.return?.() ?? { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
