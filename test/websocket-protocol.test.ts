import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { codedError } from '../wire/coded-error.ts';
import { type Message, openRawClient, openReadyClient } from './support/websocket-server.ts';
import { startWorld } from './support/websocket-world.ts';

const hello = { query: '{ hello }' };
const subscribe = (id: string, payload: unknown = hello): Message => ({ id, type: 'subscribe', payload });

describe('a socket is closed with', () => {
  test.each([null, 'graphql-ws', 'mqtt'])('4406 when it speaks %s', async (protocol) => {
    const { url } = await startWorld();
    const client = await openRawClient(url, { protocol });
    expect(await client.closed).toMatchObject({ code: 4406 });
  });

  test('4408 when connection_init is late', async () => {
    const { url } = await startWorld({ limits: { connectionInitTimeoutMs: 20 } });
    const client = await openRawClient(url);
    expect(await client.closed).toMatchObject({ code: 4408 });
  });

  test('4401 when it subscribes before connection_init', async () => {
    const { url } = await startWorld();
    const client = await openRawClient(url);
    client.send(subscribe('1'));
    expect(await client.closed).toMatchObject({ code: 4401 });
  });

  test('4401 when it subscribes before the acknowledgement', async () => {
    const { url } = await startWorld({ authenticate: () => new Promise(() => undefined) });
    const client = await openRawClient(url);
    client.send({ type: 'connection_init', payload: { authorization: 'ada-token' } });
    client.send(subscribe('1'));
    expect(await client.closed).toMatchObject({ code: 4401 });
  });

  test('4429 when it initialises twice', async () => {
    const { url } = await startWorld();
    const client = await openReadyClient(url);
    client.send({ type: 'connection_init' });
    expect(await client.closed).toMatchObject({ code: 4429 });
  });

  test('4409 when an id is in use, however long it is', async () => {
    const { url } = await startWorld();
    const client = await openReadyClient(url);
    const id = 'x'.repeat(500);
    client.send(subscribe(id, { query: '{ wait }' }));
    client.send(subscribe(id));
    expect(await client.closed).toMatchObject({ code: 4409 });
  });

  test.each([
    'not JSON',
    '[]',
    'null',
    '{"type":"nope"}',
    '{"type":"subscribe","payload":{"query":"{ hello }"}}',
    '{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}',
    '{"type":"subscribe","id":"1","payload":{"query":1}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{ hello }","variables":[]}}',
    '{"type":"subscribe","id":7,"payload":{"query":"{ hello }"}}',
    '{"type":"complete"}',
    '{"type":"next","id":"1","payload":{}}',
    '{"type":"connection_ack"}',
  ])('4400 when it says %s', async (message) => {
    const { url } = await startWorld();
    const [client, other] = [await openReadyClient(url), await openReadyClient(url)];
    client.send(message);
    expect(await client.closed).toMatchObject({ code: 4400 });
    other.send(subscribe('1'));
    expect(await other.next()).toMatchObject({ type: 'next' });
  });

  test('4400 when it says something that no parser gets to the end of', async () => {
    const { url } = await startWorld();
    const client = await openReadyClient(url);
    client.send('['.repeat(1_000_000));
    expect(await client.closed).toMatchObject({ code: 4400 });
  });

  test('4400 when it sends binary', async () => {
    const { url } = await startWorld();
    const client = await openReadyClient(url);
    client.socket.send(Buffer.from(JSON.stringify(subscribe('1'))));
    expect(await client.closed).toMatchObject({ code: 4400 });
  });

  test('1009 when a message is larger than the limit, and not at the limit', async () => {
    const { url } = await startWorld({ limits: { maxRequestBytes: 1_000 } });
    const client = await openReadyClient(url);
    const message = (bytes: number) => JSON.stringify({ type: 'ping' }).padEnd(bytes);
    client.send(message(1_000));
    expect(await client.next()).toEqual({ type: 'pong' });
    client.send(message(1_001));
    expect(await client.closed).toMatchObject({ code: 1009 });
  });

  test.each([
    ['a reserved opcode', Buffer.from([0x83, 0x80, 0, 0, 0, 0])],
    ['a frame without a mask', Buffer.from([0x81, 0x01, 0x61])],
    ['text that is not UTF-8', Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff])],
  ])('an error of RFC 6455 for %s, and no other socket is', async (_name, frame) => {
    const { url, port } = await startWorld();
    const other = await openReadyClient(url);
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
    );
    await once(socket, 'data');
    socket.write(frame);
    await once(socket, 'close');
    other.send(subscribe('1'));
    expect(await other.next()).toMatchObject({ type: 'next' });
  });
});

describe('who somebody is', () => {
  const whoCanSee = async (headers: Record<string, string>, payload?: Record<string, unknown>) => {
    const seen: (string | undefined)[] = [];
    const { url } = await startWorld({
      authenticate: async (token) => {
        seen.push(token);
        return token === 'ada-token' ? { username: 'ada', role: 'DEVELOPER' } : undefined;
      },
    });
    const client = await openRawClient(url, { headers });
    client.send({ type: 'connection_init', ...(payload ? { payload } : {}) });
    const outcome = await Promise.race([client.next(), client.closed]);
    return { seen, outcome };
  };

  test('is told by a token in the payload or in the header, with or without Bearer', async () => {
    for (const [headers, payload] of [
      [{}, { authorization: 'Bearer ada-token' }],
      [{}, { authorization: 'ada-token' }],
      [{ authorization: 'bearer ada-token' }, undefined],
      [{ authorization: 'Bearer other' }, { authorization: 'Bearer ada-token' }],
    ] as const) {
      expect(await whoCanSee(headers, payload)).toEqual({
        seen: ['ada-token'],
        outcome: { type: 'connection_ack' },
      });
    }
  });

  test('is nobody without a token', async () => {
    expect(await whoCanSee({})).toEqual({ seen: [], outcome: { type: 'connection_ack' } });
  });

  test('is refused with 4403 for a token that is not valid', async () => {
    expect(await whoCanSee({}, { authorization: 'wrong' })).toMatchObject({ outcome: { code: 4403 } });
    expect(await whoCanSee({}, { authorization: 42 })).toMatchObject({ seen: [], outcome: { code: 4403 } });
    const { url } = await startWorld({
      authenticate: async () => Promise.reject(codedError('UNAUTHENTICATED', 'expired')),
    });
    const client = await openRawClient(url);
    client.send({ type: 'connection_init', payload: { authorization: 'old' } });
    expect(await client.closed).toMatchObject({ code: 4403 });
  });

  test('cannot be told when that fails: 4500, and the fault is reported', async () => {
    const fault = new Error('database gone');
    const { url, faults } = await startWorld({ authenticate: async () => Promise.reject(fault) });
    const client = await openRawClient(url);
    client.send({ type: 'connection_init', payload: { authorization: 'ada-token' } });
    expect(await client.closed).toEqual({ code: 4500, reason: 'Internal server error' });
    expect(faults).toEqual([fault]);
  });

  test('ends with the session, and begins anew with another role; sockets of others stay', async () => {
    const { url, edge } = await startWorld({
      authenticate: async (username) => ({ username, role: 'PLAYER' }),
    });
    const open = (name: string) => openReadyClient(url, { headers: { authorization: `Bearer ${name}` } });
    const [ada, eve, bob, stranger] = await Promise.all([
      open('ada'),
      open('eve'),
      open('bob'),
      openReadyClient(url),
    ]);
    const viewers = edge.viewers();
    expect(viewers.map(({ username }) => username).toSorted()).toEqual(['ada', 'bob', 'eve']);
    const [ofAda, ofEve] = ['ada', 'eve'].map((name) => viewers.find(({ username }) => username === name));
    if (!ofAda || !ofEve) throw new Error('Expected both to be signed in');
    edge.closeSessions(
      new Map([
        [ofAda, 'ENDED'],
        [ofEve, 'CHANGED'],
      ]),
    );
    expect(await ada.closed).toMatchObject({ code: 4403 });
    expect(await eve.closed).toMatchObject({ code: 1012 });
    for (const client of [bob, stranger]) {
      client.send(subscribe('1'));
      expect(await client.next()).toMatchObject({ type: 'next' });
    }
  });
});

describe('signs of life', () => {
  test('a ping is answered with a pong and its payload, before and after connection_init', async () => {
    const { url } = await startWorld();
    const client = await openRawClient(url);
    client.send({ type: 'ping', payload: { at: 1 } });
    expect(await client.next()).toEqual({ type: 'pong', payload: { at: 1 } });
    client.send({ type: 'connection_init' });
    expect(await client.next()).toEqual({ type: 'connection_ack' });
    client.send({ type: 'pong' });
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
  });

  test('a peer that answers no ping is cut; one that does stays', async () => {
    const { url } = await startWorld({ limits: { clientPingMs: 30 } });
    const [dead, alive] = await Promise.all([
      openReadyClient(url, { autoPong: false }),
      openReadyClient(url),
    ]);
    let pings = 0;
    alive.socket.on('ping', () => (pings += 1));
    expect(await dead.closed).toMatchObject({ code: 1006 });
    while (pings < 4) await once(alive.socket, 'ping');
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
  });
});

test('a socket beyond the limit is refused with 503, and let in when another has gone', async () => {
  const { url } = await startWorld({ limits: { maxClientSockets: 1 } });
  const first = await openReadyClient(url);
  await expect(openRawClient(url)).rejects.toThrow('503');
  first.socket.close();
  await first.closed;
  const again = await openReadyClient(url);
  onTestFinished(() => again.socket.terminate());
  expect(again.socket.readyState).toBe(WebSocket.OPEN);
});
