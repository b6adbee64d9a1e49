import { describe, expect, onTestFinished, test } from 'vitest';
import type { StreamEvent } from '../gateway/execute/subgraph.ts';
import { createStreamContext, createStreamNetwork, streamSdl } from './support/stream-network.ts';

const query = 'subscription ($nodes: [ID!]) { gauges(nodes: $nodes) { value } }';

type Network = ReturnType<typeof createStreamNetwork>;

function watch(network: Network, variables: Record<string, unknown> = {}) {
  const stream = network.prepare(query).subscribe(variables, createStreamContext());
  onTestFinished(async () => void (await stream.return?.()));
  return stream;
}

function sampleOf(node: string, value: number): StreamEvent {
  return { result: { data: { gauges: { value } } }, key: node };
}

async function take(stream: AsyncIterator<StreamEvent>, count: number): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  while (events.length < count) {
    const step = await stream.next();
    if (step.done) throw new Error(`Ended after ${events.length} events`);
    events.push(step.value);
  }
  return events;
}

async function watched(...nodes: { readonly node: { readonly watchers: number } }[]): Promise<void> {
  await expect.poll(() => nodes.every(({ node }) => node.watchers > 0), { interval: 1 }).toBe(true);
}

function start() {
  const network = createStreamNetwork();
  return { network, n1: network.addNode('n1'), n2: network.addNode('n2') };
}

describe('a gauge over many nodes', () => {
  test('merges the samples of all of them, each with its key', async () => {
    const { network, n1, n2 } = start();
    const stream = watch(network);
    expect(network.prepare(query).stream).toBe('latest');
    await watched(n1, n2);
    n1.sample(1);
    n2.sample(2);
    const events = await take(stream, 2);
    expect(events).toContainEqual(sampleOf('n1', 1));
    expect(events).toContainEqual(sampleOf('n2', 2));
  });

  test('keeps only the newest of each node for a reader that is slow', async () => {
    const { network, n1, n2 } = start();
    const stream = watch(network);
    await watched(n1, n2);
    for (let value = 1; value <= 1_000; value += 1) n1.sample(value);
    n2.sample(7);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await take(stream, 2)).toEqual([sampleOf('n1', 1_000), sampleOf('n2', 7)]);
  });

  test('adds nodes that join, forgets nodes that leave, and does not end for it', async () => {
    const { network, n1, n2 } = start();
    const stream = watch(network);
    await watched(n1, n2);
    network.roster.remove('n2');
    await expect.poll(() => n2.node.watchers).toBe(0);
    const n3 = network.addNode('n3');
    await watched(n3);
    n2.sample(2);
    n3.sample(3);
    expect(await take(stream, 1)).toEqual([sampleOf('n3', 3)]);
    network.roster.remove('n1');
    network.roster.remove('n3');
    const next = take(stream, 1);
    const again = network.addNode('n1');
    await watched(again);
    again.sample(4);
    expect(await next).toEqual([sampleOf('n1', 4)]);
  });

  test('opens a node again when its link was cut, without a word to the client', async () => {
    const { network, n1, n2 } = start();
    const stream = watch(network);
    await watched(n1, n2);
    n1.link.cut();
    await expect.poll(() => n1.node.watchers).toBe(0);
    n2.sample(2);
    expect(await take(stream, 1)).toEqual([sampleOf('n2', 2)]);
    n1.link.restore();
    await watched(n1);
    n1.sample(1);
    expect(await take(stream, 1)).toEqual([sampleOf('n1', 1)]);
  });

  test('is narrowed to the nodes that are named, members or not yet', async () => {
    const { network, n1, n2 } = start();
    const stream = watch(network, { nodes: ['n2', 'n3'] });
    await watched(n2);
    const n3 = network.addNode('n3');
    await watched(n3);
    expect(n1.node.watchers).toBe(0);
    n3.sample(3);
    expect(await take(stream, 1)).toEqual([sampleOf('n3', 3)]);
  });

  test('drops what a node says in the name of another and reports it', async () => {
    const { network, n1, n2 } = start();
    const stream = watch(network);
    await watched(n1, n2);
    n1.sample(99, 'n2');
    const [event] = await take(stream, 1);
    expect(event?.key).toBe('n1');
    expect(event?.result.data).toBeNull();
    expect(event?.result.errors?.[0]?.extensions).toEqual({ code: 'FOREIGN_ROWS', node: 'n1' });
  });

  test('says of a node of an older version what it does not have, and still shows the others', async () => {
    const network = createStreamNetwork();
    const older = network.addNode('older', streamSdl.replace('value: Int', 'other: Int'));
    const n1 = network.addNode('n1');
    const stream = network
      .prepare('subscription { gauges { node { id } value } }')
      .subscribe({}, createStreamContext());
    onTestFinished(async () => void (await stream.return?.()));
    await watched(older, n1);
    older.sample(1);
    const [event] = await take(stream, 1);
    expect(event).toMatchObject({
      key: 'older',
      result: {
        data: { gauges: { node: { id: 'older' }, value: null } },
        errors: [{ path: ['gauges', 'value'], extensions: { code: 'FIELD_NOT_ON_NODE', node: 'older' } }],
      },
    });
    n1.sample(2);
    expect(await take(stream, 1)).toMatchObject([{ key: 'n1', result: { data: { gauges: { value: 2 } } } }]);
  });

  test('ends with one error when all nodes that are up refuse what was asked', async () => {
    const { network, n2 } = start();
    const down = network.addNode('n3');
    down.link.cut();
    const stream = network
      .prepare('subscription { gauges(intervalMs: 1) { value } }')
      .subscribe({}, createStreamContext());
    const [event] = await take(stream, 1);
    expect(event?.result.data).toBeNull();
    expect(event?.result.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect((await stream.next()).done).toBe(true);
    expect(n2.node.watchers).toBe(0);
  });

  test('goes on when one node refuses what another takes', async () => {
    const network = createStreamNetwork();
    network.addNode('picky', streamSdl.replace('intervalMs: Int = 1000', 'intervalMs: Int = 1'));
    const n1 = network.addNode('n1');
    const stream = watch(network);
    await watched(n1);
    await new Promise((resolve) => setImmediate(resolve));
    n1.sample(1);
    const events = await take(stream, 2);
    expect(events).toContainEqual(sampleOf('n1', 1));
    expect(events).toMatchObject([
      { key: 'picky', result: { data: null, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } },
      { key: 'n1' },
    ]);
    n1.sample(2);
    expect(await take(stream, 1)).toEqual([sampleOf('n1', 2)]);
  });

  test('that is returned closes every stream upstream and ends a waiting reader', async () => {
    const { network, n1, n2 } = start();
    const stream = watch(network);
    await watched(n1, n2);
    const pending = stream.next();
    await stream.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    await expect.poll(() => n1.node.watchers + n2.node.watchers).toBe(0);
  });
});

describe('a stream of one node that is neither feed nor gauge', () => {
  const ticks = 'subscription ($node: ID!) { ticks(node: $node) { count } }';
  const open = (network: Network, node: string) => {
    const prepared = network.prepare(ticks);
    expect(prepared.stream).toBe('plain');
    return prepared.subscribe({ node }, createStreamContext());
  };

  test('passes on what the node sends, and its end', async () => {
    const { network } = start();
    const counts: unknown[] = [];
    for await (const { result } of open(network, 'n1')) counts.push(result.data?.['ticks']);
    expect(counts).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }]);
  });

  test.each([
    ['is unknown', 'n9', 'NODE_UNKNOWN'],
    ['is down', 'n1', 'NODE_UNREACHABLE'],
  ])('ends with an error when the node %s', async (_name, node, code) => {
    const { network, n1 } = start();
    n1.link.cut();
    const stream = open(network, node);
    const [event] = await take(stream, 1);
    expect(event?.result.errors?.[0]?.extensions?.['code']).toBe(code);
    expect((await stream.next()).done).toBe(true);
  });
});
