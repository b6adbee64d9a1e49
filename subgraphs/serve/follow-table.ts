export interface FollowTableOptions<Row, Event, Position> {
  /** Rows beyond this one are read. */
  readonly position: Position;
  /** A page of rows, rising; empty when there are no more yet. What it throws ends the iterator. */
  readonly readBeyond: (position: Position) => Promise<readonly Row[]>;
  readonly positionOf: (row: Row) => Position;
  readonly present: (row: Row) => Event;
  /** Calls back when there may be more; returns the function that ends it. */
  readonly onNews: (wake: () => void) => () => void;
  /** Each ends the iterator, as `return()` does. */
  readonly signals?: readonly AbortSignal[];
}

/**
 * Every row of a growing table beyond a position, then each new one, in order and once. Pulled page by page as the reader asks: a slow reader
 * costs one page of memory and misses nothing, and news is only a reason to look again. `return()` ends a waiting `next()` at once.
 */
export function followTable<Row, Event, Position = number>(
  options: FollowTableOptions<Row, Event, Position>,
): AsyncIterableIterator<Event> {
  const { signals = [] } = options;
  let { position } = options;
  let page: Row[] = [];
  let isEnded = false;
  let hasNews = false;
  let wake = () => {};
  let turn: Promise<unknown> = Promise.resolve();

  const stopListening = options.onNews(() => {
    hasNews = true;
    wake();
  });
  const end = () => {
    isEnded = true;
    page = [];
    stopListening();
    for (const signal of signals) signal.removeEventListener('abort', end);
    wake();
  };
  for (const signal of signals) signal.addEventListener('abort', end);
  if (signals.some((signal) => signal.aborted)) end();

  const readPage = async () => {
    hasNews = false;
    const rows = await options.readBeyond(position);
    if (isEnded) return;
    page = [...rows];
    if (page.length > 0 || hasNews) return;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  };
  const step = async (): Promise<IteratorResult<Event, undefined>> => {
    while (!isEnded) {
      const row = page.shift();
      if (row !== undefined) {
        position = options.positionOf(row);
        return { done: false, value: options.present(row) };
      }
      await readPage();
    }
    return { done: true, value: undefined };
  };

  return {
    next() {
      const result = turn.then(step).catch((error: unknown): IteratorResult<Event, undefined> => {
        // A read that was cut short by the end is no news.
        if (isEnded) return { done: true, value: undefined };
        end();
        throw error;
      });
      turn = result.catch(() => undefined);
      return result;
    },
    return() {
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
