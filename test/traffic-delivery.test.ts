import { describe, expect, test, vi } from 'vitest';
import { limits } from '../schema/limits.ts';
import type { Delivery, Place } from '../subgraphs/traffic/delivery.ts';
import { PeerSession } from '../subgraphs/serve/peer-session.ts';
import type { ExecutableShape } from '../wire/executable-shape.ts';
import type { Viewer } from '../wire/viewer.ts';
import { codeOf, dataOf } from './support/registry-on-disk.ts';
import { TrafficNetwork, type TrafficNode } from './support/traffic-network.ts';

const ada: Viewer = { username: 'ada', role: 'PLAYER' };
const bob: Viewer = { username: 'bob', role: 'PLAYER' };

interface Receipt {
  readonly id: string;
  readonly state: string;
  readonly sequence: number | null;
  readonly duplicate: boolean;
}

const sendQuery =
  'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id state sequence duplicate } }';

async function send(node: TrafficNode, input: Record<string, unknown>, viewer = bob): Promise<Receipt> {
  const variables = { input: { to: 'ada/guard', body: 'hello', ...input } };
  return (await dataOf(node.traffic.shape, { query: sendQuery, variables, viewer }))[
    'sendMessage'
  ] as Receipt;
}
function sendCode(node: TrafficNode, input: Record<string, unknown>, viewer = bob): Promise<unknown> {
  const variables = { input: { to: 'ada/guard', body: 'hello', ...input } };
  return codeOf(node.traffic.shape, { query: sendQuery, variables, viewer });
}

async function bodies({ traffic }: TrafficNode, agent = 'ada/guard'): Promise<unknown[]> {
  const query = `{ inbox(agent: "${agent}", first: 1000) { nodes { body } } }`;
  const viewer = { username: agent.split('/')[0] ?? '', role: 'PLAYER' } as const;
  const { inbox } = await dataOf(traffic.shape, { query, viewer });
  return (Object(inbox).nodes as { body: unknown }[]).map(({ body }) => body);
}

interface Letter {
  readonly id: string;
  readonly code: string;
  readonly body: unknown;
  readonly to: { readonly id: string };
}

async function letters(shape: ExecutableShape, viewer: Viewer, from?: string): Promise<readonly Letter[]> {
  const query =
    'query ($from: ID) { deadLetters(from: $from, first: 100) { totalCount nodes { id code body to { id } } } }';
  const { deadLetters } = await dataOf(shape, { query, variables: { from }, viewer });
  return Object(deadLetters).nodes as Letter[];
}

/** An initial node; `a`, home of bob/parrot; `b`, home of ada/guard. */
async function threeNodes(options: ConstructorParameters<typeof TrafficNetwork>[0] = {}) {
  const network = new TrafficNetwork({ expiryCheckMs: 20, ...options });
  network.place('bob/parrot', 'a');
  network.place('ada/guard', 'b');
  const initial = await network.start('initial');
  const [a, b] = [await network.start('a'), await network.start('b')];
  return { network, initial, a, b };
}

const eventually = (check: () => Promise<unknown>) => vi.waitFor(check, { timeout: 8_000, interval: 10 });

describe('a message of a person', () => {
  test('is STORED on the home of the recipient, and QUEUED on the initial node while that is away', async () => {
    const { network, initial, b } = await threeNodes();
    expect(await send(initial, { body: 1, id: 'one' })).toEqual({
      id: 'one',
      state: 'STORED',
      sequence: 1,
      duplicate: false,
    });
    network.sever('initial', 'b');
    const queued = { state: 'QUEUED', sequence: null };
    expect(await send(initial, { body: 2, id: 'two' })).toMatchObject({ ...queued, duplicate: false });
    expect(await send(initial, { body: 2, id: 'two' })).toMatchObject({ ...queued, duplicate: true });
    expect(await send(initial, { body: 3 })).toMatchObject(queued);
    network.mend('initial', 'b');
    await eventually(async () => expect(await bodies(b)).toEqual([1, 2, 3]));
    await eventually(async () =>
      expect(await send(initial, { body: 2, id: 'two' })).toEqual({
        id: 'two',
        state: 'STORED',
        sequence: 2,
        duplicate: true,
      }),
    );
  });

  test('that may have arrived is queued, and arrives once', async () => {
    const { network, initial, b } = await threeNodes();
    let isMute = true;
    network.fate = () => (isMute ? 'mute' : 'pass');
    expect(await send(initial, { body: 1 })).toMatchObject({ state: 'QUEUED' });
    isMute = false;
    await eventually(async () => expect(await send(initial, { body: 2 })).toMatchObject({ state: 'STORED' }));
    expect((await bodies(b)).filter((body) => body === 1)).toEqual([1]);
  });

  test('is known again by its id after it has been acknowledged and deleted', async () => {
    const { initial, b } = await threeNodes();
    await send(initial, { id: 'one' });
    const { cursor } = await lastCursor(b);
    await dataOf(b.traffic.shape, {
      query: ackQuery,
      variables: { agent: 'ada/guard', upTo: cursor },
      viewer: ada,
    });
    expect(await send(initial, { id: 'one' })).toMatchObject({ sequence: 1, duplicate: true });
    expect(await bodies(b)).toEqual([]);
  });

  test('is sent on the initial node, to agents that there are', async () => {
    const { network, initial, a } = await threeNodes();
    expect(await sendCode(a, {})).toBe('MOVED');
    expect(await sendCode(initial, { to: 'no/body' })).toBe('AGENT_UNKNOWN');
    network.place('ada/ghost', 'b');
    network.homes.set('ada/late', { node: 'initial', epoch: 1 });
    network.homes.delete('ada/ghost');
    expect(await sendCode(initial, { to: 'ada/ghost' })).toBe('AGENT_UNKNOWN');
    for (const ttlSeconds of [0, -1, limits.maxTtlSeconds + 1])
      expect(await sendCode(initial, { ttlSeconds })).toBe('BAD_USER_INPUT');
  });
});

describe('a message of an agent', () => {
  test('goes directly to the home of the recipient, else through the initial node', async () => {
    const { network, initial, a, b } = await threeNodes();
    const from = 'bob/parrot';
    expect(await send(a, { from, body: 1 })).toMatchObject({ state: 'STORED', sequence: 1 });
    expect(network.asked).toEqual(['a b deliver 1']);
    network.hidden.add('b');
    expect(await send(a, { from, body: 2 })).toMatchObject({ state: 'STORED', sequence: 2 });
    expect(network.asked.slice(1)).toEqual(['a initial handOver 1', 'initial b deliver 1']);
    network.sever('initial', 'b');
    expect(await send(a, { from, body: 3 })).toMatchObject({ state: 'QUEUED', sequence: null });
    // The way stays the same until the initial node has none of them left.
    network.hidden.delete('b');
    expect(await send(a, { from, body: 4 })).toMatchObject({ state: 'QUEUED' });
    network.mend('initial', 'b');
    await eventually(async () => expect(await bodies(b)).toEqual([1, 2, 3, 4]));
    await eventually(async () => expect(await send(a, { from, body: 5 })).toMatchObject({ state: 'STORED' }));
    network.asked.length = 0;
    expect(await send(a, { from, body: 6 })).toMatchObject({ state: 'STORED' });
    expect(network.asked).toEqual(['a b deliver 1']);
    expect((await bodies(b)).slice(0, 4)).toEqual([1, 2, 3, 4]);
    expect(await letters(a.traffic.shape, bob, from)).toEqual([]);
    expect(await letters(initial.traffic.shape, bob)).toEqual([]);
  });

  test('that can go nowhere is kept, said so, and sent later, once, also after a restart', async () => {
    const { network, a, b } = await threeNodes({ sendWaitMs: 100 });
    for (const other of ['initial', 'b']) network.sever('a', other);
    const message = { from: 'bob/parrot', id: 'kept' };
    expect(await sendCode(a, message)).toBe('INITIAL_UNREACHABLE');
    expect(await sendCode(a, message)).toBe('INITIAL_UNREACHABLE');
    await network.stop('a');
    const again = await network.start('a');
    for (const other of ['initial', 'b']) network.mend('a', other);
    await eventually(async () => expect(await bodies(b)).toEqual(['hello']));
    expect(await send(again, message)).toMatchObject({ state: 'STORED', sequence: 1, duplicate: true });
    expect(await bodies(b)).toEqual(['hello']);
  });

  test('to an agent of the same node needs nobody else', async () => {
    const { network, a } = await threeNodes();
    network.place('bob/crow', 'a');
    for (const other of ['initial', 'b']) network.sever('a', other);
    expect(await send(a, { from: 'bob/parrot', to: 'bob/crow' })).toMatchObject({
      state: 'STORED',
      sequence: 1,
    });
    expect(await sendCode(a, { from: 'bob/parrot', to: 'bob/parrot' })).toBe('BAD_USER_INPUT');
    expect(network.asked).toEqual([]);
  });

  test('is sent where the agent lives', async () => {
    const { b } = await threeNodes();
    expect(await sendCode(b, { from: 'bob/parrot' })).toBe('MOVED');
  });

  test('arrives although the recipient has been made anew elsewhere, or the sender', async () => {
    const { network, a, b, initial } = await threeNodes();
    const from = 'bob/parrot';
    for (const body of [1, 2]) await send(a, { from, body });
    await b.traffic.deleteInbox('ada/guard');
    network.place('ada/guard', 'initial', 2);
    expect(await send(a, { from, body: 3 })).toMatchObject({ state: 'STORED', sequence: 1 });
    await a.traffic.deleteInbox(from);
    network.place(from, 'b', 2);
    expect(await send(b, { from, body: 4 })).toMatchObject({ state: 'STORED', sequence: 2 });
    expect(await bodies(initial)).toEqual([3, 4]);
  });

  test('follows a recipient that has moved', async () => {
    const { network, a, b, initial } = await threeNodes();
    await send(a, { from: 'bob/parrot', body: 1 });
    network.sever('a', 'b');
    network.sever('initial', 'b');
    expect(await send(a, { from: 'bob/parrot', body: 2 })).toMatchObject({ state: 'QUEUED' });
    await b.traffic.noteMove('ada/guard', { node: 'initial', epoch: 2 });
    network.place('ada/guard', 'initial', 2);
    network.mend('initial', 'b');
    await eventually(async () => expect(await bodies(initial)).toEqual([2]));
  });
});

describe('what cannot be delivered', () => {
  test('comes back when it has waited for too long, and those behind it arrive', async () => {
    const { network, initial, a, b } = await threeNodes();
    const from = 'bob/parrot';
    network.hidden.add('b');
    await send(a, { from, body: 1 });
    network.sever('initial', 'b');
    await send(a, { from, body: 2, id: 'short', ttlSeconds: 1 });
    await send(a, { from, body: 3 });
    await send(initial, { body: 4, id: 'mine', ttlSeconds: 1 });
    await eventually(async () =>
      expect(await letters(a.traffic.shape, bob, from)).toEqual([
        { id: 'short', code: 'EXPIRED', body: 2, to: { id: 'ada/guard' } },
      ]),
    );
    await eventually(async () =>
      expect(await letters(initial.traffic.shape, bob)).toMatchObject([{ id: 'mine', code: 'EXPIRED' }]),
    );
    network.mend('initial', 'b');
    await eventually(async () => expect(await bodies(b)).toEqual([1, 3]));
  });

  test('is said to be unknown when it has been handed over and nobody has answered', async () => {
    const { network, initial } = await threeNodes();
    network.fate = (_from, to) => (to === 'b' ? 'mute' : 'pass');
    await send(initial, { ttlSeconds: 1 });
    await eventually(async () =>
      expect(await letters(initial.traffic.shape, bob)).toMatchObject([{ code: 'DELIVERY_UNKNOWN' }]),
    );
  });

  test('because the inbox is full is refused at once, again when sent again, and comes back', async () => {
    const { a, b, initial } = await threeNodes();
    const from = 'bob/parrot';
    await send(a, { from, body: 1 });
    await b.db.updateTable('inboxes').set({ stored: limits.maxInboxMessages }).execute();
    expect(await sendCode(a, { from, body: 2, id: 'two' })).toBe('MAILBOX_FULL');
    expect(await sendCode(a, { from, body: 2, id: 'two' })).toBe('MAILBOX_FULL');
    expect(await sendCode(initial, { body: 3 })).toBe('MAILBOX_FULL');
    await b.db.updateTable('inboxes').set({ stored: 1 }).execute();
    expect(await send(a, { from, body: 4 })).toMatchObject({ state: 'STORED', sequence: 2 });
    expect(await letters(a.traffic.shape, bob, from)).toMatchObject([{ id: 'two', code: 'MAILBOX_FULL' }]);
    expect(await bodies(b)).toEqual([1, 4]);
  });

  test('to an agent that is no more comes back', async () => {
    const { network, a } = await threeNodes({ sendWaitMs: 100 });
    for (const other of ['initial', 'b']) network.sever('a', other);
    expect(await sendCode(a, { from: 'bob/parrot', id: 'late' })).toBe('INITIAL_UNREACHABLE');
    network.homes.delete('ada/guard');
    network.mend('a', 'initial');
    await eventually(async () =>
      expect(await letters(a.traffic.shape, bob, 'bob/parrot')).toMatchObject([
        { id: 'late', code: 'AGENT_UNKNOWN' },
      ]),
    );
  });

  test('is for its sender, who can follow it', async () => {
    const { network, initial, a, b } = await threeNodes();
    const codeFor = (node: TrafficNode, viewer: Viewer, from?: string) =>
      codeOf(node.traffic.shape, {
        query: 'query ($from: ID) { deadLetters(from: $from) { totalCount } }',
        variables: { from },
        viewer,
      });
    expect(await codeFor(a, ada, 'bob/parrot')).toBe('FORBIDDEN');
    expect(await codeFor(b, bob, 'bob/parrot')).toBe('MOVED');
    expect(await codeFor(a, bob)).toBe('MOVED');
    network.sever('initial', 'b');
    const feed = await initial.traffic.shape.subscribe({
      query: 'subscription { deadLetters { cursor truncated letter { body } } }',
      viewer: bob,
    });
    if (!(Symbol.asyncIterator in feed)) throw new Error('Expected a feed');
    await send(initial, { ttlSeconds: 1 });
    const { value } = await feed.next();
    expect(value.data).toMatchObject({ deadLetters: { truncated: false, letter: { body: 'hello' } } });
    await feed.return?.();
  });
});

const ackQuery =
  'mutation ($agent: ID!, $upTo: String!) { ackMessages(agent: $agent, upTo: $upTo) { agent { id } unread } }';

async function lastCursor({ traffic }: TrafficNode, agent = 'ada/guard'): Promise<{ cursor: string }> {
  const query = `{ inbox(agent: "${agent}", first: 1000) { edges { cursor } } }`;
  const { inbox } = await dataOf(traffic.shape, { query, viewer: ada });
  return (Object(inbox).edges as { cursor: string }[]).at(-1) ?? { cursor: '' };
}

describe('an acknowledgement', () => {
  test('takes messages out of the inbox, up to a cursor, again and again', async () => {
    const { initial, b } = await threeNodes();
    const ack = async (upTo: string) =>
      (
        await dataOf(b.traffic.shape, {
          query: ackQuery,
          variables: { agent: 'ada/guard', upTo },
          viewer: ada,
        })
      )['ackMessages'];
    await send(initial, { body: 1 });
    const { cursor } = await lastCursor(b);
    await send(initial, { body: 2 });
    await send(initial, { body: 3 });
    const third = await lastCursor(b);
    expect(await ack(cursor)).toEqual({ agent: { id: 'ada/guard' }, unread: 2 });
    expect(await ack(cursor)).toMatchObject({ unread: 2 });
    expect(await bodies(b)).toEqual([2, 3]);
    expect(await b.traffic.unread('ada/guard')).toBe(2);
    expect(await ack(third.cursor)).toMatchObject({ unread: 0 });
    expect(await ack(cursor)).toMatchObject({ unread: 0 });
    expect(await send(initial, { body: 4 })).toMatchObject({ sequence: 4 });
    expect(await bodies(b)).toEqual([4]);
  });

  test('is for the owner, by a cursor of that inbox', async () => {
    const { initial, b, network } = await threeNodes();
    network.place('ada/clerk', 'b');
    await send(initial, { to: 'ada/clerk' });
    await send(initial, {});
    const code = (upTo: string, viewer: Viewer) =>
      codeOf(b.traffic.shape, { query: ackQuery, variables: { agent: 'ada/guard', upTo }, viewer });
    const { cursor } = await lastCursor(b);
    expect(await code(cursor, bob)).toBe('FORBIDDEN');
    expect(await code((await lastCursor(b, 'ada/clerk')).cursor, ada)).toBe('BAD_CURSOR');
    expect(await code('now', ada)).toBe('BAD_CURSOR');
    expect(await code(cursor, { username: 'root', role: 'ADMIN' })).toContain('no error');
  });

  test('of an agent is part of its own transaction, as what it sends is', async () => {
    const { network, initial, b } = await threeNodes();
    network.place('bob/crow', 'b');
    await send(initial, { to: 'bob/crow', body: 'question' });
    const [message] = await b.traffic.take('bob/crow', 10);
    const work = async (fails: boolean) => {
      const replies = await b.db.transaction().execute(async (transaction) => {
        await b.traffic.acknowledge(transaction, 'bob/crow', message?.sequence ?? 0);
        const queued = await b.traffic.enqueue(transaction, { agent: 'bob/crow', epoch: 1 }, [
          { to: 'ada/guard', body: 'answer', hops: (message?.hops ?? 0) + 1 },
        ]);
        if (fails) throw new Error('the handler failed');
        return queued;
      });
      replies.committed();
    };
    await expect(work(true)).rejects.toThrow('the handler failed');
    expect(await b.traffic.take('bob/crow', 10)).toHaveLength(1);
    expect(await bodies(b)).toEqual([]);
    await work(false);
    expect(await b.traffic.take('bob/crow', 10)).toEqual([]);
    await eventually(async () => expect(await bodies(b)).toEqual(['answer']));
  });

  test('leaves so many for those who watch from behind; then one event says that some are gone', async () => {
    const { initial, b } = await threeNodes();
    const count = limits.keptAcknowledgedMessages + 300;
    const first = await send(initial, { body: 1 });
    expect(first.sequence).toBe(1);
    const start = await lastCursor(b);
    await b.db
      .insertInto('messages')
      .values(
        Array.from({ length: count - 1 }, (_, index) => ({
          inbox: 'ada/guard',
          sequence: index + 2,
          source: 'bob',
          message_id: `m${index}`,
          series: null,
          number: null,
          hops: 0,
          body: String(index + 2),
          sent_at: '2026-11-25T00:00:00.000Z',
        })),
      )
      .execute();
    await b.db.updateTable('inboxes').set({ last_sequence: count, stored: count }).execute();
    await b.db.transaction().execute((transaction) => b.traffic.acknowledge(transaction, 'ada/guard', count));
    const read = async (after: string | undefined, events: number) => {
      const feed = await b.traffic.shape.subscribe({
        query:
          'subscription ($after: String) { messages(agent: "ada/guard", after: $after) { cursor truncated message { body } } }',
        variables: { after },
        viewer: ada,
      });
      if (!(Symbol.asyncIterator in feed)) throw new Error('Expected a feed');
      const seen: { cursor: string; truncated: boolean; message: { body: number } | null }[] = [];
      while (seen.length < events) seen.push(Object((await feed.next()).value).data.messages);
      await feed.return?.();
      return seen;
    };
    const [gap, oldest] = await read(start.cursor, 2);
    expect(gap).toMatchObject({ truncated: true, message: null });
    expect(oldest).toMatchObject({ truncated: false, message: { body: 301 } });
    expect(await read(gap?.cursor, 1)).toMatchObject([{ truncated: false, message: { body: 301 } }]);
    expect(await read(undefined, 1)).toMatchObject([{ truncated: false, message: { body: 301 } }]);
  });
});

describe('a home', () => {
  const place = (number: number, settledTo = 0): Place => ({
    epoch: 1,
    series: 1,
    number,
    through: number,
    settledTo,
  });
  const delivery = (change: Partial<Delivery> = {}): Delivery => ({
    kind: 'MESSAGE',
    id: `m${change.place?.number ?? 1}`,
    source: 'bob/parrot',
    inbox: 'ada/guard',
    place: place(1),
    body: '"hello"',
    sentAt: '2026-11-25T00:00:00.000Z',
    ttlMs: 1_000,
    hops: 0,
    throttled: false,
    reason: undefined,
    bounce: undefined,
    ...change,
  });
  const stored = (sequence: number, isDuplicate = false) => ({ kind: 'STORED', sequence, isDuplicate });

  test('takes exactly the next number, knows those before it, and asks for those that are missing', async () => {
    const { network } = await threeNodes();
    const deliver = (...batch: Delivery[]) => network.deliverAs('a', 'b', batch);
    expect(await deliver(delivery(), delivery({ place: place(2) }))).toEqual([stored(1), stored(2)]);
    expect(await deliver(delivery({ place: place(2) }))).toEqual([stored(2, true)]);
    expect(await deliver(delivery({ place: place(4) }))).toEqual([{ kind: 'GAP', expected: 3 }]);
    const skip = delivery({
      kind: 'SKIP',
      body: '',
      place: { ...place(3), through: 5 },
      reason: { code: 'EXPIRED', text: 'late' },
    });
    expect(await deliver(skip, delivery({ place: place(6) }))).toEqual([
      { kind: 'STORED', isDuplicate: false },
      stored(3),
    ]);
    expect(await deliver(delivery({ place: place(4) }))).toEqual([
      { kind: 'REFUSED', code: 'EXPIRED', text: 'late' },
    ]);
    expect(await deliver(delivery({ place: { ...place(1), epoch: 1, series: 2 } }))).toEqual([stored(4)]);
    expect(await deliver(delivery({ place: place(7) }))).toMatchObject([
      { kind: 'DENIED', code: 'STALE_EPOCH' },
    ]);
  });

  test('believes a node only of its own agents, at the epoch that the registry has', async () => {
    const { network, b } = await threeNodes();
    const deny = (code: string) => [expect.objectContaining({ kind: 'DENIED', code })];
    expect(await network.deliverAs('b', 'b', [delivery()])).toEqual(deny('FORBIDDEN'));
    expect(await network.deliverAs('a', 'b', [delivery({ source: 'eve/spy' })])).toEqual(deny('FORBIDDEN'));
    expect(await network.deliverAs('a', 'b', [delivery({ source: 'bob', place: undefined })])).toEqual(
      deny('FORBIDDEN'),
    );
    const bounce = delivery({
      kind: 'BOUNCE',
      place: undefined,
      reason: { code: 'EXPIRED', text: 'late' },
      bounce: { letterId: 'l1', addressee: 'ada/guard' },
    });
    expect(await network.deliverAs('a', 'b', [bounce])).toEqual(deny('FORBIDDEN'));
    for (const epoch of [2, 7])
      expect(await network.deliverAs('a', 'b', [delivery({ place: { ...place(1), epoch } })])).toEqual(
        deny('STALE_EPOCH'),
      );
    expect(await network.handOverAs('b', [delivery()])).toEqual(deny('FORBIDDEN'));
    expect(await network.handOverAs('a', [delivery({ inbox: 'no/body' })])).toEqual(deny('AGENT_UNKNOWN'));
    expect(await bodies(b)).toEqual([]);
  });

  test('says where an agent went that lived there', async () => {
    const { network, b } = await threeNodes();
    network.place('ada/guard', 'initial', 2);
    expect(await network.deliverAs('a', 'b', [delivery()])).toEqual([{ kind: 'MOVED' }]);
    await b.traffic.noteMove('ada/guard', { node: 'initial', epoch: 2 });
    expect(await network.deliverAs('a', 'b', [delivery()])).toEqual([
      { kind: 'MOVED', hint: { node: 'initial', epoch: 2 } },
    ]);
  });

  test('refuses what is no batch of deliveries, and stores nothing of it', async () => {
    const { network, b } = await threeNodes();
    const code = (batch: readonly Delivery[]) =>
      network.deliverAs('a', 'b', batch).then(
        () => 'no error',
        (error: unknown) => Object(error).extensions.code,
      );
    const many = Array.from({ length: limits.maxDeliveries + 1 }, (_, index) =>
      delivery({ place: place(index + 1) }),
    );
    const tooLarge = JSON.stringify('x'.repeat(limits.maxMessageBytes));
    for (const batch of [
      [],
      many,
      [delivery({ body: '{' })],
      [delivery({ body: tooLarge })],
      [delivery({ body: '['.repeat(100) + ']'.repeat(100) })],
      [delivery({ place: undefined })],
      [delivery({ place: place(0) })],
      [delivery({ place: { ...place(1), through: 2 } })],
      [delivery({ place: { ...place(3), settledTo: 3 } })],
      [delivery({ inbox: 'guard' })],
      [delivery({ id: '' })],
      [delivery({ hops: limits.maxHops + 1 })],
      [delivery({ ttlMs: -1 })],
      [delivery(), delivery({ kind: 'SKIP', place: place(2) })],
    ])
      expect(await code(batch)).toBe('BAD_USER_INPUT');
    const { peer } = b.traffic;
    const session = new PeerSession({ node: 'a', isInitial: false });
    const query = 'mutation ($batch: Deliveries!) { deliver(batch: $batch) }';
    for (const batch of [
      '',
      {},
      [null],
      [{}],
      [{ ...delivery(), body: 1 }],
      [{ ...delivery(), place: 'first' }],
    ])
      expect(await codeOf(peer, { query, variables: { batch }, session })).toBe('BAD_USER_INPUT');
    expect(await bodies(b)).toEqual([]);
    expect(await network.deliverAs('a', 'b', many.slice(0, -1))).toHaveLength(limits.maxDeliveries);
  });

  test('answers nobody but nodes', async () => {
    const { a, initial } = await threeNodes();
    const query = 'mutation { deliver(batch: []) handOver(batch: []) }';
    expect(await codeOf(initial.traffic.peer, { query, viewer: { username: 'root', role: 'ADMIN' } })).toBe(
      'FORBIDDEN',
    );
    expect(await codeOf(a.traffic.peer, { query, session: {} })).toBe('FORBIDDEN');
  });

  test('of others takes nothing into custody', async () => {
    const { network, a } = await threeNodes();
    const query = 'mutation ($batch: Deliveries!) { handOver(batch: $batch) }';
    expect(network.node('a')).toBe(a);
    const session = new PeerSession({ node: 'b', isInitial: false });
    expect(await codeOf(a.traffic.peer, { query, variables: { batch: [] }, session })).toBe('FORBIDDEN');
  });
});

describe('custody', () => {
  test('has room for so many, refuses the others, and what comes after them arrives', async () => {
    const { network, initial, a, b } = await threeNodes();
    const from = 'bob/parrot';
    network.hidden.add('b');
    network.sever('initial', 'b');
    await send(a, { from, body: 1 });
    const { position } = await initial.db.selectFrom('outbox').select('position').executeTakeFirstOrThrow();
    await initial.db
      .updateTable('outbox')
      .set({ bytes: limits.maxQueuedBytes })
      .where('position', '=', position)
      .execute();
    await network.stop('initial');
    const again = await network.start('initial');
    for (const body of [2, 3]) expect(await sendCode(a, { from, body, id: `n${body}` })).toBe('MAILBOX_FULL');
    expect(await letters(a.traffic.shape, bob, from)).toMatchObject([{ id: 'n2' }, { id: 'n3' }]);
    // One SKIP stands for both.
    expect(await again.db.selectFrom('outbox').select(['kind', 'through']).execute()).toEqual([
      { kind: 'MESSAGE', through: 1 },
      { kind: 'SKIP', through: 3 },
    ]);
    network.mend('initial', 'b');
    await send(a, { from, body: 4 });
    await eventually(async () => expect(await bodies(b)).toEqual([1, 4]));
  });

  test('takes what was handed over twice once, and nothing out of turn', async () => {
    const { network, initial, b } = await threeNodes();
    network.sever('initial', 'b');
    const message = (number: number): Delivery => ({
      kind: 'MESSAGE',
      id: `m${number}`,
      source: 'bob/parrot',
      inbox: 'ada/guard',
      place: { epoch: 1, series: 1, number, through: number, settledTo: 0 },
      body: String(number),
      sentAt: '2026-11-25T00:00:00.000Z',
      ttlMs: 60_000,
      hops: 0,
      throttled: false,
      reason: undefined,
      bounce: undefined,
    });
    const queued = (isDuplicate: boolean) => ({ kind: 'QUEUED', isDuplicate });
    expect(await network.handOverAs('a', [message(1), message(2)])).toEqual([queued(false), queued(false)]);
    expect(await network.handOverAs('a', [message(1), message(2), message(3)])).toEqual([
      queued(true),
      queued(true),
      queued(false),
    ]);
    expect(await network.handOverAs('a', [message(5)])).toEqual([{ kind: 'GAP', expected: 4 }]);
    network.mend('initial', 'b');
    await eventually(async () => expect(await bodies(b)).toEqual([1, 2, 3]));
    await eventually(async () =>
      expect(await initial.db.selectFrom('outbox').selectAll().execute()).toEqual([]),
    );
    expect(await network.handOverAs('a', [message(2)])).toEqual([
      { kind: 'STORED', sequence: 2, isDuplicate: true },
    ]);
  });
});

describe('two agents that write to each other too fast', () => {
  const pairs = async ({ traffic }: TrafficNode, agent: string, viewer: Viewer) => {
    const query = 'query ($agent: ID!) { throttledPairs(agent: $agent) { from { id } to { id } at } }';
    return (await dataOf(traffic.shape, { query, variables: { agent }, viewer }))['throttledPairs'];
  };

  test('are slowed down, and both owners can see it', async () => {
    const { a, b } = await threeNodes({ pairRate: { perSecond: 1, burst: 3 } });
    const from = 'bob/parrot';
    for (const body of [1, 2, 3]) await send(a, { from, body });
    expect(await pairs(a, from, bob)).toEqual([]);
    expect(await sendCode(a, { from, body: 4 })).toBe('RATE_LIMITED');
    await eventually(() => send(a, { from, body: 5 }));
    const pair = [{ from: { id: from }, to: { id: 'ada/guard' }, at: expect.any(String) }];
    expect(await pairs(a, from, bob)).toEqual(pair);
    expect(await pairs(b, 'ada/guard', ada)).toEqual(pair);
    expect([a.lines.get(from), b.lines.get('ada/guard')]).toEqual([
      [expect.stringContaining('slowed down')],
      [expect.stringContaining('slowed down')],
    ]);
  });

  test('by themselves are delayed, in order, and stopped after so many answers', async () => {
    const { a, b } = await threeNodes({ pairRate: { perSecond: 100, burst: 2 } });
    const answer = async (hops: number) => {
      const queued = await a.db
        .transaction()
        .execute((transaction) =>
          a.traffic.enqueue(transaction, { agent: 'bob/parrot', epoch: 1 }, [
            { to: 'ada/guard', body: hops, hops },
          ]),
        );
      queued.committed();
    };
    for (const hops of [0, 1, 2, 3, limits.maxHops, limits.maxHops + 1]) await answer(hops);
    await eventually(async () => expect(await bodies(b)).toEqual([0, 1, 2, 3, limits.maxHops]));
    expect(await letters(a.traffic.shape, bob, 'bob/parrot')).toMatchObject([
      { code: 'LOOP_SUSPECTED', body: limits.maxHops + 1 },
    ]);
  });
});
