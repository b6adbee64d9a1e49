import { once } from 'node:events';
import { get as getPlainly } from 'node:http';
import { get as getSecurely } from 'node:https';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { startHttpServer } from '../gateway/edge/http-server.ts';
import {
  ConfigError,
  type InitialConfig,
  changeInitialConfig,
  loadInitialConfig,
  loadNodeConfig,
} from '../nodes/config.ts';
import { makeCertificate } from '../nodes/make-certificate.ts';
import { type PeopleTls, mayServePeople, readPeopleTls } from '../nodes/read-people-tls.ts';
import { startInitial } from '../nodes/start-initial.ts';
import { openReadyClient } from './support/websocket-server.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

let pair: PeopleTls;
let otherPair: PeopleTls;
beforeAll(async () => {
  [pair, otherPair] = await Promise.all([
    makeCertificate(['localhost', '127.0.0.1']),
    makeCertificate(['localhost']),
  ]);
});

async function securely(url: string, ca: string | undefined) {
  const request = getSecurely(url, { ca, agent: false });
  const [response] = await once(request, 'response');
  return { status: response.statusCode as number, body: await text(response) };
}

test('people are served by HTTPS and wss, and by nothing else', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'cert.pem'), pair.cert);
  writeFileSync(join(folder, 'key.pem'), pair.key);
  const tls = { cert: 'cert.pem', key: 'key.pem' };
  const config = loadInitialConfig(folder, { port: 0, logLevel: 'silent', tls });
  const node = await startInitial({ folder, config });
  onTestFinished(() => node.close());
  expect(node.url).toMatch(/^https:/);
  expect(await securely(`${node.url}/health`, pair.cert)).toMatchObject({ status: 200 });

  const client = await openReadyClient(`${node.url.replace(/^https/, 'wss')}/graphql`, { ca: pair.cert });
  client.send({ id: '1', type: 'subscribe', payload: { query: '{ nodes { totalCount } }' } });
  expect(await client.next()).toMatchObject({ payload: { data: { nodes: { totalCount: 1 } } } });
  client.socket.close();

  await expect(securely(`${node.url}/health`, otherPair.cert)).rejects.toThrow(/certificate/);
  const socket = new WebSocket(`${node.url.replace(/^https/, 'wss')}/graphql`, 'graphql-transport-ws');
  await expect(once(socket, 'open')).rejects.toThrow(/certificate/);
  await expect(once(getPlainly(node.url.replace(/^https/, 'http')), 'response')).rejects.toThrow(
    /hang up|ECONNRESET/,
  );
});

test('the HTTP server closes its secure connections too', async () => {
  const server = await startHttpServer({
    port: 0,
    host: '127.0.0.1',
    tls: pair,
    routes: [{ path: '/', handle: (_, response) => void response.end('here') }],
    onFault: () => undefined,
  });
  expect(await securely(server.url, pair.cert)).toEqual({ status: 200, body: 'here' });
  await server.close();
  await expect(securely(server.url, pair.cert)).rejects.toThrow(/ECONNREFUSED/);
});

describe('an initial node does not start', () => {
  const broken = (change: (folder: string) => Partial<InitialConfig>) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'cert.pem'), pair.cert);
    writeFileSync(join(folder, 'key.pem'), pair.key);
    writeFileSync(join(folder, 'other.pem'), otherPair.key);
    writeFileSync(join(folder, 'nonsense.pem'), 'nonsense');
    const config = loadInitialConfig(folder, { ...change(folder) });
    return () => readPeopleTls(folder, config);
  };

  test.each<[string, Partial<InitialConfig>, RegExp]>([
    [
      'off loopback by plain HTTP',
      { host: '0.0.0.0' },
      /show people's passwords.*codecraft certificate --dir/,
    ],
    ['off loopback by its name', { host: 'play.example' }, /"allowPlainHttp": true/],
    ['off loopback by IPv6', { host: '::' }, /can be reached from other machines/],
    ['without its certificate', { tls: { cert: 'no.pem', key: 'key.pem' } }, /tls\.cert: .*no\.pem.*ENOENT/],
    ['without its key', { tls: { cert: 'cert.pem', key: 'no.pem' } }, /tls\.key: .*no\.pem.*ENOENT/],
    [
      'with nonsense for a certificate',
      { tls: { cert: 'nonsense.pem', key: 'key.pem' } },
      /tls\.cert: .*expected a certificate/,
    ],
    [
      'with nonsense for a key',
      { tls: { cert: 'cert.pem', key: 'nonsense.pem' } },
      /tls\.key: .*expected a private key/,
    ],
    [
      'with the key of another certificate',
      { tls: { cert: 'cert.pem', key: 'other.pem' } },
      /is not that of the certificate/,
    ],
  ])('%s', (_, change, message) => {
    expect(broken(() => change)).toThrow(ConfigError);
    expect(broken(() => change)).toThrow(message);
  });

  test('with a certificate whose time is over', async () => {
    const old = await makeCertificate(['localhost'], { now: () => Date.parse('2020-01-01') });
    const start = broken((folder) => {
      writeFileSync(join(folder, 'old.pem'), old.cert);
      writeFileSync(join(folder, 'old-key.pem'), old.key);
      return { tls: { cert: 'old.pem', key: 'old-key.pem' } };
    });
    expect(start).toThrow(/the certificate ended on/);
  });

  test.each([
    ['half of tls', { tls: { cert: 'cert.pem' } }, /tls\.key: expected string, got nothing/],
    ['a file for tls', { tls: 'cert.pem' }, /tls: expected \{"cert": FILE, "key": FILE\}/],
    ['a word for allowPlainHttp', { allowPlainHttp: 'yes' }, /allowPlainHttp: expected true or false/],
  ])('with %s', (_, flags, message) => {
    expect(() => loadInitialConfig(temporaryFolder(), flags)).toThrow(message);
  });
});

test.each<Partial<InitialConfig>>([
  { host: '127.0.0.1' },
  { host: '127.8.8.8' },
  { host: '::1' },
  { host: 'localhost' },
  { host: '0.0.0.0', allowPlainHttp: true },
])('plain HTTP is served with %j', (flags) => {
  const folder = temporaryFolder();
  expect(readPeopleTls(folder, loadInitialConfig(folder, flags))).toBeUndefined();
});

test.each([
  [{ host: '0.0.0.0' }, false],
  [{ host: 'rome.example' }, false],
  [{ host: '0.0.0.0', allowPlainHttp: true }, true],
  [{ host: '0.0.0.0', tls: { cert: 'a.pem', key: 'b.pem' } }, true],
  [{ host: '127.0.0.1' }, true],
])('a node with %j starts, and serves people elsewhere: %s', (flags, isServed) => {
  const initial = { kind: 'trusted', name: 'rome', initial: 'https://play.example' };
  expect(mayServePeople(loadNodeConfig(temporaryFolder(), { ...initial, ...flags }))).toBe(isServed);
});

test('config.json keeps all that is not changed', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'config.json'), '{ "kind": "initial", "name": "sun", "port": 4711 }');
  const tls = { cert: 'a.pem', key: 'b.pem' };
  changeInitialConfig(folder, { tls });
  expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))).toEqual({
    kind: 'initial',
    name: 'sun',
    port: 4711,
    tls,
  });
});
