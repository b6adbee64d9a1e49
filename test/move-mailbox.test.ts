import { describe, expect, test, vi } from 'vitest';
import { limits } from '../schema/limits.ts';
import { deferred } from '../wire/deferred.ts';
import { parseMailboxCopy, parseMailboxRest } from '../subgraphs/traffic/mailbox-snapshot.ts';
import type { Viewer } from '../wire/viewer.ts';
import { codeOf, dataOf } from './support/registry-on-disk.ts';
import { TrafficNetwork, type TrafficNode } from './support/traffic-network.ts';

const ada: Viewer = { username: 'ada', role: 'PLAYER' };
const bob: Viewer = { username: 'bob', role: 'PLAYER' };
const agent = 'ada/guard';
const sendQuery =
  'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id state sequence duplicate } }';

interface Receipt {
  readonly state: string;
  readonly sequence: number | null;
  readonly duplicate: boolean;
}

async function send(node: TrafficNode, input: Record<string, unknown>, viewer = bob): Promise<Receipt> {
  const variables = { input: { to: agent, body: 'hello', ...input } };
  const { sendMessage } = await dataOf(node.traffic.shape, { query: sendQuery, variables, viewer });
  return sendMessage as Receipt;
}

async function inboxOf({ traffic }: TrafficNode, of = agent): Promise<unknown[]> {
  const query = 'query ($of: ID!) { inbox(agent: $of, first: 1000) { nodes { sequence body } } }';
  const viewer = { username: of.split('/')[0] ?? '', role: 'PLAYER' } as const;
  const { inbox } = await dataOf(traffic.shape, { query, variables: { of }, viewer });
  return (Object(inbox).nodes as { sequence: number; body: unknown }[]).map(
    ({ sequence, body }) => `${sequence}: ${String(body)}`,
  );
}

/** An initial node; `a`, home of bob/parrot; `b`, home of ada/guard, which is to move to `c`. */
async function network() {
  const all = new TrafficNetwork();
  all.place('bob/parrot', 'a');
  all.place(agent, 'b');
  const initial = await all.start('initial');
  const [a, b, c] = [await all.start('a'), await all.start('b'), await all.start('c')];
  return { network: all, initial, a, b, c };
}

type Copied = Awaited<ReturnType<TrafficNode['traffic']['copyMailbox']>>;

/** What a file carries. */
function overTheWire<T>(value: T, parse: (value: unknown) => T): T {
  return parse(JSON.parse(JSON.stringify(value)));
}

async function copyTo(to: TrafficNode, from: TrafficNode, of = agent): Promise<Copied> {
  const copied = await from.traffic.copyMailbox(of);
  await to.traffic.stageCopy(overTheWire(copied.copy, parseMailboxCopy), { isFirst: true });
  return copied;
}

/** What is new since: what the two copies come to. */
async function copyAgain(to: TrafficNode, from: TrafficNode, before: Copied, of = agent): Promise<Copied> {
  const { copy, marks } = await from.traffic.copyMailbox(of, before.marks);
  await to.traffic.stageCopy(overTheWire(copy, parseMailboxCopy), { isFirst: false });
  return { copy: { ...copy, outbox: [...before.copy.outbox, ...copy.outbox] }, marks };
}

async function acknowledge(node: TrafficNode, sequence: number): Promise<void> {
  await dataOf(node.traffic.shape, {
    query: 'mutation ($to: String!) { ackMessages(agent: "ada/guard", upTo: $to) { unread } }',
    variables: { to: await cursorOf(node, sequence) },
    viewer: ada,
  });
}

/** The second half of a move, from FREEZE on. */
async function finish(
  all: TrafficNetwork,
  {
    from,
    to,
    copied,
    of = agent,
    whileFrozen = async () => undefined,
  }: {
    readonly from: TrafficNode;
    readonly to: TrafficNode;
    readonly copied: Copied;
    readonly of?: string;
    readonly whileFrozen?: () => Promise<unknown>;
  },
): Promise<void> {
  await from.traffic.freeze(of);
  const rest = overTheWire(await from.traffic.exportRest(of, copied.marks), parseMailboxRest);
  await whileFrozen();
  const epoch = (all.homes.get(of)?.epoch ?? 1) + 1;
  all.place(of, to.id, epoch);
  const installed = await to.db
    .transaction()
    .execute((transaction) => to.traffic.install(transaction, { epoch, outbox: copied.copy.outbox, rest }));
  installed.committed();
  const removed = await from.db
    .transaction()
    .execute((transaction) => from.traffic.removeMailbox(transaction, of));
  removed.committed();
  from.traffic.unfreeze(of);
  for (const id of ['initial', 'a', 'b', 'c']) if (all.has(id)) all.node(id).traffic.homeChanged(of);
}

const eventually = (check: () => Promise<unknown>) => vi.waitFor(check, { timeout: 8_000, interval: 10 });

describe('an inbox that moves', () => {
  test('has at its new home what it had, what came since the copy, and goes on counting', async () => {
    const { network: all, initial, a, b, c } = await network();
    for (let i = 1; i <= 5; i += 1) await send(initial, { body: `early ${i}` });
    await send(a, { from: 'bob/parrot', body: 'from parrot' });
    await acknowledge(b, 2);
    const copied = await copyTo(c, b);
    await send(initial, { body: 'since' });
    await finish(all, { from: b, to: c, copied });
    expect(await inboxOf(c)).toEqual([
      '3: early 3',
      '4: early 4',
      '5: early 5',
      '6: from parrot',
      '7: since',
    ]);
    expect(await send(initial, { body: 'late' })).toMatchObject({ state: 'STORED', sequence: 8 });
    expect(await send(a, { from: 'bob/parrot', body: 'late' })).toMatchObject({ sequence: 9 });
    const left = await b.db.selectFrom('messages').selectAll().execute();
    expect(left).toEqual([]);
  });

  test('is the same in however many copies it goes', async () => {
    const { network: all, initial, a, b, c } = await network();
    for (const body of ['1', '2', '3']) await send(initial, { body, id: body });
    let copied = await copyTo(c, b);
    for (const body of ['4', '5']) {
      await send(initial, { body, id: body });
      await send(a, { from: 'bob/parrot', body: `${body} of parrot` });
      await acknowledge(b, Number(body) - 2);
      copied = await copyAgain(c, b, copied);
    }
    await send(initial, { body: '6', id: '6' });
    await finish(all, { from: b, to: c, copied });
    expect(await inboxOf(c)).toEqual(['4: 4', '5: 4 of parrot', '6: 5', '7: 5 of parrot', '8: 6']);
    for (const [id, sequence] of Object.entries({ 1: 1, 4: 4, 5: 6, 6: 8 }))
      expect(await send(initial, { body: id, id })).toMatchObject({ duplicate: true, sequence });
    expect(await send(initial, { body: '7' })).toMatchObject({ duplicate: false, sequence: 9 });
  });

  test('knows what has come, been read and been deleted since the copy', async () => {
    const { network: all, initial, b, c } = await network();
    const copied = await copyTo(c, b);
    const count = limits.keptAcknowledgedMessages + 250;
    for (let sent = 0; sent < count; sent += 1) await send(initial, { id: `${sent}` });
    for (const read of [limits.maxPageSize, count]) await acknowledge(b, read);
    const { deleted_to: deletedTo } = await b.db.selectFrom('inboxes').selectAll().executeTakeFirstOrThrow();
    expect(deletedTo).toBeGreaterThan(0);
    await finish(all, { from: b, to: c, copied });
    expect(await send(initial, { id: '0' })).toMatchObject({ duplicate: true, sequence: 1 });
  });

  test('that is empty goes on counting too', async () => {
    const { network: all, initial, b, c } = await network();
    await send(initial, {});
    await acknowledge(b, 1);
    await finish(all, { from: b, to: c, copied: await copyTo(c, b) });
    expect(await send(initial, {})).toMatchObject({ sequence: 2 });
  });

  test('knows what had arrived before: of people by their ids, of agents by their numbers', async () => {
    const { network: all, initial, a, b, c } = await network();
    await send(initial, { id: 'one' });
    all.fate = (from, to) => (from === 'a' && to === 'b' ? 'mute' : 'pass');
    // Its answer is lost, so that it comes again, by another way and to another home.
    const sent = send(a, { from: 'bob/parrot', body: 'once' });
    await eventually(async () => expect(await inboxOf(b)).toHaveLength(2));
    await finish(all, { from: b, to: c, copied: await copyTo(c, b) });
    all.fate = () => 'pass';
    await sent;
    await eventually(async () => expect(await outboxOf(initial)).toEqual([]));
    expect(await send(initial, { id: 'one' })).toMatchObject({ duplicate: true, sequence: 1 });
    expect(await inboxOf(c)).toEqual(['1: hello', '2: once']);
  });

  test('is followed on without a gap from a cursor of its old home, where the stream ends', async () => {
    const { network: all, initial, b, c } = await network();
    await send(initial, { body: 'first' });
    const query =
      'subscription ($after: String) { messages(agent: "ada/guard", after: $after) { cursor message { body } } }';
    const old = await b.traffic.shape.subscribe({ query, viewer: ada });
    if (!(Symbol.asyncIterator in old)) throw new Error('Expected a stream');
    const event = Object((await old.next()).value.data).messages;
    const copied = await copyTo(c, b);
    await send(initial, { body: 'second' });
    await old.next();
    await finish(all, { from: b, to: c, copied });
    expect((await old.next()).done).toBe(true);
    const next = await c.traffic.shape.subscribe({ query, variables: { after: event.cursor }, viewer: ada });
    if (!(Symbol.asyncIterator in next)) throw new Error('Expected a stream');
    expect((await next.next()).value).toMatchObject({ data: { messages: { message: { body: 'second' } } } });
    await next.return?.();
  });
});

describe('between snapshot and commit', () => {
  test('nothing is accepted for the agent, and who has sent waits and is answered by its new home', async () => {
    const { network: all, initial, a, b, c } = await network();
    const sent: Promise<Receipt>[] = [];
    await finish(all, {
      from: b,
      to: c,
      copied: await copyTo(c, b),
      whileFrozen: async () => {
        sent.push(
          send(initial, { body: 'of a person' }),
          send(a, { from: 'bob/parrot', body: 'of an agent' }),
        );
        await eventually(async () => {
          expect(all.asked).toContain('initial b deliver 1');
          expect(all.asked).toContain('a b deliver 1');
        });
      },
    });
    expect(await Promise.all(sent)).toMatchObject([{ state: 'STORED' }, { state: 'STORED' }]);
    expect(await inboxOf(c)).toHaveLength(2);
  });

  test('what a person sends is QUEUED when that takes too long, and arrives after all', async () => {
    const { network: all, initial, b, c } = await network();
    const copied = await copyTo(c, b);
    await b.traffic.freeze(agent);
    expect(await send(initial, { body: 'patient' })).toMatchObject({ state: 'QUEUED' });
    await finish(all, { from: b, to: c, copied });
    await eventually(async () => expect(await inboxOf(c)).toEqual(['1: patient']));
  });

  test('the agent sends nothing, acknowledges nothing, and is told AGENT_MOVING', async () => {
    const { b, initial } = await network();
    await send(initial, {});
    const upTo = await cursorOf(b, 1);
    await b.traffic.freeze(agent);
    const variables = { input: { from: agent, to: 'bob/parrot', body: 1 } };
    expect(await codeOf(b.traffic.shape, { query: sendQuery, variables, viewer: ada })).toBe('AGENT_MOVING');
    const query = 'mutation ($upTo: String!) { ackMessages(agent: "ada/guard", upTo: $upTo) { unread } }';
    expect(await codeOf(b.traffic.shape, { query, variables: { upTo }, viewer: ada })).toBe('AGENT_MOVING');
    b.traffic.unfreeze(agent);
    expect(await dataOf(b.traffic.shape, { query, variables: { upTo }, viewer: ada })).toBeTruthy();
  });

  test('given up, the agent goes on where it is with all that has waited', async () => {
    const { network: all, a, b, c } = await network();
    all.sever('b', 'a');
    all.sever('b', 'initial');
    const sent = send(b, { from: agent, to: 'bob/parrot', body: 'out' }, ada).catch(() => undefined);
    await eventually(async () => expect(await outboxOf(b)).toHaveLength(1));
    await copyTo(c, b);
    await b.traffic.freeze(agent);
    all.mend('b', 'a');
    all.mend('b', 'initial');
    b.traffic.unfreeze(agent);
    await eventually(async () => expect(await inboxOf(a, 'bob/parrot')).toEqual(['1: out']));
    await sent;
    await c.db.transaction().execute((transaction) => c.traffic.removeMailbox(transaction, agent));
    expect(await outboxOf(b)).toEqual([]);
  });
});

describe('an agent that has moved while its old home looked for others', () => {
  test('has sent nothing from there', async () => {
    const { network: all, b, c } = await network();
    const asked = deferred<void>();
    const answer = deferred<void>();
    all.gate = (from, to) => {
      if (from !== 'b' || to !== 'directory') return undefined;
      asked.resolve();
      return answer.promise;
    };
    const variables = { input: { from: agent, to: 'bob/parrot', body: 1 } };
    const sent = codeOf(b.traffic.shape, { query: sendQuery, variables, viewer: ada });
    await asked.promise;
    all.gate = () => undefined;
    await finish(all, { from: b, to: c, copied: await copyTo(c, b) });
    answer.resolve();
    expect(await sent).toBe('MOVED');
    expect(await outboxOf(b)).toEqual([]);
  });

  test('has been brought nothing there', async () => {
    const { network: all, b, c } = await network();
    const asked = deferred<void>();
    const answer = deferred<void>();
    all.lookUp = (_, of) => {
      if (of !== 'bob/nobody') return undefined;
      asked.resolve();
      return answer.promise;
    };
    const common = {
      kind: 'MESSAGE',
      source: 'bob',
      place: undefined,
      body: '1',
      ttlMs: 1_000,
      hops: 0,
    } as const;
    const rest = {
      throttled: false,
      reason: undefined,
      bounce: undefined,
      sentAt: new Date(0).toISOString(),
    };
    const brought = all.deliverAs('initial', 'b', [
      { ...common, ...rest, id: 'x', inbox: agent },
      { ...common, ...rest, id: 'y', inbox: 'bob/nobody' },
    ]);
    await asked.promise;
    await finish(all, { from: b, to: c, copied: await copyTo(c, b) });
    answer.resolve();
    expect(await brought).toMatchObject([{ kind: 'MOVED' }, { kind: 'MOVED' }]);
    expect(await b.db.selectFrom('inboxes').selectAll().execute()).toEqual([]);
  });
});

describe('an outbox that moves', () => {
  test('is sent from its new home, in order and once, with what came after the copy', async () => {
    const { network: all, a, b, c } = await network();
    all.sever('b', 'a');
    all.sever('b', 'initial');
    const waiting = ['one', 'two', 'three'].map((body) =>
      send(b, { from: agent, to: 'bob/parrot', body, id: body }, ada).catch(() => undefined),
    );
    await eventually(async () => expect(await outboxOf(b)).toHaveLength(3));
    let copied = await copyTo(c, b);
    for (const [index, body] of ['four', 'five'].entries()) {
      waiting.push(send(b, { from: agent, to: 'bob/parrot', body }, ada).catch(() => undefined));
      await eventually(async () => expect(await outboxOf(b)).toHaveLength(4 + index));
      if (body === 'four') copied = await copyAgain(c, b, copied);
    }
    await finish(all, { from: b, to: c, copied });
    await eventually(async () =>
      expect(await inboxOf(a, 'bob/parrot')).toEqual(['1: one', '2: two', '3: three', '4: four', '5: five']),
    );
    expect(await send(c, { from: agent, to: 'bob/parrot', body: 'six' }, ada)).toMatchObject({
      sequence: 6,
    });
    // An id that was given at the old home is known at the new one.
    const again = await send(c, { from: agent, to: 'bob/parrot', body: 'two', id: 'two' }, ada);
    expect(again).toMatchObject({ duplicate: true, sequence: 2 });
    all.mend('b', 'a');
    all.mend('b', 'initial');
    await Promise.all(waiting);
    // And at the next one.
    await finish(all, { from: c, to: b, copied: await copyTo(b, c) });
    const third = await send(b, { from: agent, to: 'bob/parrot', body: 'two', id: 'two' }, ada);
    expect(third).toMatchObject({ duplicate: true, sequence: 2 });
    expect(await inboxOf(a, 'bob/parrot')).toHaveLength(6);
  });

  test('is not refused for what was on its way when its sender moved', async () => {
    const { network: all, a, b, c } = await network();
    const arrive = deferred<void>();
    all.gate = (_, to) => (to === 'a' ? arrive.promise : undefined);
    const sent = send(b, { from: agent, to: 'bob/parrot', body: 'late', id: 'late' }, ada);
    await eventually(async () => expect(all.asked).toContain('b a deliver 1'));
    await finish(all, { from: b, to: c, copied: await copyTo(c, b) });
    arrive.resolve();
    await expect(sent).rejects.toMatchObject({ message: expect.stringContaining('will be sent') as unknown });
    expect(await inboxOf(a, 'bob/parrot')).toEqual(['1: late']);
    expect(await b.db.selectFrom('dead_letters').selectAll().execute()).toEqual([]);
  });

  test('does not overtake what the initial node has of it', async () => {
    const { network: all, a, b, c } = await network();
    all.sever('a', 'b');
    all.sever('a', 'c');
    all.sever('a', 'initial');
    expect(await send(b, { from: agent, to: 'bob/parrot', body: 'one' }, ada)).toMatchObject({
      state: 'QUEUED',
    });
    await finish(all, { from: b, to: c, copied: await copyTo(c, b) });
    // The new home can reach the recipient, and the initial node cannot.
    all.mend('a', 'c');
    const second = await send(c, { from: agent, to: 'bob/parrot', body: 'two' }, ada);
    expect(second).toMatchObject({ state: 'QUEUED' });
    all.mend('a', 'initial');
    await eventually(async () => expect(await inboxOf(a, 'bob/parrot')).toEqual(['1: one', '2: two']));
  });

  test('does not overtake what the initial node has of it when its recipient comes to live beside it', async () => {
    const { network: all, a, b } = await network();
    all.sever('b', 'a');
    all.sever('initial', 'a');
    const write = (body: string) => send(b, { from: agent, to: 'bob/parrot', body }, ada);
    expect(await write('one')).toMatchObject({ state: 'QUEUED' });
    const goOn = deferred<void>();
    all.gate = (from, to) => (from === 'initial' && to === 'b' ? goOn.promise : undefined);
    await finish(all, {
      from: a,
      to: b,
      copied: await copyTo(b, a, 'bob/parrot'),
      of: 'bob/parrot',
    });
    expect(await write('two')).toMatchObject({ state: 'QUEUED' });
    goOn.resolve();
    await eventually(async () => expect(await inboxOf(b, 'bob/parrot')).toEqual(['1: one', '2: two']));
  });

  test('to the initial node, which has some of it already, is sent once', async () => {
    const { network: all, a, b, initial } = await network();
    all.sever('a', 'b');
    all.sever('a', 'initial');
    all.fate = (from, to) => (from === 'b' && to === 'initial' ? 'mute' : 'pass');
    const sent = send(b, { from: agent, to: 'bob/parrot', body: 'one', id: 'one' }, ada).catch(
      () => undefined,
    );
    await eventually(async () => expect(await outboxOf(initial)).toHaveLength(1));
    await finish(all, { from: b, to: initial, copied: await copyTo(initial, b) });
    all.fate = () => 'pass';
    expect(await send(initial, { from: agent, to: 'bob/parrot', body: 'one', id: 'one' }, ada)).toMatchObject(
      {
        state: 'QUEUED',
        duplicate: true,
      },
    );
    const second = send(initial, { from: agent, to: 'bob/parrot', body: 'two' }, ada);
    all.mend('a', 'initial');
    expect(await second).toMatchObject({ state: 'STORED', sequence: 2 });
    expect(await inboxOf(a, 'bob/parrot')).toEqual(['1: one', '2: two']);
    await sent;
  });
});

async function cursorOf({ traffic }: TrafficNode, sequence: number): Promise<string> {
  const query = '{ inbox(agent: "ada/guard", first: 1000) { edges { cursor node { sequence } } } }';
  const { inbox } = await dataOf(traffic.shape, { query, viewer: ada });
  const edges = Object(inbox).edges as { cursor: string; node: { sequence: number } }[];
  return edges.find(({ node }) => node.sequence === sequence)?.cursor ?? '';
}

function outboxOf({ db }: TrafficNode) {
  return db.selectFrom('outbox').selectAll().execute();
}
