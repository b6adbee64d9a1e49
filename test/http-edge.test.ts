import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHttpServer } from '../gateway/edge/http-server.ts';
import { startHttpEdge } from '../gateway/edge/http-edge.ts';
import { createNewOperationLimit } from '../gateway/edge/new-operation-limit.ts';
import type { RequestContext } from '../gateway/execute/request-context.ts';
import { limits } from '../schema/limits.ts';
import { codedError } from '../wire/coded-error.ts';
import { openEdgeServer, startEdgeServer } from './support/edge-server.ts';
import { postGraphql, sendHttp } from './support/post-graphql.ts';

const json = { 'content-type': 'application/json' };

function codeOf(answer: Awaited<ReturnType<typeof sendHttp>>): unknown {
  return answer.body.errors?.[0]?.extensions['code'];
}

describe('GraphQL over HTTP', () => {
  test('answers a query by POST, the second time as the first', async () => {
    const { url, compiled } = await startEdgeServer();
    for (const _ of [1, 2]) {
      const { status, body, headers } = await postGraphql(url, { query: '{ greet }' });
      expect({ status, body }).toEqual({ status: 200, body: { data: { greet: 'Hi you!' } } });
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(headers['cache-control']).toBe('no-store');
    }
    expect(compiled).toHaveLength(1);
  });

  test('puts in defaults and coerces variables', async () => {
    const { url } = await startEdgeServer();
    const query = 'query ($times: Int! = 2, $name: String) { greet(times: $times, name: $name) }';
    for (const _ of [1, 2]) {
      const { body } = await postGraphql(url, { query, variables: { name: 'Ada' } });
      expect(body).toEqual({ data: { greet: 'Hi Ada! Hi Ada!' } });
    }
  });

  test('answers a query by GET to whoever shows that it is no page of another site', async () => {
    const { url } = await startEdgeServer();
    const query = `${url}?query=${encodeURIComponent('query ($n: String) { greet(name: $n) }')}&variables={"n":"G"}`;
    const answer = await sendHttp(query, { method: 'GET', headers: { 'apollo-require-preflight': '1' } });
    expect(answer.body).toEqual({ data: { greet: 'Hi G!' } });
    expect(await sendHttp(query, { method: 'GET' })).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
    });
  });

  test('refuses a text that is nested too deep by GET', async () => {
    const { url } = await startEdgeServer();
    const query = encodeURIComponent('{a'.repeat(1_000));
    const answer = await sendHttp(`${url}?query=${query}`, { method: 'GET', headers: json });
    expect([answer.status, codeOf(answer)]).toEqual([413, 'OPERATION_TOO_LARGE']);
  });

  test('refuses a mutation by GET', async () => {
    const { url } = await startEdgeServer();
    const answer = await sendHttp(`${url}?query=mutation{count}`, { method: 'GET', headers: json });
    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toBe('POST');
    expect(codeOf(answer)).toBe('BAD_REQUEST');
  });

  test('refuses a subscription by POST, however often it is asked', async () => {
    const { url } = await startEdgeServer();
    for (const _ of [1, 2]) {
      const answer = await postGraphql(url, { query: 'subscription { ticks }' });
      expect([answer.status, codeOf(answer)]).toEqual([400, 'SUBSCRIPTION_OVER_HTTP']);
    }
  });

  test.each<[string, (size: number) => object, number]>([
    ['an operation', (size) => ({ query: `{ greet }${' '.repeat(size - 9)}` }), limits.maxOperationBytes],
    [
      'variables',
      (size) => ({ query: 'query ($n: String) { greet(name: $n) }', variables: { n: 'x'.repeat(size - 8) } }),
      limits.maxVariablesBytes,
    ],
  ])('takes %s of just the largest size', async (_, operation, size) => {
    const { url } = await startEdgeServer();
    const fits = await sendHttp(url, { headers: json, body: JSON.stringify(operation(size)) });
    expect(fits.status).toBe(200);
    const tooLarge = await sendHttp(url, { headers: json, body: JSON.stringify(operation(size + 1)) });
    expect([tooLarge.status, codeOf(tooLarge)]).toEqual([413, 'OPERATION_TOO_LARGE']);
  });

  test('refuses variables that are large and nested too deeply to be printed', async () => {
    const { url } = await startEdgeServer();
    const depth = limits.maxVariablesBytes / 2 + 1;
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const body = `{"query":"query ($n: String) { greet(name: $n) }","variables":{"n":${nested}}}`;
    const refused = await sendHttp(url, { headers: json, body });
    expect([refused.status, codeOf(refused)]).toEqual([413, 'OPERATION_TOO_LARGE']);
  });

  test.each([
    ['selections', `${'{ greet '.repeat(4_000)}${'}'.repeat(4_000)}`, /nested brackets/],
    ['a list', `{ greet(name: ${'['.repeat(2_500)}${']'.repeat(2_500)}) }`, /nested brackets/],
    ['a broken text', '{ greet(name: '.repeat(4_000), /nested brackets/],
    ['tokens', `{ ${'greet '.repeat(10_000)} }`, /10000 tokens/],
  ])('refuses too much of %s before it is parsed', async (_, query, message) => {
    const { url, compiled } = await startEdgeServer();
    const answer = await postGraphql(url, { query });
    expect([answer.status, codeOf(answer)]).toEqual([413, 'OPERATION_TOO_LARGE']);
    expect(answer.body.errors?.[0]?.message).toMatch(message);
    expect(compiled).toEqual([]);
  });

  test.each([
    ['a text that is none', { query: `{ greet } ${'x'.repeat(50_000)}` }, 'GRAPHQL_PARSE_FAILED'],
    ['a field', { query: `{ ${'x'.repeat(50_000)} }` }, 'GRAPHQL_VALIDATION_FAILED'],
    ['an operation name', { query: '{ greet }', operationName: 'x'.repeat(50_000) }, undefined],
    [
      'a variable',
      { query: 'query ($n: Int!) { add(a: $n, b: 1) }', variables: { n: 'x'.repeat(900_000) } },
      'BAD_USER_INPUT',
    ],
    ['what a subgraph says', { query: `{ denied(why: "${'x'.repeat(50_000)}") }` }, 'FORBIDDEN'],
  ])('quotes little of %s', async (_, body, code = 'OPERATION_RESOLUTION_FAILURE') => {
    const { url } = await startEdgeServer();
    const answer = await postGraphql(url, body);
    expect(codeOf(answer)).toBe(code);
    expect(answer.body.errors?.[0]?.message.length).toBeLessThanOrEqual(limits.maxErrorMessageLength);
    expect(answer.body.errors?.[0]?.message).toContain(' … ');
  });

  test('counts no brackets in strings and comments', async () => {
    const { url } = await startEdgeServer();
    const brackets = '{[('.repeat(1_000);
    const query = `{ greet(name: "${brackets}") } # ${brackets}`;
    expect((await postGraphql(url, { query })).body).toEqual({ data: { greet: `Hi ${brackets}!` } });
  });

  test('refuses a body that is too large, said beforehand or not', async () => {
    const { url } = await startEdgeServer();
    const body = JSON.stringify({ query: '{ greet }', padding: 'x'.repeat(limits.maxRequestBytes) });
    const known = await sendHttp(url, { headers: json, body });
    expect([known.status, codeOf(known)]).toEqual([413, 'OPERATION_TOO_LARGE']);
    const parts = Array.from({ length: 20 }, (_, part) => body.slice(part * 65_536, (part + 1) * 65_536));
    const streamed = await request(url, { method: 'POST', headers: json, body: Readable.from(parts) });
    expect(streamed.statusCode).toBe(413);
    await streamed.body.dump();
  });

  test('gives null to whoever may not see a field, and lets the rest stand', async () => {
    const { url } = await startEdgeServer();
    const query = '{ vault greet }';
    const answers = new Map<string, unknown>();
    for (const token of ['', 'of-pip', 'of-ada', '', 'of-pip', 'of-ada']) {
      const answer = await postGraphql(url, { query }, token ? { authorization: `Bearer ${token}` } : {});
      expect(answer.status).toBe(200);
      answers.set(token, [answer.body.data, codeOf(answer)]);
    }
    const greet = 'Hi you!';
    expect(answers.get('')).toEqual([{ vault: null, greet }, 'UNAUTHENTICATED']);
    expect(answers.get('of-pip')).toEqual([{ vault: null, greet }, 'FORBIDDEN']);
    expect(answers.get('of-ada')).toEqual([{ vault: 'gold', greet }, undefined]);
  });

  test.each(['Bearer forged', 'Bearer', 'Basic of-ada', 'of-ada'])(
    'refuses the credentials %s',
    async (authorization) => {
      const { url } = await startEdgeServer();
      const answer = await postGraphql(url, { query: '{ greet }' }, { authorization });
      expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    },
  );

  test('says so when it cannot tell whose session it is', async () => {
    const away = () => Promise.reject(codedError('INITIAL_UNREACHABLE', 'The registry is away'));
    const { url, faults } = await startEdgeServer({ authenticate: away });
    const answer = await postGraphql(url, { query: '{ greet }' }, { authorization: 'Bearer of-ada' });
    expect([answer.status, codeOf(answer)]).toEqual([503, 'INITIAL_UNREACHABLE']);
    expect(faults).toEqual([]);
  });

  test('takes no notice of a client that breaks off', async () => {
    const { url, faults } = await startEdgeServer();
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"que',
    );
    socket.resetAndDestroy();
    expect((await postGraphql(url, { query: '{ greet }' })).status).toBe(200);
    expect(faults).toEqual([]);
  });

  test('limits new operations of an address and not repeated ones', async () => {
    const { url } = await startEdgeServer({
      allowNewOperation: createNewOperationLimit({ perSecond: 1, burst: 1 }),
    });
    const ask = (query: string) => postGraphql(url, { query });
    expect((await ask('{ greet }')).status).toBe(200);
    expect((await ask('{ a: greet }')).status).toBe(200);
    const limited = await ask('{ b: greet }');
    expect([limited.status, codeOf(limited), limited.headers['retry-after']]).toEqual([
      429,
      'RATE_LIMITED',
      '1',
    ]);
    expect((await ask('{ greet }')).status).toBe(200);
    const byGet = await sendHttp(`${url}?query={c:greet}`, { method: 'GET', headers: json });
    expect(byGet.status).toBe(429);
  });

  test('says nothing to pages of other sites unless they are named', async () => {
    const origin = { origin: 'https://play.example' };
    const closed = await startEdgeServer();
    const without = await postGraphql(closed.url, { query: '{ greet }' }, origin);
    expect(without.headers).not.toHaveProperty('access-control-allow-origin');

    const open = await startEdgeServer({ cors: { origins: ['https://play.example'] } });
    const answer = await postGraphql(open.url, { query: '{ greet }' }, origin);
    expect(answer.headers['access-control-allow-origin']).toBe('https://play.example');
    const stranger = await postGraphql(open.url, { query: '{ greet }' }, { origin: 'https://evil.example' });
    expect(stranger.headers).not.toHaveProperty('access-control-allow-origin');
    const preflight = await request(open.url, {
      method: 'OPTIONS',
      headers: { ...origin, 'access-control-request-method': 'POST' },
    });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers['access-control-allow-headers']).toContain('authorization');
  });
});

describe('the limit of new operations', () => {
  test('counts an IPv6 customer once, and each IPv4 address by itself', async () => {
    const allow = createNewOperationLimit({ perSecond: 1, burst: 0 });
    expect(await allow('2001:db8:1:2::1')).toBe(true);
    expect(await allow('2001:db8:1:2:ffff::2')).toBe(false);
    expect(await allow('2001:db8:1:3::1')).toBe(true);
    expect(await allow('::ffff:10.0.0.1')).toBe(true);
    expect(await allow('10.0.0.1')).toBe(false);
    expect(await allow('10.0.0.2')).toBe(true);
  });
});

describe('GraphQL over HTTP, sent what it cannot take,', () => {
  let server: Awaited<ReturnType<typeof openEdgeServer>>;
  beforeAll(async () => {
    server = await openEdgeServer();
  });
  afterAll(() => server.close());

  test.each<[string, Parameters<typeof sendHttp>[1], number, string]>([
    ['JSON that is none', { headers: json, body: '{"query":' }, 400, 'BAD_REQUEST'],
    ['nothing', { headers: json, body: '' }, 400, 'BAD_REQUEST'],
    ['a list of operations', { headers: json, body: '[{"query":"{ greet }"}]' }, 400, 'BAD_REQUEST'],
    ['a JSON string', { headers: json, body: '"{ greet }"' }, 400, 'BAD_REQUEST'],
    ['an object without a query', { headers: json, body: '{"variables":{}}' }, 400, 'BAD_REQUEST'],
    ['a query that is no text', { headers: json, body: '{"query":{"kind":"Document"}}' }, 400, 'BAD_REQUEST'],
    [
      'variables that are text',
      { headers: json, body: '{"query":"{ greet }","variables":"{}"}' },
      400,
      'BAD_REQUEST',
    ],
    [
      'variables that are a list',
      { headers: json, body: '{"query":"{ greet }","variables":[]}' },
      400,
      'BAD_REQUEST',
    ],
    [
      'an operationName that is a number',
      { headers: json, body: '{"query":"{ greet }","operationName":1}' },
      400,
      'BAD_REQUEST',
    ],
    [
      'a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'query={greet}' },
      415,
      'BAD_REQUEST',
    ],
    [
      'text',
      { headers: { 'content-type': 'text/plain' }, body: '{"query":"{ greet }"}' },
      415,
      'BAD_REQUEST',
    ],
    ['no content type', { body: '{"query":"{ greet }"}' }, 415, 'BAD_REQUEST'],
    ['another method', { method: 'PUT', headers: json, body: '{}' }, 405, 'BAD_REQUEST'],
    [
      'what accepts no JSON',
      { headers: { ...json, accept: 'text/csv' }, body: '{"query":"{ greet }"}' },
      406,
      'BAD_REQUEST',
    ],
    ['a syntax error', { headers: json, body: '{"query":"{ greet"}' }, 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { headers: json, body: '{"query":"{ nope }"}' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'an unknown operation name',
      { headers: json, body: '{"query":"query A { greet }","operationName":"B"}' },
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'two operations and no name',
      { headers: json, body: '{"query":"query A { greet } query B { greet }"}' },
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'a variable of the wrong type',
      { headers: json, body: '{"query":"query ($a: Int!) { add(a: $a, b: 1) }","variables":{"a":"x"}}' },
      400,
      'BAD_USER_INPUT',
    ],
    [
      'a hash instead of a text',
      { headers: json, body: '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"0"}}}' },
      200,
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
    [
      'a deadline that is none',
      { headers: { ...json, 'x-deadline-ms': 'soon' }, body: '{"query":"{ greet }"}' },
      400,
      'BAD_REQUEST',
    ],
    [
      'a subscription that the validator stumbles over',
      { headers: json, body: '{"query":"subscription ($x: Boolean!) { ticks @include(if: $x) }"}' },
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('refuses %s', async (_, options, status, code) => {
    const { url, faults } = server;
    const answer = await sendHttp(url, options);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect(JSON.stringify(answer.body)).not.toContain('stacktrace');
    expect(faults).toEqual([]);
  });
});

describe('the context of a request over HTTP', () => {
  /** An edge whose only operation hands out the context that it was given. */
  async function startContextServer(execute: (context: RequestContext) => Promise<void>) {
    const { graph } = await startEdgeServer();
    const operation = {
      kind: 'query' as const,
      execute: async (_: unknown, context: RequestContext) => {
        await execute(context);
        return { data: { greet: '' } };
      },
    };
    const edge = await startHttpEdge({
      operations: { cached: () => operation, compile: () => ({ ok: true, operation }) },
      supergraphSdl: graph.supergraphSdl,
      allowNewOperation: () => true,
      onFault: () => undefined,
    });
    return startHttpServer({
      port: 0,
      host: '127.0.0.1',
      routes: [{ path: '/graphql', handle: edge.handle }],
      onFault: () => undefined,
    });
  }

  test.each([
    [{}, limits.requestDeadlineMs],
    [{ 'x-deadline-ms': '500' }, 500],
    [{ 'x-deadline-ms': '999999999' }, limits.requestDeadlineMs],
  ])('ends in time for %j', async (headers: Record<string, string>, milliseconds) => {
    const before = performance.now();
    let deadline = 0;
    const server = await startContextServer((context) => {
      deadline = context.deadline;
      return Promise.resolve();
    });
    await postGraphql(`${server.url}/graphql`, { query: '{ greet }' }, headers);
    expect(deadline).toBeGreaterThanOrEqual(before + milliseconds);
    expect(deadline).toBeLessThanOrEqual(performance.now() + milliseconds);
    await server.close();
  });

  test('is aborted when the client goes away', async () => {
    const client = new AbortController();
    let aborted: Promise<unknown> = Promise.resolve();
    const server = await startContextServer(async ({ signal }) => {
      if (!signal) throw new Error('Expected a signal');
      aborted = once(signal, 'abort');
      client.abort();
      await aborted;
    });
    const asked = request(`${server.url}/graphql`, {
      method: 'POST',
      headers: json,
      body: '{"query":"{ greet }"}',
      signal: client.signal,
    });
    await expect(asked).rejects.toThrow('aborted');
    await aborted;
    await server.close();
  });
});
