import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test } from 'vitest';
import { connect, type NetworkClient } from '../client/connect.ts';
import {
  CreateEntityDocument,
  EntitiesPageDocument,
  MeDocument,
  MessagesDocument,
  NetworkOverviewDocument,
  NodeStatsStreamDocument,
  SendMessageDocument,
  SignInDocument,
  type MeQuery,
} from '../client/generated/graphql.ts';
import { RequestError } from '../client/request-error.ts';
import { startSmallGraphServer, type SmallGraphServer } from './support/small-graph-server.ts';

let server: SmallGraphServer;
let client: NetworkClient;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  server = await startSmallGraphServer();
});
afterAll(() => server.close());
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
function open(...args: Parameters<typeof connect>): NetworkClient {
  client = connect(...args);
  closers.push(() => client.close());
  return client;
}
async function serveOnce(status: number, body: string): Promise<string> {
  const http = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    http.closeAllConnections();
    http.close();
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

test('a query over a network with a dead node answers with the rows of the others and says what is missing', async () => {
  const { data, errors, network } = await open(server.url).query(NetworkOverviewDocument);

  expect(data.nodes.nodes.map((node) => [node.id, node.stats?.cpuPercent])).toEqual([
    ['a', 1],
    ['b', undefined],
  ]);
  expect(errors).toMatchObject([{ path: ['nodes', 'nodes', 1, 'stats'], extensions: { node: 'b' } }]);
  expect(network).toEqual({ asked: 2, answered: 1, failed: ['b'] });
});

test('types follow the document: of the answer, and of the variables that it needs', () => {
  const { query, feed } = open(server.url);
  // Compiled, never called.
  const calls = [
    async () => expectTypeOf((await query(MeDocument)).data).toEqualTypeOf<MeQuery>(),
    () => query(NetworkOverviewDocument, { first: 2 }),
    // @ts-expect-error the variables are required
    () => query(SignInDocument),
    // @ts-expect-error a password is required
    () => query(SignInDocument, { username: 'ada' }),
    // @ts-expect-error there is no such variable
    () => query(NetworkOverviewDocument, { frist: 2 }),
    () => feed(MessagesDocument, { agent: 'ada/bot' }),
    // @ts-expect-error only a document that selects a cursor makes a feed
    () => feed(NodeStatsStreamDocument),
  ];
  expect(calls).toHaveLength(7);
});

test('a mutation that was refused rejects with its code', async () => {
  const refused = open(server.url).mutate(SendMessageDocument, { input: { to: 'ada/bot', body: 1 } });
  await expect(refused).rejects.toMatchObject({
    name: 'RequestError',
    code: 'UNAUTHENTICATED',
    data: { sendMessage: null },
  });
});

test('a mutation that was carried out resolves although a field of its answer could not be had', async () => {
  const input = { type: 'NPC', name: 'bo', data: {} } as const;
  const { data, errors } = await open(server.url).mutate(CreateEntityDocument, { node: 'a', input });
  expect(data.createEntity).toMatchObject({ id: 'a/ada/npc/bo', owner: null });
  expect(errors).toMatchObject([{ path: ['createEntity', 'owner'] }]);
});

test('signing in and setting the token makes the next request that person’s', async () => {
  const { query, mutate, setToken } = open(server.url);
  expect((await query(MeDocument)).data.me).toBeNull();
  const { data } = await mutate(SignInDocument, { username: 'ada', password: 'open sesame' });
  setToken(data.signIn?.token);
  expect((await query(MeDocument)).data.me).toEqual({ username: 'ada', role: 'PLAYER' });
});

test('a field that failed as a whole is null beside its error; only an answer without data rejects', async () => {
  const { query } = open(server.url);
  const { data, errors } = await query(EntitiesPageDocument);
  expect(data.entities).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  await expect(query(NetworkOverviewDocument, { first: 1.5 })).rejects.toBeInstanceOf(RequestError);
});

test('a server that is not there rejects with CONNECTION_FAILED, which may pass', async () => {
  const fault = open('http://127.0.0.1:1').query(MeDocument);
  await expect(fault).rejects.toMatchObject({ code: 'CONNECTION_FAILED', isTemporary: true });
});

test.for([
  ['a page of HTML', 502, '<h1>Bad gateway</h1>'],
  ['JSON that is no answer', 200, '[1, 2]'],
  ['data of the wrong type', 200, '{"data": "yes"}'],
  ['errors of the wrong type', 200, '{"errors": [{}]}'],
  ['neither data nor errors', 200, '{"data": null}'],
  ['nothing', 200, ''],
] as const)('%s rejects with BAD_ANSWER', async ([, status, body]) => {
  const fault = open(await serveOnce(status, body)).query(MeDocument);
  await expect(fault).rejects.toMatchObject({ code: 'BAD_ANSWER', isTemporary: false });
});

test('an answer that does not come rejects with DEADLINE_EXCEEDED', async () => {
  const http = createServer(() => {});
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  closers.push(
    () => http.closeAllConnections(),
    () => http.close(),
  );
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;

  await expect(open(url, { timeoutMs: 20 }).query(MeDocument)).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
  });

  const giveUp = new AbortController();
  const given = open(url).query(MeDocument, {}, { signal: giveUp.signal });
  giveUp.abort(new Error('the page was left'));
  await expect(given).rejects.toThrow('the page was left');

  const closed = open(url).query(MeDocument);
  client.close();
  await expect(closed).rejects.toMatchObject({ code: 'CLOSED' });
});

test('after close every request rejects with CLOSED, and closing again does nothing', async () => {
  const { query, subscribe, close } = open(server.url);
  close();
  close();
  await expect(query(MeDocument)).rejects.toMatchObject({ code: 'CLOSED' });
  expect(() => subscribe(MeDocument)).toThrow('closed');
});

test('many requests may be under way at once, without a warning of a leak', async () => {
  const warnings: string[] = [];
  const listen = ({ name }: Error) => void warnings.push(name);
  process.on('warning', listen);
  closers.push(() => process.off('warning', listen));
  const { query } = open(server.url);
  await Promise.all(Array.from({ length: 20 }, () => query(MeDocument)));
  // Warnings come in a turn of their own.
  await new Promise((resolve) => setImmediate(resolve));
  expect(warnings).toEqual([]);
});

test('an address that is not http or https is refused at once', () => {
  expect(() => connect('ftp://127.0.0.1')).toThrow('Expected an http or https URL, got ftp://127.0.0.1');
  expect(() => connect('nowhere')).toThrow('Invalid URL');
});
