import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { limits } from '../schema/limits.ts';
import type { Delivery } from '../subgraphs/traffic/delivery.ts';
import type { Viewer } from '../wire/viewer.ts';
import { codeOf, dataOf } from './support/registry-on-disk.ts';
import { TrafficNetwork, type TrafficNode } from './support/traffic-network.ts';

const bob: Viewer = { username: 'bob', role: 'PLAYER' };
const from = 'bob/parrot';
const to = 'ada/guard';
const sendQuery = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { state sequence } }';
const inputOf = (input: Record<string, unknown>) => ({ input: { to, from, body: 0, ...input } });

async function send({ traffic }: TrafficNode, input: Record<string, unknown>): Promise<unknown> {
  const data = await dataOf(traffic.shape, { query: sendQuery, variables: inputOf(input), viewer: bob });
  return data['sendMessage'];
}
function sendCode({ traffic }: TrafficNode, input: Record<string, unknown>): Promise<unknown> {
  return codeOf(traffic.shape, { query: sendQuery, variables: inputOf(input), viewer: bob });
}
async function bodies({ db }: TrafficNode): Promise<unknown[]> {
  const rows = await db.selectFrom('messages').select('body').orderBy('sequence').execute();
  return rows.map(({ body }) => JSON.parse(body));
}
async function letterCodes({ db }: TrafficNode): Promise<string[]> {
  const rows = await db.selectFrom('dead_letters').select('code').orderBy('sequence').execute();
  return rows.map(({ code }) => code);
}
const queued = ({ db }: TrafficNode) => db.selectFrom('outbox').selectAll().orderBy('position').execute();

/** An initial node; `a`, home of bob/parrot; `b`, home of ada/guard. */
async function threeNodes(options: ConstructorParameters<typeof TrafficNetwork>[0] = {}) {
  const network = new TrafficNetwork({ expiryCheckMs: 20, sendWaitMs: 300, ...options });
  network.place(from, 'a');
  network.place(to, 'b');
  const initial = await network.start('initial');
  const [a, b] = [await network.start('a'), await network.start('b')];
  return { network, initial, a, b };
}

const eventually = (check: () => Promise<unknown>) => vi.waitFor(check, { timeout: 8_000, interval: 10 });

function delivery(change: Partial<Delivery> = {}): Delivery {
  return {
    kind: 'MESSAGE',
    id: 'm1',
    source: from,
    inbox: to,
    place: { epoch: 1, series: 1, number: 1, through: 1, settledTo: 0 },
    body: '0',
    sentAt: '2026-11-25T00:00:00.000Z',
    ttlMs: 60_000,
    hops: 0,
    throttled: false,
    ...change,
  };
}

test('a message that waited while the clock was set back is delivered, not returned', async () => {
  let back = 0;
  const { network, initial, a, b } = await threeNodes({ now: () => Date.now() - back });
  network.sever('initial', 'b');
  network.sever('a', 'b');
  expect(await send(a, { body: 1 })).toMatchObject({ state: 'QUEUED' });
  back = 60_000;
  network.mend('initial', 'b');
  await eventually(async () => expect(await queued(initial)).toEqual([]));
  expect(await bodies(b)).toEqual([1]);
  expect(await letterCodes(a)).toEqual([]);
});

test('what failed before the clock was set back is tried again as soon as without', async () => {
  let back = 0;
  let lost = 0;
  let isLost = true;
  const { network, a, b } = await threeNodes({ now: () => Date.now() - back });
  network.fate = (asking) => {
    if (asking !== 'a' || !isLost) return 'pass';
    lost += 1;
    return 'lose';
  };
  const sent = send(a, { body: 1 });
  await eventually(async () => expect(lost).toBeGreaterThan(1));
  back = 3_600_000;
  isLost = false;
  expect(await sent).toMatchObject({ state: 'STORED' });
  expect(await bodies(b)).toEqual([1]);
});

test('whoever sends after the clock was set back is not too fast', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { a } = await threeNodes({ pairRate: { perSecond: 1_000, burst: 10 } });
  expect(await send(a, { body: 1 })).toMatchObject({ state: 'STORED' });
  vi.setSystemTime(Date.now() - 3_600_000);
  expect(await send(a, { body: 2 })).toMatchObject({ state: 'STORED' });
});

test('what may have arrived on the direct way does not come back as if it never had', async () => {
  const { network, initial, a, b } = await threeNodes();
  let isSevered = false;
  network.fate = (asking, asked) => {
    if (asking !== 'a') return 'pass';
    if (asked === 'b') return 'mute';
    return isSevered ? 'pass' : 'lose';
  };
  const sent = sendCode(a, { body: 1, ttlSeconds: 2 });
  await eventually(async () => expect(await bodies(b)).toEqual([1]));
  network.sever('initial', 'b');
  network.sever('a', 'b');
  isSevered = true;
  network.mend('a', 'initial');
  await sent;
  await eventually(async () => expect(await letterCodes(a)).toEqual(['DELIVERY_UNKNOWN']));
  network.mend('initial', 'b');
  await eventually(async () => expect(await queued(initial)).toEqual([]));
  expect(await bodies(b)).toEqual([1]);
});

test('a refusal for want of room is the same when it is asked for again after its place was filled', async () => {
  const { network, initial } = await threeNodes();
  const numbered = (number: number) =>
    delivery({ id: `m${number}`, place: { epoch: 1, series: 1, number, through: number, settledTo: 0 } });
  network.sever('initial', 'b');
  await network.handOverAs('a', [numbered(1)]);
  await initial.db.updateTable('outbox').set({ bytes: limits.maxQueuedBytes }).execute();
  await network.stop('initial');
  const again = await network.start('initial');
  const batch = [numbered(2), numbered(3)];
  const refused = [
    { kind: 'REFUSED', code: 'MAILBOX_FULL' },
    { kind: 'REFUSED', code: 'MAILBOX_FULL' },
  ];
  expect(await network.handOverAs('a', batch)).toMatchObject(refused);
  network.mend('initial', 'b');
  await eventually(async () => expect(await queued(again)).toEqual([]));
  network.sever('initial', 'b');
  // Something of the pair waits again, so that the home is not asked.
  await network.handOverAs('a', [numbered(4)]);
  expect(await network.handOverAs('a', batch)).toMatchObject(refused);
});

test('a number that was given back while others waited at the initial node holds up none after it', async () => {
  const { network, initial, a, b } = await threeNodes();
  network.hidden.add('a');
  network.sever('initial', 'b');
  expect(await send(a, { body: 1 })).toMatchObject({ state: 'QUEUED' });
  network.sever('a', 'initial');
  expect(await sendCode(a, { body: 2 })).toBe('INITIAL_UNREACHABLE');
  network.homes.delete(to);
  network.mend('a', 'initial');
  await eventually(async () => expect(await letterCodes(a)).toContain('AGENT_UNKNOWN'));
  await eventually(async () => expect(await queued(initial)).toEqual([]));
  await b.traffic.deleteInbox(to);
  network.place(to, 'b', 2);
  network.mend('initial', 'b');
  expect(await send(a, { body: 3 })).toMatchObject({ state: 'STORED' });
  expect(await bodies(b)).toEqual([3]);
});

describe('a home that', () => {
  test('says QUEUED has not taken the message', async () => {
    const { network, initial, a, b } = await threeNodes();
    const { peer } = b.traffic;
    const deliver = peer.execute.bind(peer);
    let isLying = true;
    Object.assign(peer, {
      execute: (request: Parameters<typeof deliver>[0]) =>
        isLying
          ? Promise.resolve({ data: { outcomes: [{ kind: 'QUEUED', isDuplicate: false }] } })
          : deliver(request),
    });
    network.hidden.add('b');
    expect(await send(a, { body: 1 })).toMatchObject({ state: 'QUEUED' });
    network.hidden.clear();
    isLying = false;
    network.mend('initial', 'b');
    network.mend('a', 'b');
    await eventually(async () => expect(await bodies(b)).toEqual([1]));
    await eventually(async () => expect(await queued(initial)).toEqual([]));
  });

  test('is told a time that is none, or a reason without end, takes nothing', async () => {
    const { network } = await threeNodes();
    const text = 'x'.repeat(limits.maxErrorMessageLength + 1);
    for (const change of [
      { sentAt: 'now' },
      { sentAt: `2026-11-25T00:00:00.000Z${' '.repeat(1_000)}` },
      { kind: 'SKIP', body: '', reason: { code: 'EXPIRED', text } },
    ] satisfies Partial<Delivery>[]) {
      await expect(network.deliverAs('a', 'b', [delivery(change)])).rejects.toMatchObject({
        extensions: { code: 'BAD_USER_INPUT' },
      });
    }
  });
});
