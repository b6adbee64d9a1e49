import type { OperationEvent, SubscriptionOperation } from '../../gateway/execute/operation.ts';
import type { StreamKind } from '../../gateway/execute/subgraph.ts';

/** A subscription whose events the test makes. A `feed` is a store that grows: each subscription reads it from its place on. */
export interface StreamSource {
  readonly operation: SubscriptionOperation;
  /** Where each subscription upstream began, in the order of their opening. */
  readonly opened: (string | undefined)[];
  /** Subscriptions that are open now. */
  readonly open: number;
  /** Events that subscriptions have taken so far. */
  readonly taken: number;
  publish(data: unknown, key?: string): void;
  /** Ends all subscriptions, after what they still have to give. */
  end(fault?: Error): void;
}

export interface StreamSourceOptions {
  readonly stream: StreamKind;
  readonly startsNow?: boolean;
}

/** Cursors of a feed: the number of the event, in the order of strings. */
export function cursorOf(number: number): string {
  return String(number).padStart(6, '0');
}

export function createStreamSource({ stream, startsNow = false }: StreamSourceOptions): StreamSource {
  const store: OperationEvent[] = [];
  const opened: (string | undefined)[] = [];
  const waiting = new Set<() => void>();
  let open = 0;
  let taken = 0;
  let end: { readonly fault: Error | undefined } | undefined;
  const wakeAll = () => {
    for (const wake of waiting) wake();
    waiting.clear();
  };
  const startOf = (after: string | undefined) => {
    if (after === undefined) return stream === 'feed' && !startsNow ? 0 : store.length;
    const found = store.findIndex((event) => event.cursor !== undefined && event.cursor > after);
    return found < 0 ? store.length : found;
  };

  const subscribe = (position: number): AsyncIterableIterator<OperationEvent> => {
    let isClosed = false;
    open += 1;
    const close = () => {
      if (!isClosed) open -= 1;
      isClosed = true;
      wakeAll();
    };
    return {
      async next() {
        for (;;) {
          if (isClosed) return { done: true, value: undefined };
          const event = store[position];
          if (event) {
            position += 1;
            taken += 1;
            return { done: false, value: event };
          }
          if (end) {
            close();
            if (end.fault) throw end.fault;
            return { done: true, value: undefined };
          }
          await new Promise<void>((resolve) => waiting.add(resolve));
        }
      },
      async return() {
        close();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  };

  return {
    opened,
    get open() {
      return open;
    },
    get taken() {
      return taken;
    },
    operation: {
      kind: 'subscription',
      stream,
      startsNow: () => startsNow,
      subscribe: (variables, _context, resumeAfter) => {
        const given = variables['after'];
        const after = resumeAfter ?? (typeof given === 'string' ? given : undefined);
        opened.push(after);
        return subscribe(startOf(after));
      },
    },
    publish: (data, key) => {
      const result = { data: { event: data } };
      store.push({
        result,
        ...(stream === 'feed' ? { cursor: cursorOf(store.length + 1) } : {}),
        ...(key === undefined ? {} : { key }),
      });
      wakeAll();
    },
    end: (fault) => {
      end = { fault };
      wakeAll();
    },
  };
}
