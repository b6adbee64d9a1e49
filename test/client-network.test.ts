import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { connect, type NetworkClient } from '../client/connect.ts';
import {
  AgentsPageDocument,
  CreateEntityDocument,
  DeployAgentDocument,
  EntitiesPageDocument,
  EntityDocument,
  MessagesDocument,
  NetworkOverviewDocument,
  NodeChangesDocument,
  NodeStatsStreamDocument,
  SendMessageDocument,
  SignInDocument,
  UpdateEntityDocument,
} from '../client/generated/graphql.ts';
import { startCuttableProxy, type CuttableProxy } from './support/cuttable-proxy.ts';
import { ada, startRealNetwork, type RealNetwork } from './support/start-real-network.ts';

// Nodes that stop and start again on a busy machine take their time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let network: RealNetwork;
let proxy: CuttableProxy;
let client: NetworkClient;

beforeAll(async () => {
  network = await startRealNetwork();
  proxy = await startCuttableProxy(network.port);
});
afterAll(async () => {
  await proxy.close();
  await network.close();
});
beforeEach(async () => {
  client = connect(`http://127.0.0.1:${proxy.port}`, { retryDelayMs: () => 5 });
  const { data } = await client.mutate(SignInDocument, { username: ada.username, password: ada.password });
  client.setToken(data.signIn?.token);
});
afterEach(() => client.close());

async function deploy(name: string): Promise<string> {
  // The initial node may have restarted a moment ago.
  const { data } = await vi.waitFor(
    () =>
      client.mutate(DeployAgentDocument, {
        node: network.harbour,
        input: { name, code: 'export default {}' },
      }),
    { timeout: 30_000, interval: 50 },
  );
  return data.deployAgent?.id ?? '';
}
async function send(to: string, body: unknown): Promise<void> {
  await client.mutate(SendMessageDocument, { input: { to, body, id: `${to} ${String(body)}` } });
}
/** Sends until it is taken: by its id, it is stored once. */
async function sendInTheEnd(to: string, body: unknown): Promise<void> {
  await vi.waitFor(() => send(to, body), { timeout: 30_000, interval: 50 });
}
async function take(feed: ReturnType<typeof feedOf>, count: number): Promise<unknown[]> {
  const bodies: unknown[] = [];
  while (bodies.length < count) bodies.push((await feed.next()).value?.data.messages?.message?.body);
  return bodies;
}
const feedOf = (agent: string) => client.feed(MessagesDocument, { agent });

test('one query shows every node of the network with its stats', async () => {
  const { data, errors, network: report } = await client.query(NetworkOverviewDocument);
  expect(data.nodes.nodes.map(({ id, stats }) => [id, typeof stats?.memoryMb])).toEqual([
    [network.initial, 'number'],
    [network.harbour, 'number'],
  ]);
  expect([errors, report]).toEqual([[], { asked: 2, answered: 2, failed: [] }]);
});

test('an entity made on a node is on the page of all nodes, and changes where it is', async () => {
  const input = { type: 'NPC', name: 'bo', data: { title: 'Bo' } } as const;
  const made = await client.mutate(CreateEntityDocument, { node: network.harbour, input });
  const id = made.data.createEntity?.id ?? '';
  const page = await client.query(EntitiesPageDocument, { type: 'NPC' });
  expect(page.data.entities?.nodes.map((entity) => [entity?.id, entity?.node?.name])).toEqual([
    [id, 'harbour'],
  ]);
  await client.mutate(UpdateEntityDocument, { id, data: { title: 'Bo the second' } });
  expect((await client.query(EntityDocument, { id })).data.entity?.data).toEqual({ title: 'Bo the second' });
});

test('live stats come from every node', async () => {
  const seen = new Set<string | undefined>();
  for await (const { data } of client.subscribe(NodeStatsStreamDocument, { intervalMs: 100 })) {
    seen.add(data.nodeStats?.node?.id);
    if (seen.size === 2) break;
  }
  expect(seen).toEqual(new Set([network.initial, network.harbour]));
});

test('a feed brings every message once and in order, while its way is cut and the agent’s home stops and starts', async () => {
  const agent = await deploy('reader');
  const feed = feedOf(agent);
  await send(agent, 1);
  expect(await take(feed, 1)).toEqual([1]);

  proxy.cut();
  await sendInTheEnd(agent, 2);
  await sendInTheEnd(agent, 3);
  expect(await take(feed, 2)).toEqual([2, 3]);

  const changes = client.subscribe(NodeChangesDocument);
  await take(feedOf(agent), 3);
  await network.stopHarbour();
  expect((await changes.next()).value?.data.nodeChanges?.node.id).toBe(network.harbour);
  const partial = await client.query(AgentsPageDocument);
  expect(partial.data.agents?.nodes).toEqual([]);
  // The initial node keeps it until the home is back.
  await send(agent, 4);

  proxy.cut();
  await network.restartHarbour();
  await sendInTheEnd(agent, 4);
  await sendInTheEnd(agent, 5);
  expect(await take(feed, 2)).toEqual([4, 5]);
});

test('a feed of an agent whose home is away waits for it', async () => {
  const agent = await deploy('sleeper');
  await send(agent, 1);
  await network.stopHarbour();
  const feed = feedOf(agent);
  const first = take(feed, 1);
  // Long enough for the gateway to have tried; an end would show in `first`.
  await client.query(NetworkOverviewDocument);
  await network.restartHarbour();
  expect(await first).toEqual([1]);
});

test('a feed and a gauge go on when the initial node has been stopped and started', async () => {
  const agent = await deploy('patient');
  const [feed, gauge] = [feedOf(agent), client.subscribe(NodeStatsStreamDocument, { intervalMs: 100 })];
  await send(agent, 1);
  expect(await take(feed, 1)).toEqual([1]);
  await gauge.next();
  await network.restartInitial();
  const restartedAt = Date.now();
  await sendInTheEnd(agent, 2);
  expect(await take(feed, 1)).toEqual([2]);
  for await (const { data } of gauge) {
    if (Date.parse(data.nodeStats?.at ?? '') > restartedAt) break;
  }
});

test('a stranger’s feed, a feed of nobody and a forged cursor end with their codes', async () => {
  const agent = await deploy('private');
  const codeOf = (feed: AsyncIterator<unknown>) =>
    feed.next().then(
      () => 'an event',
      ({ code }) => code as unknown,
    );
  expect(await codeOf(feedOf('ada/nobody'))).toBe('AGENT_UNKNOWN');
  expect(await codeOf(client.feed(MessagesDocument, { agent, after: 'forged' }))).toBe('BAD_CURSOR');
  client.setToken('forged');
  expect(await codeOf(feedOf(agent))).toBe('UNAUTHENTICATED');
  client.setToken(undefined);
  expect(await codeOf(feedOf(agent))).toBe('UNAUTHENTICATED');
});
