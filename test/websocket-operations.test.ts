import { type Client, createClient } from 'graphql-ws';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { limits } from '../schema/limits.ts';
import { createStreamSource } from './support/stream-source.ts';
import { type Message, type RawClient, openReadyClient } from './support/websocket-server.ts';
import { startWorld } from './support/websocket-world.ts';

const subscribe = (id: string, query: string, variables?: Record<string, unknown>): Message => ({
  id,
  type: 'subscribe',
  payload: { query, ...(variables ? { variables } : {}) },
});

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function connect(url: string): Client {
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
  onTestFinished(() => client.dispose());
  return client;
}

function eventOf(message: Message): unknown {
  return (message.payload as { data: { event: unknown } }).data.event;
}

/** Reads until as many events have come. */
async function readEvents(client: RawClient, count: number): Promise<unknown[]> {
  const events: unknown[] = [];
  while (events.length < count) events.push(eventOf(await client.next()));
  return events;
}

describe('a client of graphql-ws', () => {
  test('queries and mutates', async () => {
    const client = connect((await startWorld()).url);
    const results = client.iterate({
      query: 'query Q($n: String!) { hello(name: $n) }',
      variables: { n: 'ada' },
    });
    expect(await results.next()).toEqual({ done: false, value: { data: { hello: 'hello ada' } } });
    expect(await results.next()).toEqual({ done: true, value: undefined });
    const mutation = client.iterate({ query: 'mutation { raise(by: 2) }' });
    expect((await mutation.next()).value).toEqual({ data: { raise: 3 } });
  });

  test('subscribes until the source ends', async () => {
    const client = connect((await startWorld()).url);
    const counts: unknown[] = [];
    for await (const { data } of client.iterate({ query: 'subscription { count(to: 3) }' }))
      counts.push(data);
    expect(counts).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }]);
  });

  test('gets the errors of one operation and keeps its socket for the next', async () => {
    const { url } = await startWorld();
    const client = connect(url);
    for (const [query, code] of [
      ['{ hello', 'GRAPHQL_PARSE_FAILED'],
      ['{a'.repeat(4_000), 'OPERATION_TOO_LARGE'],
      [`{ hello(name: ${'['.repeat(2_500)}) }`, 'OPERATION_TOO_LARGE'],
      [`{ ${'hello '.repeat(10_000)} }`, 'OPERATION_TOO_LARGE'],
      ['{ nope }', 'GRAPHQL_VALIDATION_FAILED'],
      ['query A { hello } query B { hello }', 'OPERATION_RESOLUTION_FAILURE'],
      ['query ($n: String!) { hello(name: $n) }', 'BAD_USER_INPUT'],
      ['subscription ($n: Int!) { count(to: $n) }', 'BAD_USER_INPUT'],
      ['subscription ($x: Boolean!) { count(to: 1) @include(if: $x) }', 'GRAPHQL_VALIDATION_FAILED'],
    ] as const) {
      await expect(client.iterate({ query }).next()).rejects.toMatchObject([{ extensions: { code } }]);
    }
    expect((await client.iterate({ query: '{ hello }' }).next()).value).toEqual({
      data: { hello: 'hello you' },
    });
  });
});

describe('an operation', () => {
  test('that its client completes is cancelled and says nothing more; its id may be used again', async () => {
    const { url, aborted, release } = await startWorld();
    const client = await openReadyClient(url);
    client.send(subscribe('1', '{ wait }'));
    client.send({ id: '1', type: 'complete' });
    client.send(subscribe('1', '{ hello }'));
    expect(await client.next()).toEqual({ id: '1', type: 'next', payload: { data: { hello: 'hello you' } } });
    expect(await client.next()).toEqual({ id: '1', type: 'complete' });
    expect(aborted).toContain('query');
    release();
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
  });

  test('with variables beyond the limit is refused with OPERATION_TOO_LARGE', async () => {
    const { url } = await startWorld();
    const client = await openReadyClient(url);
    const query = 'query ($n: String!) { hello(name: $n) }';
    client.send(subscribe('1', query, { n: 'x'.repeat(limits.maxVariablesBytes - '{"n":""}'.length) }));
    expect(await client.next()).toMatchObject({ type: 'next' });
    expect(await client.next()).toMatchObject({ type: 'complete' });
    client.send(subscribe('2', query, { n: 'x'.repeat(limits.maxVariablesBytes) }));
    expect(await client.next()).toMatchObject({
      id: '2',
      type: 'error',
      payload: [{ extensions: { code: 'OPERATION_TOO_LARGE' } }],
    });
  });

  test('beyond as many as one socket may have is refused with RATE_LIMITED until another has ended', async () => {
    const { url } = await startWorld({ limits: { maxOperationsPerSocket: 2 } });
    const client = await openReadyClient(url);
    for (const id of ['1', '2', '3']) client.send(subscribe(id, '{ wait }'));
    expect(await client.next()).toMatchObject({
      id: '3',
      type: 'error',
      payload: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
    client.send({ id: '1', type: 'complete' });
    client.send(subscribe('3', '{ hello }'));
    expect(await client.next()).toMatchObject({ id: '3', type: 'next' });
  });

  test('that would have to be planned is refused when its client has had too many; a known one is not', async () => {
    const asked: string[] = [];
    let isAllowed = true;
    const { url } = await startWorld({
      allowNewOperation: (address) => {
        asked.push(address);
        return isAllowed;
      },
    });
    const client = await openReadyClient(url);
    const known = `{ hello(name: "${url}") }`;
    client.send(subscribe('1', known));
    expect(await client.next()).toMatchObject({ id: '1', type: 'next' });
    await client.next();
    isAllowed = false;
    client.send(subscribe('2', '{ other: hello }'));
    expect(await client.next()).toMatchObject({
      id: '2',
      type: 'error',
      payload: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
    client.send(subscribe('3', known));
    expect(await client.next()).toMatchObject({ id: '3', type: 'next' });
    expect(asked).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  test('that fails by a fault of ours is answered with INTERNAL_SERVER_ERROR, and the fault is reported', async () => {
    const fault = new Error('secret');
    const { url, faults } = await startWorld({
      allowNewOperation: () => {
        throw fault;
      },
    });
    const client = await openReadyClient(url);
    client.send(subscribe('1', `{ hello(name: "${url}") }`));
    const answer = await client.next();
    expect(answer).toMatchObject({ payload: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(faults).toEqual([fault]);
  });
});

describe('a stream', () => {
  const query = 'subscription { event }';

  test('has one upstream for hundreds of sockets, and every one of them gets every event in order', async () => {
    const source = createStreamSource({ stream: 'feed' });
    const { url } = await startWorld({ sources: { [query]: source } });
    const clients = await Promise.all(numbers(1, 300).map(() => openReadyClient(url)));
    for (const client of clients) client.send(subscribe('s', query));
    source.publish(1);
    for (const client of clients) expect(await readEvents(client, 1)).toEqual([1]);
    for (const number of numbers(2, 50)) source.publish(number);
    for (const client of clients) expect(await readEvents(client, 49)).toEqual(numbers(2, 50));
    expect(source.opened).toHaveLength(1);
    for (const client of clients) client.socket.terminate();
    await expect.poll(() => source.open).toBe(0);
  });

  test('sends no event after complete, whatever was ready', async () => {
    const source = createStreamSource({ stream: 'feed' });
    const { url } = await startWorld({ sources: { [query]: source } });
    const client = await openReadyClient(url);
    client.send(subscribe('s', query));
    source.publish(1);
    await client.next();
    client.socket.once('message', () => {
      for (const number of numbers(2, 100)) source.publish(number);
    });
    client.send({ type: 'ping' });
    client.send({ id: 's', type: 'complete' });
    client.send({ type: 'ping', payload: { last: true } });
    const after: Message[] = [await client.next()];
    while (!after.at(-1)?.payload) after.push(await client.next());
    expect(after.filter(({ type }) => type === 'next')).toEqual([]);
    await expect.poll(() => source.open).toBe(0);
  });

  test('ends with an error message when the source fails and with complete when it ends', async () => {
    for (const [fault, last] of [
      [new Error('secret'), 'error'],
      [undefined, 'complete'],
    ] as const) {
      const source = createStreamSource({ stream: 'plain' });
      const { url } = await startWorld({ sources: { [query]: source } });
      const client = await openReadyClient(url);
      client.send(subscribe('s', query));
      await expect.poll(() => source.open).toBe(1);
      source.publish(1);
      source.end(fault);
      expect(await client.next()).toMatchObject({ type: 'next' });
      expect(await client.next()).toMatchObject({ id: 's', type: last });
    }
  });

  test('pauses with a socket that does not read, holds no more than its backlog, and loses nothing', async () => {
    const source = createStreamSource({ stream: 'feed' });
    const { url } = await startWorld({
      sources: { [query]: source },
      limits: { maxSocketBacklogBytes: 65_536 },
    });
    const [paused, other] = [await openReadyClient(url), await openReadyClient(url)];
    paused.socket.pause();
    const text = 'x'.repeat(20_000);
    for (const client of [paused, other]) client.send(subscribe('s', query));
    for (const number of numbers(1, 2_000)) source.publish(`${number} ${text}`);
    const seen = (events: unknown[]) => events.map((event) => Number(String(event).split(' ')[0]));
    expect(seen(await readEvents(other, 2_000))).toEqual(numbers(1, 2_000));
    // What the operating system's buffers take is beyond us; 40 MB is not.
    expect(source.taken).toBeLessThan(3_000);
    paused.socket.resume();
    expect(seen(await readEvents(paused, 2_000))).toEqual(numbers(1, 2_000));
    expect(source.opened.length).toBeLessThanOrEqual(4);
  });

  test('takes its turn with the other streams of its socket', async () => {
    const [busy, quiet] = [createStreamSource({ stream: 'feed' }), createStreamSource({ stream: 'feed' })];
    const { url } = await startWorld({ sources: { busy, quiet } });
    const client = await openReadyClient(url);
    for (const number of numbers(1, 200)) busy.publish(number);
    for (const number of numbers(1, 3)) quiet.publish(number);
    client.send(subscribe('busy', 'busy'));
    client.send(subscribe('quiet', 'quiet'));
    const order: (string | undefined)[] = [];
    while (order.length < 203) order.push((await client.next()).id);
    expect(order.lastIndexOf('quiet')).toBeLessThan(20);
  });
});

describe('when the server stops', () => {
  test('streams end with SHUTTING_DOWN, running queries are answered, and sockets close with 1001', async () => {
    const query = 'subscription { event }';
    const source = createStreamSource({ stream: 'feed' });
    const { url, hub, edge, release } = await startWorld({ sources: { [query]: source } });
    const client = await openReadyClient(url);
    client.send(subscribe('stream', query));
    client.send(subscribe('query', '{ wait }'));
    source.publish(1);
    expect(await client.next()).toMatchObject({ id: 'stream', type: 'next' });
    hub.close();
    const closed = edge.close();
    expect(await client.next()).toMatchObject({
      id: 'stream',
      type: 'error',
      payload: [{ extensions: { code: 'SHUTTING_DOWN' } }],
    });
    client.send(subscribe('late', '{ hello }'));
    expect(await client.next()).toMatchObject({
      id: 'late',
      type: 'error',
      payload: [{ extensions: { code: 'SHUTTING_DOWN' } }],
    });
    release();
    expect(await client.next()).toMatchObject({ id: 'query', type: 'next' });
    expect(await client.next()).toEqual({ id: 'query', type: 'complete' });
    expect(await client.closed).toEqual({ code: 1001, reason: 'The server is stopping' });
    await closed;
    await expect(openReadyClient(url)).rejects.toThrow('503');
  });

  test('a query that does not end and a client that does not read keep it no longer than the time it gives', async () => {
    const { url, edge } = await startWorld({ limits: { clientDrainMs: 50 } });
    const client = await openReadyClient(url);
    client.send(subscribe('1', '{ wait }'));
    client.send({ type: 'ping' });
    await client.next();
    client.socket.pause();
    await expect(edge.close()).resolves.toBeUndefined();
    await expect(edge.close()).resolves.toBeUndefined();
  });
});
