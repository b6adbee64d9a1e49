import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { buildSchema, parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHttpServer, type HttpServer } from '../gateway/edge/http-server.ts';
import { playgroundRoutes } from '../gateway/edge/playground.ts';
import { readTabs } from '../gateway/edge/playground-assets.ts';

let server: HttpServer;
beforeAll(async () => {
  server = await startHttpServer({
    port: 0,
    host: '127.0.0.1',
    routes: playgroundRoutes(),
    onFault: () => {},
  });
});
afterAll(() => server.close());

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${server.url}${path}`, { redirect: 'manual', ...init });
const assetsOf = (page: string) =>
  [...page.matchAll(/"(\/playground\/[^"]+)"/g)].map(([, path = '']) => path);

test('the root leads to the playground', async () => {
  const response = await ask('/');
  expect([response.status, response.headers.get('location')]).toEqual([302, '/playground']);
});

test('the page forbids whatever is not its own, and is asked for again each time', async () => {
  for (const path of ['/playground', '/playground/', '/playground?query=x']) {
    const { status, headers } = await ask(path);
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|http|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test('every file of the page may be kept for good and names its type', async () => {
  const paths = assetsOf(await (await ask('/playground')).text());
  expect(paths.length).toBeGreaterThanOrEqual(9);
  for (const path of paths) {
    const { status, headers } = await ask(path);
    expect([path, status, headers.get('cache-control')]).toEqual([
      path,
      200,
      expect.stringContaining('immutable'),
    ]);
    expect(headers.get('content-type')).toMatch(
      /^(text\/(css|javascript); charset|image\/svg|application\/json)/,
    );
  }
});

test('what the browser has already is not sent again, and HEAD sends no body', async () => {
  const first = await ask('/playground');
  const etag = first.headers.get('etag') ?? '';
  const again = await ask('/playground', { headers: { 'if-none-match': `"x", ${etag}` } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  expect((await ask('/playground', { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  const head = await ask('/playground', { method: 'HEAD', headers: { 'accept-encoding': 'identity' } });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect(Number(head.headers.get('content-length'))).toBeGreaterThan(500);
});

test('files are packed for browsers that can unpack them', async () => {
  const paths = assetsOf(await (await ask('/playground')).text());
  const path = paths.find((candidate) => candidate.includes('graphiql-') && candidate.endsWith('.js')) ?? '';
  const packed = await ask(path, { headers: { 'accept-encoding': 'br, gzip' } });
  const plain = await ask(path, { headers: { 'accept-encoding': 'identity' } });
  expect([packed.headers.get('content-encoding'), plain.headers.get('content-encoding')]).toEqual([
    'gzip',
    null,
  ]);
  expect(await packed.text()).toBe(await plain.text());
  expect(Number(packed.headers.get('content-length'))).toBeLessThan(1_500_000);
});

test.for([
  '/playground/../package.json',
  '/playground/..%2f..%2f..%2fpackage.json',
  '/playground/%2e%2e/%2e%2e/package.json',
  '/playground/playground.js',
  '/playground//etc/passwd',
  '/playground/tabs/1-nodes.graphql',
  '/playground/__proto__',
  '/playground/%',
])('%s is not a file of the playground', async (path) => {
  // Not by fetch, which would tidy the path up first.
  const request = get({ host: '127.0.0.1', port: new URL(server.url).port, path });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  expect(response.statusCode).toBe(404);
});

test('only reading is allowed', async () => {
  for (const path of ['/', '/playground']) {
    const response = await ask(path, { method: 'POST', body: 'x' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  }
});

test('the ready-made operations fit the schema of the network', () => {
  const schema = buildSchema(
    readFileSync(new URL('../schema/generated/api.graphql', import.meta.url), 'utf8'),
  );
  expect(readTabs()).toHaveLength(6);
  for (const { query } of readTabs()) expect(validate(schema, parse(query))).toEqual([]);
});
