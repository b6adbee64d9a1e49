import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStreamHub } from '../gateway/subscribe/stream-hub.ts';
import { limits } from '../schema/limits.ts';
import { codedError } from '../wire/coded-error.ts';
import { openReader } from './support/read-stream.ts';
import { createStreamSource, cursorOf } from './support/stream-source.ts';

const ada = { username: 'ada', role: 'DEVELOPER' } as const;
const bob = { username: 'bob', role: 'DEVELOPER' } as const;
const ring = limits.streamRingEvents;

function request(
  source: ReturnType<typeof createStreamSource>,
  variables = {},
  viewer: typeof ada | typeof bob = ada,
) {
  return { operation: source.operation, variables, viewer };
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Lets everything that is ready happen. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('sharing', () => {
  test('a thousand readers of the same stream have one upstream and each gets every event', async () => {
    const source = createStreamSource({ stream: 'feed' });
    const hub = createStreamHub();
    const readers = numbers(1, 1_000).map(() => openReader(hub, request(source)));
    for (const number of numbers(1, 20)) source.publish(number);
    await Promise.all(readers.map((reader) => reader.readUntil(() => reader.events.length === 20)));
    for (const reader of readers) expect(reader.events).toEqual(numbers(1, 20));
    expect(source.opened).toHaveLength(1);
    expect(source.taken).toBe(20);
  });

  test('the upstream stays open when the first reader leaves and is closed when the last one does', async () => {
    const source = createStreamSource({ stream: 'plain' });
    const hub = createStreamHub();
    const [first, second] = [openReader(hub, request(source)), openReader(hub, request(source))];
    first.close();
    first.close();
    source.publish('to the second');
    await second.readUntil(() => second.events.length === 1);
    expect(first.events).toEqual([]);
    expect(source.open).toBe(1);
    second.close();
    await settle();
    expect(source.open).toBe(0);
    expect(source.opened).toHaveLength(1);
  });

  test('different people, roles and variables never share; the order of variables does not matter', () => {
    const source = createStreamSource({ stream: 'plain' });
    const hub = createStreamHub();
    openReader(hub, request(source, { a: 1, b: { c: 2, d: 3 } }));
    openReader(hub, request(source, { b: { d: 3, c: 2 }, a: 1 }));
    expect(source.opened).toHaveLength(1);
    openReader(hub, request(source, { a: 1, b: { c: 2, d: 3 } }, bob));
    openReader(hub, request(source, { a: 1 }));
    openReader(hub, { operation: source.operation, variables: { a: 1 }, viewer: undefined });
    openReader(hub, { operation: source.operation, variables: { a: 1 }, viewer: { ...ada, role: 'ADMIN' } });
    expect(source.opened).toHaveLength(5);
  });

  test('a reader that leaves while the upstream opens closes it; one that comes right then gets a new one', async () => {
    const source = createStreamSource({ stream: 'plain' });
    const hub = createStreamHub();
    openReader(hub, request(source)).close();
    const next = openReader(hub, request(source));
    await settle();
    expect(source.open).toBe(1);
    expect(source.opened).toHaveLength(2);
    source.publish('here');
    await next.readUntil(() => next.events.length === 1);
  });

  test('errors for which there is no stream are given to whoever asks, each time', () => {
    const source = createStreamSource({ stream: 'plain' });
    const hub = createStreamHub();
    const errors = [{ message: 'no', extensions: { code: 'BAD_USER_INPUT' } }];
    const operation = { ...source.operation, subscribe: () => ({ errors }) };
    const open = () => hub.open({ operation, variables: {}, viewer: ada, wake: () => undefined });
    expect(open()).toEqual({ errors });
    expect(open()).toEqual({ errors });
  });
});

describe('the end', () => {
  test.each(['feed', 'latest', 'plain'] as const)(
    'of a %s reaches every reader once, after what it still had to read',
    async (stream) => {
      const source = createStreamSource({ stream });
      const hub = createStreamHub();
      const [fast, slow] = [openReader(hub, request(source)), openReader(hub, request(source))];
      source.publish(1, 'a');
      source.publish(2, 'b');
      await fast.readUntil(() => fast.events.length === 2);
      source.end();
      await fast.readUntil(() => fast.end !== undefined);
      await slow.readUntil(() => slow.end !== undefined);
      expect(slow.events).toEqual([1, 2]);
      expect(slow.end).toEqual({ kind: 'end' });
      expect(slow.readNow()).toBe(0);
      openReader(hub, request(source));
      expect(source.opened).toHaveLength(2);
    },
  );

  test('by a fault keeps an error of the table and hides any other', async () => {
    for (const [fault, code] of [
      [codedError('NODE_REVOKED', 'thrown out'), 'NODE_REVOKED'],
      [new Error('secret'), 'INTERNAL_SERVER_ERROR'],
    ] as const) {
      const source = createStreamSource({ stream: 'plain' });
      const reader = openReader(createStreamHub(), request(source));
      source.end(fault);
      await reader.readUntil(() => reader.end !== undefined);
      expect(reader.end?.errors?.map((error) => error.extensions?.['code'])).toEqual([code]);
      expect(JSON.stringify(reader.end)).not.toContain('secret');
    }
  });

  test('of the hub tells all readers SHUTTING_DOWN, closes every upstream and refuses new readers', async () => {
    const source = createStreamSource({ stream: 'feed' });
    const hub = createStreamHub();
    const reader = openReader(hub, request(source));
    source.publish(1);
    await settle();
    hub.close();
    await reader.readUntil(() => reader.end !== undefined);
    expect(reader.events).toEqual([1]);
    expect(reader.end?.errors?.[0]?.extensions).toEqual({ code: 'SHUTTING_DOWN' });
    expect(source.open).toBe(0);
    expect(() => openReader(hub, request(source))).toThrow('SHUTTING_DOWN');
  });
});

describe('a feed', () => {
  test('is not read from its source further than the ring holds while nobody reads it', async () => {
    const source = createStreamSource({ stream: 'feed' });
    const reader = openReader(createStreamHub({ patienceMs: 1 }), request(source));
    for (const number of numbers(1, 10 * ring)) source.publish(number);
    await settle();
    expect(source.taken).toBeLessThanOrEqual(ring + 1);
    await reader.readUntil(() => reader.events.length === 10 * ring);
    expect(reader.events).toEqual(numbers(1, 10 * ring));
    expect(source.opened).toHaveLength(1);
  });

  test('serves a reader that falls behind from the store until it meets the others again', async () => {
    const source = createStreamSource({ stream: 'feed' });
    const hub = createStreamHub({ patienceMs: 1 });
    const [fast, slow] = [openReader(hub, request(source)), openReader(hub, request(source))];
    source.publish(1);
    await slow.readUntil(() => slow.events.length === 1);
    for (const number of numbers(2, 3 * ring)) source.publish(number);
    await fast.readUntil(() => fast.events.length === 3 * ring);
    await slow.readUntil(() => slow.events.length === 3 * ring);
    expect(slow.events).toEqual(numbers(1, 3 * ring));
    expect(source.opened).toEqual([undefined, cursorOf(1)]);
    await settle();
    expect(source.open).toBe(1);
    source.publish('shared again');
    await slow.readUntil(() => slow.events.at(-1) === 'shared again');
    expect(source.opened).toHaveLength(2);
  });

  test('goes on without a reader that stands still when the others have caught up from the store', async () => {
    const source = createStreamSource({ stream: 'feed' });
    const hub = createStreamHub({ patienceMs: 1 });
    const [first, second] = [openReader(hub, request(source)), openReader(hub, request(source))];
    for (const number of numbers(1, 2 * ring)) source.publish(number);
    await settle();
    first.readNow();
    await first.readUntil(() => first.events.length === 2 * ring);
    for (const number of numbers(2 * ring + 1, 5 * ring)) source.publish(number);
    await second.readUntil(() => second.events.length === 5 * ring);
    expect(second.events).toEqual(numbers(1, 5 * ring));
    await first.readUntil(() => first.events.length === 5 * ring);
    expect(first.events).toEqual(numbers(1, 5 * ring));
  });

  test('gives a newcomer with the same beginning everything, from the ring or else from the store', async () => {
    const source = createStreamSource({ stream: 'feed' });
    const hub = createStreamHub({ patienceMs: 1 });
    const first = openReader(hub, request(source));
    for (const number of numbers(1, 5)) source.publish(number);
    await first.readUntil(() => first.events.length === 5);
    const second = openReader(hub, request(source));
    expect(second.readNow()).toBe(5);
    expect(source.opened).toHaveLength(1);
    for (const number of numbers(6, 2 * ring)) source.publish(number);
    await first.readUntil(() => first.events.length === 2 * ring);
    const third = openReader(hub, request(source));
    await third.readUntil(() => third.events.length === 2 * ring);
    expect(third.events).toEqual(numbers(1, 2 * ring));
    expect(source.opened).toEqual([undefined, undefined]);
  });

  test('that starts now gives a newcomer only what comes after it, and a slow reader all since it came', async () => {
    const source = createStreamSource({ stream: 'feed', startsNow: true });
    const hub = createStreamHub({ patienceMs: 1 });
    const [first, slow] = [openReader(hub, request(source)), openReader(hub, request(source))];
    for (const number of numbers(1, 3)) source.publish(number);
    await first.readUntil(() => first.events.length === 3);
    const newcomer = openReader(hub, request(source));
    for (const number of numbers(4, 2 * ring)) source.publish(number);
    await first.readUntil(() => first.events.length === 2 * ring);
    await newcomer.readUntil(() => newcomer.events.length === 2 * ring - 3);
    expect(newcomer.events).toEqual(numbers(4, 2 * ring));
    await slow.readUntil(() => slow.events.length === 2 * ring);
    expect(slow.events).toEqual(numbers(1, 2 * ring));
  });

  test('keeps large events by their size, not only by their number', async () => {
    const source = createStreamSource({ stream: 'feed' });
    const reader = openReader(createStreamHub({ patienceMs: 1 }), request(source));
    const large = 'x'.repeat(limits.streamRingLength / 4);
    for (const number of numbers(1, 20)) source.publish(`${number}${large}`);
    await settle();
    expect(source.taken).toBeLessThanOrEqual(5);
    await reader.readUntil(() => reader.events.length === 20);
  });

  test('a reader that leaves while it catches up closes its own upstream', async () => {
    const source = createStreamSource({ stream: 'feed' });
    const hub = createStreamHub({ patienceMs: 1 });
    const [fast, slow] = [openReader(hub, request(source)), openReader(hub, request(source))];
    for (const number of numbers(1, 2 * ring)) source.publish(number);
    await fast.readUntil(() => fast.events.length === 2 * ring);
    slow.readNow(1);
    expect(source.open).toBe(2);
    slow.close();
    await settle();
    expect(source.open).toBe(1);
  });

  test('gives each reader each event once and in order, however slowly it reads and whenever it comes or goes', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 400 }) }),
      fc.record({
        kind: fc.constant('read' as const),
        reader: fc.nat(3),
        count: fc.integer({ min: 1, max: 500 }),
      }),
      fc.record({ kind: fc.constant('leave' as const), reader: fc.nat(3) }),
      fc.record({ kind: fc.constant('settle' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const source = createStreamSource({ stream: 'feed' });
        const hub = createStreamHub({ patienceMs: 1 });
        const readers = numbers(0, 3).map(() => openReader(hub, request(source)));
        let published = 0;
        for (const action of steps) {
          if (action.kind === 'publish') {
            for (let count = 0; count < action.count; count += 1) source.publish((published += 1));
          } else if (action.kind === 'read') {
            readers[action.reader]?.readNow(action.count);
          } else if (action.kind === 'leave') {
            readers[action.reader]?.close();
            readers[action.reader] = openReader(hub, request(source));
          }
          await settle();
        }
        // One after the other: none may depend on another that stands still.
        for (const reader of readers) await reader.readUntil(() => reader.events.length >= published);
        for (const reader of readers) expect(reader.events).toEqual(numbers(1, published));
        for (const reader of readers) reader.close();
        await settle();
        expect(source.open).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a gauge', () => {
  test('gives a slow reader the newest event of each key and never a backlog', async () => {
    const source = createStreamSource({ stream: 'latest' });
    const hub = createStreamHub();
    const [fast, slow] = [openReader(hub, request(source)), openReader(hub, request(source))];
    for (const number of numbers(1, 1_000)) source.publish(number, number % 2 ? 'odd' : 'even');
    await fast.readUntil(() => fast.events.at(-1) === 1_000);
    slow.readNow();
    expect(slow.events).toEqual([999, 1_000]);
  });

  test('begins for a newcomer with the next event', async () => {
    const source = createStreamSource({ stream: 'latest' });
    const hub = createStreamHub();
    const first = openReader(hub, request(source));
    source.publish(1, 'a');
    await first.readUntil(() => first.events.length === 1);
    const newcomer = openReader(hub, request(source));
    source.publish(2, 'b');
    await newcomer.readUntil(() => newcomer.events.length === 1);
    expect(newcomer.events).toEqual([2]);
  });
});

describe('a plain stream', () => {
  test('ends for a reader that lags too far, and for no other', async () => {
    const source = createStreamSource({ stream: 'plain' });
    const hub = createStreamHub();
    const lag = limits.maxReaderLagEvents;
    const readers = numbers(1, 3).map(() => openReader(hub, request(source)));
    const [fast, atLimit, beyond] = readers;
    for (const number of numbers(1, lag)) source.publish(number);
    await fast?.readUntil(() => fast.events.length === lag);
    atLimit?.readNow();
    source.publish(lag + 1);
    await fast?.readUntil(() => fast.events.length === lag + 1);
    atLimit?.readNow();
    beyond?.readNow();
    expect(atLimit?.events).toEqual(numbers(1, lag + 1));
    expect(beyond?.events).toEqual([]);
    expect(beyond?.end?.errors?.[0]?.extensions).toEqual({ code: 'SUBSCRIBER_TOO_SLOW' });
  });
});
