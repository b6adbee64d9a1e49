import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postGraphql } from './support/post-graphql.ts';
import { type RealNetwork, startRealNetwork } from './support/start-real-network.ts';

let network: RealNetwork;
beforeAll(async () => {
  network = await startRealNetwork();
});
afterAll(() => network.close());

const subgraphs = () => [
  `${network.url}/subgraphs/registry`,
  `${network.url}/subgraphs/world`,
  `${network.url}/subgraphs/traffic`,
  `${network.harbourUrl}/subgraphs/world`,
  `${network.harbourUrl}/subgraphs/traffic`,
];

test('each subgraph of a node is a federation subgraph by itself', async () => {
  for (const url of subgraphs()) {
    const { status, body } = await postGraphql(url, { query: '{ _service { sdl } __typename }' });
    expect({ url, status }).toEqual({ url, status: 200 });
    expect(JSON.stringify(body.data)).toContain('type Query');
  }
});

test('a subgraph by itself answers with the rows of its own node only', async () => {
  const query = '{ totals { nodes } _entities(representations: []) { __typename } }';
  const { body } = await postGraphql(`${network.harbourUrl}/subgraphs/world`, { query });
  expect(body).toEqual({ data: { totals: { nodes: 1 }, _entities: [] } });
});

test('a stranger at a node’s own port may not do more than at the gateway', async () => {
  const query = `mutation { createEntity(node: "${network.harbour}", input: { type: ITEM, name: "lamp", data: {} }) { id } }`;
  const { body } = await postGraphql(`${network.harbourUrl}/subgraphs/world`, { query });
  expect(body.errors?.map((error) => error.extensions['code'])).toEqual(['UNAUTHENTICATED']);
});

test('a subgraph by itself streams over graphql-ws', async () => {
  const client = createClient({
    url: `${network.harbourUrl.replace('http', 'ws')}/subgraphs/world`,
    webSocketImpl: WebSocket,
  });
  const events = client.iterate({ query: 'subscription { nodeStats(intervalMs: 100) { node { id } } }' });
  const { value } = await events.next();
  expect(value).toEqual({ data: { nodeStats: { node: { id: network.harbour } } } });
  await events.return?.();
  await client.dispose();
});
