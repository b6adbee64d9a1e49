import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { request } from 'undici';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHealthRoutes } from '../gateway/edge/http-health.ts';
import { type HttpServerOptions, startHttpServer } from '../gateway/edge/http-server.ts';

async function start(options: Partial<HttpServerOptions>) {
  const faults: unknown[] = [];
  const server = await startHttpServer({
    port: 0,
    host: '127.0.0.1',
    routes: [],
    onFault: (error) => faults.push(error),
    ...options,
  });
  onTestFinished(() => server.close());
  return { ...server, faults };
}

const get = async (url: string) => {
  const answer = await request(url);
  return [answer.statusCode, await answer.body.text()];
};

describe('the HTTP server', () => {
  test('hangs up on whoever it does not admit, and serves other guests of its port', async () => {
    let isAdmitted = false;
    const { url, port } = await start({
      admits: ({ remoteAddress }) => isAdmitted && remoteAddress === '127.0.0.1',
      routes: [{ path: '/', handle: (_, response) => void response.end('here') }],
      guests: { ssh: (socket) => void socket.end('SSH') },
    });
    await expect(get(url)).rejects.toThrow(/closed|ECONNRESET/);
    const socket = connect(port, '127.0.0.1');
    socket.write('SSH-2.0-x\r\n');
    expect(await text(socket)).toBe('SSH');
    isAdmitted = true;
    expect(await get(url)).toEqual([200, 'here']);
  });

  test('sends each path to the first route that fits', async () => {
    const say = (name: string) => ({
      handle: (_: unknown, response: { end: (body: string) => unknown }) => void response.end(name),
    });
    const { url } = await start({
      routes: [
        { path: '/a', ...say('a') },
        { path: '/b/*', ...say('b') },
        { path: '/', ...say('root') },
      ],
    });
    expect(await get(`${url}/a?x=/b`)).toEqual([200, 'a']);
    expect(await get(`${url}/b`)).toEqual([200, 'b']);
    expect(await get(`${url}/b/c/d`)).toEqual([200, 'b']);
    expect(await get(`${url}/`)).toEqual([200, 'root']);
    for (const path of ['/a/', '/bb', '/c']) {
      const [status, body] = await get(url + path);
      expect(status).toBe(404);
      expect(body).toContain('NOT_FOUND');
    }
  });

  test('answers 500 for a route that fails, and tells nobody else why', async () => {
    const { url, faults } = await start({
      routes: [
        {
          path: '/',
          handle: () => {
            throw new Error('secret');
          },
        },
      ],
    });
    const [status, body] = await get(url);
    expect(status).toBe(500);
    expect(body).toContain('INTERNAL_SERVER_ERROR');
    expect(body).not.toContain('secret');
    expect(faults).toEqual([new Error('secret')]);
  });

  test('says whether it lives and whether it is ready', async () => {
    let isReady = false;
    const { url } = await start({ routes: createHealthRoutes(() => isReady) });
    expect(await get(`${url}/health`)).toEqual([200, '{"status":"UP"}\n']);
    expect(await get(`${url}/ready`)).toEqual([503, '{"status":"DOWN"}\n']);
    isReady = true;
    expect(await get(`${url}/ready`)).toEqual([200, '{"status":"UP"}\n']);
  });

  test.each([
    ['what is no HTTP', 'hello\r\n\r\n', '400'],
    ['a head that is too large', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, '431'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na', '400'],
  ])('answers %s in JSON and hangs up', async (_, bytes, status) => {
    const { port } = await start({});
    const socket = connect(port, '127.0.0.1');
    socket.write(bytes);
    const answer = await text(socket);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('"code":"BAD_REQUEST"');
  });

  test('survives a peer that vanishes within its head', async () => {
    const { port, url } = await start({ routes: createHealthRoutes(() => true) });
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET / HT');
    socket.resetAndDestroy();
    expect((await get(`${url}/health`))[0]).toBe(200);
  });

  test('hands an upgrade to the route of its path and refuses others', async () => {
    const { port } = await start({
      upgrades: [{ path: '/live', handleUpgrade: (_request, socket) => void socket.end('taken') }],
    });
    const upgrade = async (path: string) => {
      const socket = connect(port, '127.0.0.1');
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
      return text(socket);
    };
    expect(await upgrade('/live')).toBe('taken');
    expect(await upgrade('/dead')).toMatch(/^HTTP\/1.1 404 /);
  });

  test('rejects when the port is taken', async () => {
    const { port } = await start({});
    await expect(start({ port })).rejects.toThrow('EADDRINUSE');
  });
});

describe('a closing HTTP server', () => {
  test('lets requests end, takes no more, and hangs up', async () => {
    const arrivals = new EventEmitter();
    const { url, close } = await start({
      routes: [{ path: '/', handle: (_, response) => void arrivals.emit('request', response) }],
    });
    const arrived = once(arrivals, 'request');
    const under = request(url);
    const [response] = (await arrived) as [ServerResponse];
    const closed = close();
    await expect(request(url)).rejects.toThrow('ECONNREFUSED');
    response.end('done');
    expect(await (await under).body.text()).toBe('done');
    await closed;
    await close();
  });

  test('cuts what does not end in time, WebSockets included', async () => {
    const arrivals = new EventEmitter();
    const { url, port, close } = await start({
      drainMs: 30,
      routes: [{ path: '/', handle: () => void arrivals.emit('request') }],
      upgrades: [{ path: '/live', handleUpgrade: (_request, socket) => void socket.write('taken') }],
    });
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await once(socket, 'data');
    const arrived = once(arrivals, 'request');
    const failed = request(url).catch((error: unknown) => error);
    await arrived;
    const cut = once(socket, 'close');
    await close();
    expect(await failed).toMatchObject({ message: 'other side closed' });
    await cut;
  });
});
