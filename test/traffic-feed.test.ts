import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ExecutableShape } from '../wire/executable-shape.ts';
import type { Viewer } from '../wire/viewer.ts';
import { codeIn, dataOf } from './support/registry-on-disk.ts';
import { openTraffic, trafficOnDisk } from './support/traffic-on-disk.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const ada: Viewer = { username: 'ada', role: 'PLAYER' };
const bob: Viewer = { username: 'bob', role: 'PLAYER' };

const send = (shape: ExecutableShape, body: unknown, to = 'ada/guard') =>
  dataOf(shape, {
    query: 'mutation ($to: ID!, $body: JSON!) { sendMessage(input: { to: $to, body: $body }) { sequence } }',
    variables: { to, body },
    viewer: bob,
  });

const feed =
  'subscription ($agent: ID!, $after: String) { messages(agent: $agent, after: $after) { cursor message { body sequence } } }';

interface FeedEvent {
  readonly cursor: string;
  readonly message: { readonly body: unknown; readonly sequence: number };
}

async function subscribe(
  shape: ExecutableShape,
  { agent = 'ada/guard', after, viewer = ada }: { agent?: string; after?: string; viewer?: Viewer } = {},
) {
  const outcome = await shape.subscribe({ query: feed, variables: { agent, after }, viewer });
  if (!(Symbol.asyncIterator in outcome)) return { code: codeIn(outcome) };
  onTestFinished(async () => {
    await outcome.return?.();
  });
  const next = async (): Promise<FeedEvent | undefined> => {
    const { done, value } = await outcome.next();
    if (done) return undefined;
    return Object(value.data).messages;
  };
  return { events: outcome, next };
}

/** The open stream; fails the test when there is none. */
async function open(shape: ExecutableShape, options: Parameters<typeof subscribe>[1] = {}) {
  const stream = await subscribe(shape, options);
  if (!stream.next) throw new Error(`Expected a stream, got ${String(stream.code)}`);
  return stream;
}

async function take(count: number, next: () => Promise<FeedEvent | undefined>): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  while (events.length < count) {
    const event = await next();
    if (!event) break;
    events.push(event);
  }
  return events;
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const bodies = (events: readonly FeedEvent[]) => events.map(({ message }) => message.body);

describe('a feed of messages', () => {
  test('begins with the oldest, goes on with each that arrives, and has each once', async () => {
    const { traffic } = await trafficOnDisk();
    for (const i of numbers(0, 120)) await send(traffic.shape, i);
    const { next } = await open(traffic.shape);
    const sending = (async () => {
      for (const i of numbers(120, 240)) await send(traffic.shape, i);
    })();
    expect(bodies(await take(240, next))).toEqual(numbers(0, 240));
    await sending;
  });

  test('goes on behind any cursor, or from here on', async () => {
    const { traffic } = await trafficOnDisk();
    for (const i of numbers(0, 10)) await send(traffic.shape, i);
    const all = await take(10, (await open(traffic.shape)).next);
    for (const [index, { cursor }] of all.slice(0, -1).entries())
      expect(bodies(await take(9 - index, (await open(traffic.shape, { after: cursor })).next))).toEqual(
        numbers(index + 1, 10),
      );
    const { next } = await open(traffic.shape, { after: 'now' });
    await send(traffic.shape, 10);
    expect(bodies(await take(1, next))).toEqual([10]);
    const cursors = all.map(({ cursor }) => cursor);
    expect(cursors).toEqual(cursors.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    expect(cursors.join('')).toMatch(/^[\x21-\x7e]+$/);
  });

  test('hands over from the inbox without a gap', async () => {
    const { traffic } = await trafficOnDisk();
    for (const i of numbers(0, 5)) await send(traffic.shape, i);
    const data = await dataOf(traffic.shape, {
      query: '{ inbox(agent: "ada/guard", first: 3) { pageInfo { endCursor } } }',
      viewer: ada,
    });
    const after = String(Object(Object(data['inbox']).pageInfo).endCursor);
    expect(bodies(await take(2, (await open(traffic.shape, { after })).next))).toEqual([3, 4]);
  });

  test('waits for a reader that is slow, and misses nothing', async () => {
    const { traffic } = await trafficOnDisk();
    const { next } = await open(traffic.shape);
    await Promise.all(numbers(0, 500).map((i) => send(traffic.shape, i)));
    expect(bodies(await take(500, next))).toEqual(numbers(0, 500));
  });

  test('has nothing of the neighbours', async () => {
    const { traffic } = await trafficOnDisk();
    const { next } = await open(traffic.shape);
    await send(traffic.shape, 'other', 'ada/clerk');
    await send(traffic.shape, 'mine');
    expect(bodies(await take(1, next))).toEqual(['mine']);
  });

  test('ends at once when its reader goes while none comes, and when the node stops', async () => {
    const { traffic } = await trafficOnDisk();
    const [left, stopped] = [await open(traffic.shape), await open(traffic.shape)];
    const nexts = [left.next(), stopped.next()];
    await left.events.return?.();
    expect(await nexts[0]).toBeUndefined();
    await traffic.close();
    expect(await nexts[1]).toBeUndefined();
  });

  test('is for the owner of the agent, where the agent lives', async () => {
    const { traffic } = await trafficOnDisk();
    expect(await subscribe(traffic.shape, { viewer: bob })).toEqual({ code: 'FORBIDDEN' });
    expect(await subscribe(traffic.shape, { agent: 'bob/parrot', viewer: bob })).toEqual({ code: 'MOVED' });
    expect(
      await subscribe(traffic.shape, { agent: 'ada', viewer: { username: 'root', role: 'ADMIN' } }),
    ).toEqual({
      code: 'BAD_USER_INPUT',
    });
  });
});

describe('a cursor', () => {
  test('works after a restart, and not where its message never was', async () => {
    const { traffic, file, close } = await trafficOnDisk();
    for (const i of numbers(0, 3)) await send(traffic.shape, i);
    const [, second, third] = await take(3, (await open(traffic.shape)).next);
    await close();
    const restarted = await openTraffic(file);
    onTestFinished(() => restarted.close());
    const { next } = await open(restarted.traffic.shape, { after: second?.cursor ?? '' });
    expect(bodies(await take(1, next))).toEqual([2]);

    const { traffic: other } = await trafficOnDisk();
    await send(other.shape, 0);
    expect(await subscribe(other.shape, { after: third?.cursor ?? '' })).toEqual({ code: 'BAD_CURSOR' });
  });

  test('of another agent, altered or made up, is refused', async () => {
    const { traffic } = await trafficOnDisk();
    for (const to of ['ada/guard', 'ada/clerk']) await send(traffic.shape, 0, to);
    const [own] = await take(1, (await open(traffic.shape)).next);
    const cursor = own?.cursor ?? '';
    expect(await subscribe(traffic.shape, { agent: 'ada/clerk', after: cursor })).toEqual({
      code: 'BAD_CURSOR',
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(cursor.length - 1), fc.string({ maxLength: 3 }), async (at, put) => {
        const altered = cursor.slice(0, at) + put + cursor.slice(at + 1);
        fc.pre(altered !== cursor && altered !== 'now');
        expect(await subscribe(traffic.shape, { after: altered })).toEqual({ code: 'BAD_CURSOR' });
      }),
      { numRuns: 200 },
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (made) => {
        fc.pre(made !== 'now');
        expect(await subscribe(traffic.shape, { after: made })).toEqual({ code: 'BAD_CURSOR' });
      }),
      { numRuns: 100 },
    );
  });
});

test('every message that was acknowledged survives the death of the process, in order', async () => {
  const file = join(temporaryFolder(), 'data.db');
  const script = new URL('support/send-until-killed.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['bin/run.js', script, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === 300) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');

  const { traffic, close } = await openTraffic(file);
  onTestFinished(close);
  const stored = await take(await traffic.unread('ada/guard'), (await open(traffic.shape)).next);
  const ids = stored.map(({ message }) => String(Object(message.body).id));
  expect(acknowledged.length).toBeGreaterThanOrEqual(300);
  expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
  expect(stored.map(({ message }) => message.sequence)).toEqual(numbers(1, stored.length + 1));
  // Each sender waits for its acknowledgement, and ids are handed out in turn: the order of the inbox is that of sending.
  expect(ids).toEqual(numbers(0, ids.length).map((i) => `message-${i}`));
});
