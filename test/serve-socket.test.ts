import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { closeCodes } from '../schema/close-codes.ts';
import { limits } from '../schema/limits.ts';
import { createLinkServer } from '../subgraphs/serve/create-link-server.ts';
import { openShapeSocket } from '../subgraphs/serve/open-shape-socket.ts';
import { codedError } from '../wire/coded-error.ts';
import { listenForUpgrades } from './support/link-node.ts';
import { EventLog } from './support/event-log.ts';
import { createLinkShape } from './support/link-shape.ts';
import { openRawClient, openReadyClient, type RawClient } from './support/websocket-server.ts';

const init = { type: 'connection_init' };
const hello = (id: string, more: object = {}) => subscribe(id, '{ hello }', more);

function subscribe(id: string, query: string, more: object = {}) {
  return { id, type: 'subscribe', payload: { query, extensions: { shape: 'sample', ...more } } };
}

async function startNode() {
  const sample = createLinkShape();
  const server = createLinkServer({
    node: 'n1',
    recognise: () => ({ node: 'initial', isInitial: true }),
    shapes: [sample.shape],
  });
  const node = await listenForUpgrades(server, '/link');
  const connectRaw = async (): Promise<RawClient> => {
    const client = await openRawClient(node.url);
    onTestFinished(() => client.socket.terminate());
    return client;
  };
  const connectReady = async (): Promise<RawClient> => {
    const client = await connectRaw();
    client.send(init);
    expect(await client.next()).toMatchObject({ type: 'connection_ack' });
    return client;
  };
  return { ...sample, node, connectRaw, connectReady };
}

describe("the node's end of a link", () => {
  test('welcomes whoever it recognises with its id and its SDL', async () => {
    const { connectRaw, shape } = await startNode();
    const client = await connectRaw();
    client.send(init);
    expect(await client.next()).toEqual({
      type: 'connection_ack',
      payload: { node: 'n1', shapes: { sample: shape.sdl } },
    });
  });

  test.each([
    ['says nobody', () => undefined],
    ['says so later', () => Promise.resolve(undefined)],
    ['cannot tell', () => Promise.reject(codedError('INITIAL_UNREACHABLE', 'No registry to ask'))],
  ])('lets nobody in where whoever knows the keys %s', async (_, recognise) => {
    const { shape } = createLinkShape();
    const server = createLinkServer({ node: 'n1', recognise, shapes: [shape] });
    const { url } = await listenForUpgrades(server, '/link');
    const client = await openRawClient(url);
    client.send(init);
    expect((await client.closed).code).toBe(closeCodes.FORBIDDEN);
  });

  test('serves peers nothing but what is for peers', async () => {
    const { shape } = createLinkShape();
    const server = createLinkServer({
      node: 'n1',
      recognise: () => ({ node: 'n2', isInitial: false }),
      shapes: [shape],
      peerShapes: [{ ...shape, name: 'peer' }],
    });
    const { url } = await listenForUpgrades(server, '/link');
    const client = await openReadyClient(url);
    client.send(subscribe('1', '{ hello }'));
    expect(await client.next()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'SUBGRAPH_FAILED' } }],
    });
    client.send(subscribe('2', '{ hello }', { shape: 'peer' }));
    expect(await client.next()).toMatchObject({ payload: { data: { hello: 'Hello, world' } } });
  });

  test.each([
    ['an operation before connection_init', false, [hello('1')], closeCodes.UNAUTHORIZED],
    ['two connection_init', false, [init, init], closeCodes.TOO_MANY_INIT_REQUESTS],
    ['another connection_init', true, [init], closeCodes.TOO_MANY_INIT_REQUESTS],
    [
      'an id that is in use',
      true,
      [subscribe('1', '{ never(mark: "x") }'), hello('1')],
      closeCodes.SUBSCRIBER_ALREADY_EXISTS,
    ],
    ['no JSON', true, ['{'], closeCodes.BAD_REQUEST],
    ['a type of message that does not exist', true, [{ type: 'start' }], closeCodes.BAD_REQUEST],
    [
      'a query that is no text',
      true,
      [{ id: '1', type: 'subscribe', payload: { query: 1 } }],
      closeCodes.BAD_REQUEST,
    ],
    ['too large a message', true, [`"${'x'.repeat(limits.maxRequestBytes)}"`], closeCodes.MESSAGE_TOO_LARGE],
  ])('closes a connection that breaks the protocol: %s', async (_, isReady, messages, code) => {
    const { connectRaw, connectReady } = await startNode();
    const client = await (isReady ? connectReady() : connectRaw());
    for (const message of messages) client.send(message);
    expect((await client.closed).code).toBe(code);
  });

  test('closes a connection that says nothing', async () => {
    const { connectRaw } = await startNode();
    const client = await connectRaw();
    expect((await client.closed).code).toBe(closeCodes.CONNECTION_INIT_TIMEOUT);
  });

  test.each([
    ['the wrong subgraph', { shape: 'other' }, 'SUBGRAPH_FAILED'],
    ['a subgraph named like a method', { shape: 'toString' }, 'SUBGRAPH_FAILED'],
    ['a viewer that is no token', { viewer: { username: 'eve', role: 'ADMIN' } }, 'BAD_USER_INPUT'],
    ['a time that is none', { timeoutMs: -1 }, 'BAD_USER_INPUT'],
    ['a time that is no number', { timeoutMs: '10' }, 'BAD_USER_INPUT'],
  ])('answers an operation for %s with an error and stays open', async (_, more, code) => {
    const { connectReady } = await startNode();
    const client = await connectReady();
    client.send(hello('1', more));
    expect(await client.next()).toMatchObject({
      id: '1',
      type: 'error',
      payload: [{ extensions: { code } }],
    });
    client.send(hello('1'));
    expect(await client.next()).toMatchObject({
      id: '1',
      type: 'next',
      payload: { data: { hello: 'Hello, world' } },
    });
    expect(await client.next()).toEqual({ id: '1', type: 'complete' });
  });

  test('answers a syntax error and a validation error with `error` and stays open', async () => {
    const { connectReady } = await startNode();
    const client = await connectReady();
    for (const query of [
      '{ hello',
      '{ nothing }',
      'subscription ($x: Boolean!) { countTo(end: 1) @include(if: $x) }',
    ]) {
      client.send(subscribe('1', query));
      expect(await client.next()).toMatchObject({ id: '1', type: 'error' });
    }
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
  });

  test('sends nothing more for an operation after its `complete`', async () => {
    const { connectReady } = await startNode();
    const client = await connectReady();
    client.send(subscribe('1', 'subscription { flood }'));
    expect(await client.next()).toMatchObject({ id: '1', type: 'next' });
    client.send({ id: '1', type: 'complete' });
    client.send({ type: 'ping' });
    while ((await client.next()).type !== 'pong');
    client.send(hello('2'));
    expect(await client.next()).toMatchObject({ id: '2', type: 'next' });
    expect(await client.next()).toEqual({ id: '2', type: 'complete' });
  });

  test('says NODE_TIMEOUT when the time that it was given is up, and stops the work', async () => {
    const { connectReady, log } = await startNode();
    const client = await connectReady();
    client.send(subscribe('1', '{ never(mark: "late") }', { timeoutMs: 20 }));
    expect(await client.next()).toMatchObject({
      id: '1',
      payload: [{ extensions: { code: 'NODE_TIMEOUT' } }],
    });
    await log.has('aborted late');
  });

  test('stops what is under way when the connection goes', async () => {
    const { connectReady, log } = await startNode();
    const client = await connectReady();
    client.send(subscribe('1', '{ never(mark: "query") }'));
    client.send(subscribe('2', 'subscription { silence(mark: "stream") }'));
    await log.has('silence stream');
    client.socket.terminate();
    await Promise.all([log.has('aborted query'), log.has('stopped stream')]);
    expect(log.entries).toHaveLength(4);
  });

  test('answers with an error instead of a message that the gateway would not take', async () => {
    const { connectReady } = await startNode();
    const client = await connectReady();
    client.send(subscribe('1', `{ text(length: ${limits.maxNodeAnswerBytes}) }`));
    expect(await client.next()).toMatchObject({
      id: '1',
      payload: { errors: [{ extensions: { code: 'NODE_ANSWER_TOO_LARGE' } }] },
    });
    expect(await client.next()).toEqual({ id: '1', type: 'complete' });
  });

  test('does not read a stream faster than the far end takes it', async () => {
    const { connectReady } = await startNode();
    const client = await connectReady();
    const before = process.memoryUsage().rss;
    client.socket.pause();
    client.send(subscribe('1', 'subscription { flood }'));
    const other = await connectReady();
    for (let round = 0; round < 200; round += 1) {
      other.send(hello(String(round)));
      await other.next();
      await other.next();
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1_048_576);
  });

  test('says that it goes, and destroys who does not answer', async () => {
    const { connectReady, node } = await startNode();
    const polite = await connectReady();
    const deaf = await connectReady();
    deaf.socket.pause();
    await node.close();
    expect((await polite.closed).code).toBe(closeCodes.SERVICE_RESTART);
  });
});

describe('a socket for shapes', () => {
  const open = async (options: Parameters<typeof openShapeSocket>[0]) => {
    const { url, port } = await listenForUpgrades(openShapeSocket(options), '/somewhere');
    return { port, connectRaw: () => openRawClient(url) };
  };

  test('refuses with the reason, cut to what fits', async () => {
    const { connectRaw } = await open({
      accept: () => {
        throw codedError('JOIN_REFUSED', `Nö, ${'ö'.repeat(200)}`);
      },
    });
    const client = await connectRaw();
    client.send({ type: 'connection_init' });
    const { code, reason } = await client.closed;
    expect(code).toBe(closeCodes.FORBIDDEN);
    expect(reason).toMatch(/^Nö, ö+…$/);
  });

  test('answers one operation too many with an error, and the next one as ever', async () => {
    const { shape, log } = createLinkShape();
    const { connectRaw } = await open({ accept: () => ({ route: () => ({ shape }) }), maxOperations: 1 });
    const client = await connectRaw();
    client.send({ type: 'connection_init' });
    await client.next();
    client.send(subscribe('1', '{ never(mark: "x") }'));
    client.send(hello('2'));
    expect(await client.next()).toMatchObject({
      id: '2',
      payload: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
    client.send({ id: '1', type: 'complete' });
    await log.has('aborted x');
    client.send(hello('3'));
    expect(await client.next()).toMatchObject({ id: '3', type: 'next' });
  });

  test('tells who accepted a connection that it is gone, also when the peer vanishes', async () => {
    const log = new EventLog<string>();
    const { shape } = createLinkShape();
    const { connectRaw } = await open({
      accept: () => ({ route: () => ({ shape }), onClose: () => log.push('gone') }),
    });
    const client = await connectRaw();
    client.send({ type: 'connection_init' });
    await client.next();
    client.socket.terminate();
    await log.has('gone');
    expect(log.entries).toEqual(['gone']);
  });

  test('tells who accepted a connection that it is gone, also when it went while they decided', async () => {
    const log = new EventLog<string>();
    const { shape } = createLinkShape();
    let decide = (): void => undefined;
    const decided = new Promise<void>((resolve) => (decide = resolve));
    const { connectRaw } = await open({
      maxConnections: 1,
      accept: async () => {
        log.push('asked');
        await decided;
        return { route: () => ({ shape }), onClose: () => log.push('gone') };
      },
    });
    const client = await connectRaw();
    client.send({ type: 'connection_init' });
    await log.has('asked');
    client.socket.terminate();
    // There is room for the next one as soon as the server has seen the first one go.
    await vi.waitFor(() => connectRaw(), { timeout: 5_000, interval: 10 });
    decide();
    await log.has('gone');
    expect(log.entries).toEqual(['asked', 'gone']);
  });

  test('survives what is no WebSocket', async () => {
    const { port, connectRaw } = await open({ accept: () => undefined });
    const bad = connect(port, '127.0.0.1');
    bad.write('GET /somewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const [answer] = (await once(bad, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400/);
    const client = await connectRaw();
    // A frame with reserved bits that nobody has negotiated.
    (client.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(
      Buffer.from([0xff, 0x80, 0, 0, 0, 0]),
    );
    expect((await client.closed).code).toBe(1002);
  });
});
