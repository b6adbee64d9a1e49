import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect, type ConnectOptions, type NetworkClient } from '../client/connect.ts';
import { MeDocument, MessagesDocument, NodeStatsStreamDocument } from '../client/generated/graphql.ts';
import { startCuttableProxy, type CuttableProxy } from './support/cuttable-proxy.ts';
import { startSmallGraphServer, type SmallGraphServer } from './support/small-graph-server.ts';

let server: SmallGraphServer;
let proxy: CuttableProxy;
let client: NetworkClient;

beforeEach(async () => {
  server = await startSmallGraphServer();
  proxy = await startCuttableProxy(server.port);
});
afterEach(async () => {
  client.close();
  await proxy.close();
  await server.close();
});

function open(options: ConnectOptions = {}): NetworkClient {
  client = connect(`http://127.0.0.1:${proxy.port}`, { retryDelayMs: () => 1, ...options });
  return client;
}
const agent = 'ada/bot';

/** The numbers of the next `count` messages. */
async function take(feed: ReturnType<typeof openFeed>, count: number): Promise<unknown[]> {
  const bodies: unknown[] = [];
  while (bodies.length < count) {
    const { value } = await feed.next();
    bodies.push(value?.data.messages?.message?.body);
  }
  return bodies;
}
function openFeed(after?: string) {
  return client.feed(MessagesDocument, { agent, ...(after !== undefined && { after }) });
}
const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, index) => from + index);

test('a feed goes on behind the last event after its connection was cut', async () => {
  open();
  const feed = openFeed();
  server.publish();
  expect(await take(feed, 1)).toEqual([1]);
  proxy.cut();
  server.publish();
  server.publish();
  expect(await take(feed, 2)).toEqual([2, 3]);
  expect(server.resumedAfter).toEqual([null, '1']);
});

test('a feed begins where the caller says', async () => {
  open();
  for (let count = 0; count < 5; count += 1) server.publish();
  expect(await take(openFeed('3'), 2)).toEqual([4, 5]);
});

test('a feed waits for a server that is not there yet', async () => {
  proxy.refuse();
  const seen: string[] = [];
  open({
    onConnectionChange: (state) => {
      seen.push(state);
      if (seen.length === 4) proxy.resume();
    },
  });
  server.publish();
  expect(await take(openFeed(), 1)).toEqual([1]);
  expect(seen.slice(0, 4)).toEqual(['CONNECTING', 'LOST', 'CONNECTING', 'LOST']);
  expect(seen.at(-1)).toBe('CONNECTED');
});

test('whatever is cut, refused, paused or signed in again, each message arrives exactly once and in order', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ publish: fc.integer({ min: 1, max: 12 }) }) },
    { weight: 4, arbitrary: fc.record({ read: fc.integer({ min: 1, max: 12 }) }) },
    { weight: 2, arbitrary: fc.constantFrom('cut' as const, 'identity' as const, 'settle' as const) },
    { weight: 1, arbitrary: fc.constant('fault' as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const from = String(server.publish());
      const received: unknown[] = [];
      let [published, identity] = [Number(from), 0];
      const read = async (count: number) => {
        const missing = published - Number(from) - received.length;
        received.push(...(await take(feed, Math.min(count, missing))));
      };
      open({ maxBufferedEvents: 4 });
      const feed = openFeed(from);
      for (const act of steps) {
        if (act === 'cut') proxy.cut();
        else if (act === 'identity') client.setToken(`token ${(identity += 1)}`);
        else if (act === 'fault') server.nextFaults.push('NODE_UNREACHABLE');
        else if (act === 'settle') await new Promise((resolve) => setImmediate(resolve));
        else if ('read' in act) await read(act.read);
        else for (let count = 0; count < act.publish; count += 1) published = server.publish();
      }
      await read(Infinity);
      expect(received).toEqual(upTo(published, Number(from) + 1));
      await feed.return?.();
      client.close();
      server.nextFaults.length = 0;
    }),
    { numRuns: 60 },
  );
});

test('a feed whose reader falls behind is stopped on the server, and goes on when it has caught up', async () => {
  open({ maxBufferedEvents: 8 });
  const feed = openFeed();
  for (const first of [1, 101, 201]) {
    for (let count = 0; count < 100; count += 1) server.publish();
    expect(await take(feed, 1)).toEqual([first]);
    await server.until(() => server.streams === 0);
    expect(await take(feed, 99)).toEqual(upTo(first + 99, first + 1));
  }
  expect(server.resumedAfter.length).toBeGreaterThanOrEqual(3);
});

test('a reader that keeps up is not paused, however many events arrive in one piece', async () => {
  open();
  for (let count = 0; count < 2_000; count += 1) server.publish();
  expect(await take(openFeed(), 2_000)).toEqual(upTo(2_000));
  expect(server.resumedAfter).toEqual([null]);
});

test('a feed asks again when what failed may pass, and ends with the error when it will not', async () => {
  open();
  server.nextFaults.push('NODE_UNREACHABLE', 'NODE_UNREACHABLE', 'FORBIDDEN');
  const feed = openFeed();
  await expect(feed.next()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(server.resumedAfter).toHaveLength(3);
  expect(await feed.next()).toEqual({ done: true, value: undefined });
});

test('a token that the server refuses ends the stream instead of being tried for ever', async () => {
  open({ token: 'revoked' });
  await expect(openFeed().next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('setting a token opens the streams again as that person, behind their last event', async () => {
  open();
  const feed = openFeed();
  server.publish();
  expect(await take(feed, 1)).toEqual([1]);
  client.setToken('sesame');
  server.publish();
  expect(await take(feed, 1)).toEqual([2]);
  expect(server.subscribers).toEqual([undefined, 'sesame']);
});

test('a token that is set while the server still greets counts', async () => {
  open({ token: 'slow' });
  const feed = openFeed();
  await server.until(() => server.isGreeting);
  client.setToken('sesame');
  server.publish();
  expect(await take(feed, 1)).toEqual([1]);
  expect(server.subscribers.at(-1)).toBe('sesame');
});

test('a gauge that is read slowly holds the newest events', async () => {
  open({ maxBufferedEvents: 8 });
  const gauge = client.subscribe(MessagesDocument, { agent });
  const feed = openFeed();
  for (let count = 0; count < 100; count += 1) server.publish();
  await take(feed, 100);
  await client.query(MeDocument);
  const seen = [];
  for await (const { data } of gauge) {
    seen.push(data.messages?.message?.body);
    if (seen.at(-1) === 100) break;
  }
  expect(seen.length).toBeLessThanOrEqual(8);
  expect(seen).toEqual(upTo(100, 101 - seen.length));
});

test('a connection that has gone silent is given up after a ping without pong', async () => {
  open({ pingMs: 20, pongMs: 20 });
  const feed = openFeed();
  server.publish();
  expect(await take(feed, 1)).toEqual([1]);
  proxy.freeze();
  server.publish();
  expect(await take(feed, 1)).toEqual([2]);
});

test('a gauge shows what happens from now on, and again after a drop', async () => {
  open();
  const gauge = client.subscribe(NodeStatsStreamDocument);
  await server.until(() => server.streams === 1);
  server.sample(10);
  expect((await gauge.next()).value?.data.nodeStats?.cpuPercent).toBe(10);
  proxy.cut();
  await server.until(() => server.streams === 0);
  await server.until(() => server.streams === 1);
  server.sample(20);
  expect((await gauge.next()).value?.data.nodeStats?.cpuPercent).toBe(20);
});

test('leaving the loop ends the stream on the server', async () => {
  open();
  server.publish();
  for await (const { data } of openFeed()) {
    expect(data.messages?.cursor).toBe('1');
    break;
  }
  await server.until(() => server.streams === 0);
});

test('return() answers at once although a next() waits, which then ends', async () => {
  open();
  const feed = openFeed();
  const next = feed.next();
  await feed.return?.();
  expect(await next).toEqual({ done: true, value: undefined });
});

test('closing the client ends every stream and every connection', async () => {
  open();
  const [feed, gauge] = [openFeed(), client.subscribe(NodeStatsStreamDocument)];
  const ends = [feed.next(), gauge.next()];
  await server.until(() => server.streams === 2);
  client.close();
  client.close();
  expect(await Promise.all(ends)).toEqual([
    { done: true, value: undefined },
    { done: true, value: undefined },
  ]);
  await server.until(() => server.streams === 0);
});
