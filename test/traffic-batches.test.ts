import { expect, test } from 'vitest';
import { limits } from '../schema/limits.ts';
import { BatchedDeliveries } from '../subgraphs/traffic/batched-deliveries.ts';
import type { Delivery, DeliveryOutcome } from '../subgraphs/traffic/delivery.ts';
import { codedError } from '../wire/coded-error.ts';
import { dataOf } from './support/registry-on-disk.ts';
import { TrafficNetwork } from './support/traffic-network.ts';

test('what many people send to agents of one node at once goes there together', async () => {
  const network = new TrafficNetwork();
  const { traffic } = await network.start('initial');
  await network.start('harbour');
  network.place('ada/guard', 'harbour');
  const send = (index: number) =>
    dataOf(traffic.shape, {
      query: 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { state sequence } }',
      variables: { input: { to: 'ada/guard', body: index } },
      viewer: { username: `person-${index}`, role: 'PLAYER' },
    });
  const count = 2 * limits.maxDeliveries;
  const receipts = await Promise.all(Array.from({ length: count }, (_, index) => send(index)));
  const sequences = receipts.map((data) => (data['sendMessage'] as { readonly sequence: number }).sequence);
  expect(new Set(sequences).size).toBe(count);
  expect(network.asked.length).toBeLessThan(count / 10);
});

test('a batch has no more deliveries, and no more bytes, than a node takes', async () => {
  const sizes: number[] = [];
  const deliveries = batched(async (_node, batch) => {
    sizes.push(batch.length);
    return batch.map(stored);
  });
  const body = JSON.stringify('x'.repeat(Math.floor(limits.maxDeliveryBytes / 3)));
  await Promise.all([
    ...Array.from({ length: limits.maxDeliveries + 1 }, (_, index) =>
      deliveries.deliver('rome', message(`${index}`)),
    ),
    ...['a', 'b', 'c'].map((id) => deliveries.deliver('paris', message(id, body))),
  ]);
  expect(sizes.toSorted((a, b) => a - b)).toEqual([1, 1, 2, limits.maxDeliveries]);
});

test('one message that a node will not look at does not take the others with it', async () => {
  const deliveries = batched(async (_node, batch) => {
    if (batch.some(({ id }) => id === 'bad')) throw codedError('BAD_USER_INPUT', 'Expected another one');
    return batch.map(stored);
  });
  const settled = await Promise.allSettled(
    ['a', 'bad', 'b'].map((id) => deliveries.deliver('rome', message(id))),
  );
  expect(settled).toMatchObject([
    { status: 'fulfilled', value: { kind: 'STORED' } },
    { status: 'rejected', reason: { extensions: { code: 'BAD_USER_INPUT' } } },
    { status: 'fulfilled', value: { kind: 'STORED' } },
  ]);
});

test('a node that does not answer holds up no other node, and its own next batch for so long only', async () => {
  let isMute = true;
  const deliveries = batched(async (node, batch) => {
    if (node === 'mute' && isMute) return new Promise<never>(() => undefined);
    return batch.map(stored);
  });
  const first = Promise.allSettled(
    Array.from({ length: limits.maxBatchesUnderWay * limits.maxDeliveries }, (_, index) =>
      deliveries.deliver('mute', message(`${index}`)),
    ),
  );
  await expect(deliveries.deliver('rome', message('b'))).resolves.toMatchObject({ kind: 'STORED' });
  const behind = deliveries.deliver('mute', message('c'));
  for (const settled of await first)
    expect(settled).toMatchObject({ reason: { extensions: { code: 'NODE_TIMEOUT' } } });
  isMute = false;
  await expect(behind).resolves.toMatchObject({ kind: 'STORED' });
});

function batched(
  deliver: (node: string, batch: readonly Delivery[]) => Promise<readonly DeliveryOutcome[]>,
): BatchedDeliveries {
  return new BatchedDeliveries({ post: { deliver }, waitMs: 50 });
}

function message(id: string, body = '1'): Delivery {
  const nothing = { place: undefined, reason: undefined, bounce: undefined, throttled: false };
  const sentAt = '2026-11-25T12:00:00.000Z';
  return {
    kind: 'MESSAGE',
    id,
    source: 'bob',
    inbox: 'ada/guard',
    body,
    sentAt,
    ttlMs: 60_000,
    hops: 0,
    ...nothing,
  };
}

const stored = (): DeliveryOutcome => ({ kind: 'STORED', sequence: 1, isDuplicate: false });
