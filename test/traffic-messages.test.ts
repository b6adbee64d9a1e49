import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { limits } from '../schema/limits.ts';
import type { ExecutableShape } from '../wire/executable-shape.ts';
import type { Viewer } from '../wire/viewer.ts';
import { codeOf, dataOf } from './support/registry-on-disk.ts';
import { trafficOnDisk } from './support/traffic-on-disk.ts';

const ada: Viewer = { username: 'ada', role: 'DEVELOPER' };
const bob: Viewer = { username: 'bob', role: 'PLAYER' };
const root: Viewer = { username: 'root', role: 'ADMIN' };

const sendQuery = `mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { id state sequence duplicate }
}`;
const inboxQuery = `query ($agent: ID!, $first: Int, $after: String) {
  inbox(agent: $agent, first: $first, after: $after) {
    edges { cursor }
    nodes { id sender { username } from { id } to { id } body sentAt sequence }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}`;

const send = (shape: ExecutableShape, viewer: Viewer | undefined, input: Record<string, unknown>) =>
  dataOf(shape, {
    query: sendQuery,
    variables: { input: { to: 'ada/guard', body: 'hello', ...input } },
    viewer,
  });
const sendCode = (shape: ExecutableShape, viewer: Viewer | undefined, input: Record<string, unknown>) =>
  codeOf(shape, {
    query: sendQuery,
    variables: { input: { to: 'ada/guard', body: 'hello', ...input } },
    viewer,
  });
interface Inbox {
  nodes: { id: string; body: unknown; sequence: number }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  totalCount: number;
}
const read = async (shape: ExecutableShape, variables: Record<string, unknown> = {}): Promise<Inbox> => {
  const data = await dataOf(shape, {
    query: inboxQuery,
    variables: { agent: 'ada/guard', ...variables },
    viewer: ada,
  });
  return data['inbox'] as Inbox;
};

describe('a message', () => {
  test('from a person arrives with who sent it', async () => {
    const { traffic } = await trafficOnDisk({ now: () => Date.parse('2026-11-23T12:00:00Z') });
    const body = { text: 'hello', to: ['a', 1, null, { deep: true }] };
    expect(await send(traffic.shape, bob, { id: 'first', body })).toEqual({
      sendMessage: { id: 'first', state: 'STORED', sequence: 1, duplicate: false },
    });
    expect((await read(traffic.shape)).nodes).toEqual([
      {
        id: 'first',
        sender: { username: 'bob' },
        from: null,
        to: { id: 'ada/guard' },
        body,
        sentAt: '2026-11-23T12:00:00.000Z',
        sequence: 1,
      },
    ]);
  });

  test('from an agent names it and its owner; from the agent of somebody else there is none', async () => {
    const { traffic } = await trafficOnDisk({ epochOf: async () => 1 });
    await send(traffic.shape, bob, { from: 'bob/parrot' });
    expect((await read(traffic.shape)).nodes).toMatchObject([
      { sender: { username: 'bob' }, from: { id: 'bob/parrot' } },
    ]);
    for (const from of ['ada/guard', 'parrot', '', 'bob/', 'bob/parrot/x'])
      expect(await sendCode(traffic.shape, bob, { from })).toBe('FORBIDDEN');
    expect(await sendCode(traffic.shape, root, { from: 'ada/guard' })).toBe('FORBIDDEN');
  });

  test('gets an id of its own when it has none', async () => {
    const { traffic } = await trafficOnDisk();
    await send(traffic.shape, bob, {});
    await send(traffic.shape, bob, { id: null });
    const { nodes } = await read(traffic.shape);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(2);
  });

  test('sent again, also at the same time, is stored once', async () => {
    const { traffic } = await trafficOnDisk();
    const receipts = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const { sendMessage } = await send(traffic.shape, bob, { id: 'same' });
        return sendMessage;
      }),
    );
    expect(receipts.filter((receipt) => !Object(receipt).duplicate)).toHaveLength(1);
    for (const receipt of receipts) expect(receipt).toMatchObject({ id: 'same', sequence: 1 });
    expect(await read(traffic.shape)).toMatchObject({ totalCount: 1 });
  });

  test('has an id that another sender, or another inbox, may use as well', async () => {
    const { traffic } = await trafficOnDisk({ epochOf: async () => 1 });
    for (const [viewer, input] of [
      [bob, {}],
      [ada, {}],
      [bob, { from: 'bob/parrot' }],
      [bob, { to: 'ada/clerk' }],
    ] as const)
      expect(await send(traffic.shape, viewer, { id: 'same', ...input })).toMatchObject({
        sendMessage: { duplicate: false },
      });
    expect(await read(traffic.shape)).toMatchObject({ totalCount: 3 });
  });

  test('is as large as it may be, and not a byte larger', async () => {
    const { traffic } = await trafficOnDisk();
    const quotes = 2;
    const body = 'é'.repeat((limits.maxMessageBytes - quotes) / 2);
    await send(traffic.shape, bob, { body });
    expect(await sendCode(traffic.shape, bob, { body: `${body}x` })).toBe('BAD_USER_INPUT');
    expect(await sendCode(traffic.shape, bob, { id: '' })).toBe('BAD_USER_INPUT');
    await send(traffic.shape, bob, { id: 'x'.repeat(limits.maxMessageIdLength) });
    expect(await sendCode(traffic.shape, bob, { id: 'x'.repeat(limits.maxMessageIdLength + 1) })).toBe(
      'BAD_USER_INPUT',
    );
    expect(await read(traffic.shape)).toMatchObject({ totalCount: 2 });
  });

  test('for an agent that lives elsewhere, or can live nowhere, is not taken', async () => {
    const { traffic } = await trafficOnDisk();
    expect(await sendCode(traffic.shape, bob, { to: 'eve/spy' })).toBe('MOVED');
    for (const to of ['', 'ada', 'ada/', '/guard', 'ada/guard/x', 'ADA/guard'])
      expect(await sendCode(traffic.shape, bob, { to })).toBe('BAD_USER_INPUT');
  });

  test('is refused when the inbox is full, and the others of its group are not', async () => {
    const { traffic, db } = await trafficOnDisk();
    await send(traffic.shape, bob, { id: 'kept' });
    await db
      .updateTable('inboxes')
      .set({ stored: limits.maxInboxMessages - 1 })
      .execute();
    const codes = await Promise.all([
      ...[1, 2, 3].map(() => sendCode(traffic.shape, bob, {})),
      sendCode(traffic.shape, bob, { to: 'ada/clerk' }),
      sendCode(traffic.shape, bob, { id: 'kept' }),
    ]);
    expect(codes.map((code) => code === 'MAILBOX_FULL')).toEqual([false, true, true, false, false]);
  });

  test('is not taken once the node stops, and one under way is stored', async () => {
    const { traffic } = await trafficOnDisk();
    const under = send(traffic.shape, bob, { id: 'last' });
    while ((await traffic.unread('ada/guard')) === 0) await nextTurn();
    await traffic.close();
    expect(await under).toMatchObject({ sendMessage: { sequence: 1 } });
    expect(await sendCode(traffic.shape, bob, {})).toBe('SHUTTING_DOWN');
  });
});

describe('an inbox', () => {
  test('is for its owner and for admins', async () => {
    const { traffic } = await trafficOnDisk();
    const codeFor = (viewer: Viewer | undefined, agent = 'ada/guard') =>
      codeOf(traffic.shape, { query: inboxQuery, variables: { agent }, viewer });
    expect(await codeFor(undefined)).toBe('UNAUTHENTICATED');
    expect(await codeFor(bob)).toBe('FORBIDDEN');
    expect(await codeFor(bob, 'eve/spy')).toBe('FORBIDDEN');
    expect(await codeFor(root, 'eve/spy')).toBe('MOVED');
    expect(await codeFor(root)).toContain('no error');
    expect(await sendCode(traffic.shape, undefined, {})).toBe('UNAUTHENTICATED');
  });

  test('is read by pages, oldest first, exact while messages arrive', async () => {
    const { traffic } = await trafficOnDisk();
    await Promise.all(Array.from({ length: 25 }, (_, i) => send(traffic.shape, bob, { body: i })));
    const first = await read(traffic.shape, { first: 20 });
    expect(first.nodes.map(({ body }) => body)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(first.nodes.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(first).toMatchObject({ totalCount: 25, pageInfo: { hasNextPage: true } });
    await send(traffic.shape, bob, { body: 25 });
    const second = await read(traffic.shape, { first: 20, after: first.pageInfo.endCursor });
    expect(second.nodes.map(({ body }) => body)).toEqual([20, 21, 22, 23, 24, 25]);
    expect(second).toMatchObject({ totalCount: 26, pageInfo: { hasNextPage: false } });
  });

  test('that nobody has written to is empty', async () => {
    const { traffic } = await trafficOnDisk();
    expect(await read(traffic.shape)).toEqual({
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: false, endCursor: null },
      totalCount: 0,
    });
    expect(await traffic.unread('ada/guard')).toBe(0);
  });

  test('has neither pages of no size nor cursors of another inbox', async () => {
    const { traffic } = await trafficOnDisk();
    await send(traffic.shape, bob, {});
    await send(traffic.shape, bob, { to: 'ada/clerk' });
    const codeFor = (variables: object) =>
      codeOf(traffic.shape, {
        query: inboxQuery,
        variables: { agent: 'ada/guard', ...variables },
        viewer: ada,
      });
    for (const first of [0, -1, limits.maxPageSize + 1])
      expect(await codeFor({ first })).toBe('BAD_PAGE_SIZE');
    const { pageInfo } = await read(traffic.shape, { agent: 'ada/clerk' });
    expect(await codeFor({ after: pageInfo.endCursor })).toBe('BAD_CURSOR');
    expect(await codeFor({ after: '0000000000000001.xxxxxxxxxxxx' })).toBe('BAD_CURSOR');
  });

  test('that was emptied goes on counting', async () => {
    const { traffic } = await trafficOnDisk();
    await send(traffic.shape, bob, { id: 'first' });
    const { pageInfo } = await read(traffic.shape);
    expect(await traffic.unread('ada/guard')).toBe(1);
    await traffic.deleteInbox('ada/guard');
    expect(await traffic.unread('ada/guard')).toBe(0);
    expect(await send(traffic.shape, bob, { id: 'first' })).toMatchObject({
      sendMessage: { sequence: 2, duplicate: false },
    });
    expect((await read(traffic.shape, { after: pageInfo.endCursor })).nodes).toMatchObject([{ sequence: 2 }]);
  });
});

test('the rate is that of the last seconds', async () => {
  let time = 1_000_000;
  const { traffic } = await trafficOnDisk({ now: () => time });
  expect(traffic.messagesPerSecond()).toBe(0);
  await Promise.all(Array.from({ length: 20 }, () => send(traffic.shape, bob, {})));
  time += 1_000;
  expect(traffic.messagesPerSecond()).toBe(4);
  time += 4_000;
  expect(traffic.messagesPerSecond()).toBe(4);
  time += 1_000;
  expect(traffic.messagesPerSecond()).toBe(0);
});
