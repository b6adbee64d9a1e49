import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { limits } from '../schema/limits.ts';
import { createShapeEndpoint } from '../subgraphs/serve/create-shape-endpoint.ts';
import { codedError } from '../wire/coded-error.ts';
import type { Viewer } from '../wire/viewer.ts';
import { createLinkShape } from './support/link-shape.ts';
import { openRawClient } from './support/websocket-server.ts';

const path = '/subgraphs/sample';

async function authenticate(authorization: string): Promise<Viewer> {
  if (authorization === 'Bearer ada') return { username: 'ada', role: 'DEVELOPER' };
  throw codedError('UNAUTHENTICATED', 'That is no token of ours');
}

async function start() {
  const { shape, total } = createLinkShape();
  const endpoint = createShapeEndpoint({ shape, authenticate });
  const server = createServer((request, response) => void endpoint.handleRequest(request, response));
  server.on('upgrade', (request, socket, head) => endpoint.handleUpgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    await endpoint.close();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}${path}`;
  const send = (body: string, headers: Record<string, string> = {}) =>
    fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  const ask = async (query: string, more: object = {}, headers: Record<string, string> = {}) =>
    (await send(JSON.stringify({ query, ...more }), headers)).json();
  const connect = async (payload: object) => {
    const client = await openRawClient(`ws://127.0.0.1:${port}${path}`);
    onTestFinished(() => client.socket.terminate());
    client.send({ type: 'connection_init', payload });
    return client;
  };
  return { url, send, ask, connect, total, shape };
}

const signedIn = { authorization: 'Bearer ada' };
const code = (value: string) => ({ errors: [{ extensions: { code: value } }] });

describe('a subgraph by itself over HTTP', () => {
  test('answers queries with variables and operation names', async () => {
    const { ask } = await start();
    const query = 'query A { hello } query B($name: String) { hello(name: $name) }';
    expect(await ask(query, { operationName: 'B', variables: { name: 'Ada' } })).toEqual({
      data: { hello: 'Hello, Ada' },
    });
    expect(await ask(query)).toMatchObject(code('OPERATION_RESOLUTION_FAILURE'));
  });

  test('gives its SDL, from which others can compose', async () => {
    const { ask } = await start();
    const { data } = (await ask('{ _service { sdl } }')) as { data: { _service: { sdl: string } } };
    expect(() => buildSubgraphSchema(parse(data._service.sdl))).not.toThrow();
    expect(data._service.sdl).toContain('@access(role: "developer")');
  });

  test('lets strangers read what needs no role, and nothing else', async () => {
    const { ask, total } = await start();
    expect(await ask('{ whoAmI secret }')).toMatchObject({
      data: { whoAmI: null, secret: null },
      ...code('UNAUTHENTICATED'),
    });
    expect(await ask('mutation { add(amount: 1) }')).toMatchObject(code('UNAUTHENTICATED'));
    expect(total()).toBe(0);
  });

  test('knows who is signed in', async () => {
    const { ask, total } = await start();
    expect(await ask('{ whoAmI secret }', {}, signedIn)).toEqual({
      data: { whoAmI: 'ada', secret: 'for developers' },
    });
    await ask('mutation { add(amount: 1) }', {}, signedIn);
    expect(total()).toBe(1);
    expect(await ask('{ hello }', {}, { authorization: 'Bearer eve' })).toMatchObject(
      code('UNAUTHENTICATED'),
    );
  });

  test.each([
    ['no JSON', '{', {}, 400, 'BAD_REQUEST'],
    ['a list', '[{"query": "{ hello }"}]', {}, 400, 'BAD_REQUEST'],
    ['no query', '{}', {}, 400, 'BAD_REQUEST'],
    ['variables that are no object', '{"query": "{ hello }", "variables": 1}', {}, 400, 'BAD_REQUEST'],
    ['the type of a form', '{"query": "{ hello }"}', { 'content-type': 'text/plain' }, 415, 'BAD_REQUEST'],
    [
      'a giant',
      JSON.stringify({ query: 'x'.repeat(limits.maxRequestBytes) }),
      {},
      413,
      'OPERATION_TOO_LARGE',
    ],
    ['a subscription', '{"query": "subscription { flood }"}', {}, 400, 'SUBSCRIPTION_OVER_HTTP'],
  ])('refuses %s', async (_, body, headers, status, expected) => {
    const { send } = await start();
    const response = await send(body, headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject(code(expected));
  });

  test('refuses to be read by GET', async () => {
    const { url } = await start();
    const response = await fetch(`${url}?query={hello}`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('answers in the newer media type with 400 for what cannot run', async () => {
    const { send } = await start();
    const accept = 'application/graphql-response+json';
    const refused = await send('{"query": "{ nothing }"}', { accept });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([400, `${accept}; charset=utf-8`]);
    expect((await send('{"query": "{ hello }"}', { accept })).status).toBe(200);
    expect((await send('{"query": "{ nothing }"}')).status).toBe(200);
  });
});

describe('a subgraph by itself over WebSocket', () => {
  const subscribe = (query: string) => ({ id: '1', type: 'subscribe', payload: { query } });

  test('carries queries and subscriptions', async () => {
    const { connect } = await start();
    const client = await connect({});
    expect(await client.next()).toEqual({ type: 'connection_ack', payload: {} });
    client.send(subscribe('subscription { countTo(end: 1) }'));
    expect(await client.next()).toMatchObject({ type: 'next', payload: { data: { countTo: 1 } } });
    expect(await client.next()).toEqual({ id: '1', type: 'complete' });
    client.send(subscribe('{ whoAmI }'));
    expect(await client.next()).toMatchObject({ payload: { data: { whoAmI: null } } });
  });

  test('lets only who is signed in change something', async () => {
    const { connect, total } = await start();
    const stranger = await connect({});
    const ada = await connect(signedIn);
    await Promise.all([stranger.next(), ada.next()]);
    stranger.send(subscribe('mutation { add(amount: 1) }'));
    expect(await stranger.next()).toMatchObject({ payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    ada.send(subscribe('mutation { add(amount: 2) }'));
    expect(await ada.next()).toMatchObject({ payload: { data: { add: 2 } } });
    expect(total()).toBe(2);
  });

  test('closes with the reason when it is not a token of ours', async () => {
    const { connect } = await start();
    const client = await connect({ authorization: 'Bearer eve' });
    expect(await client.closed).toEqual({ code: 4403, reason: 'That is no token of ours' });
  });
});
