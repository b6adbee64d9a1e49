import { EventEmitter, once } from 'node:events';
import type { RequestListener } from 'node:http';
import { parse } from 'graphql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { createNetworkReport } from '../gateway/execute/network-report.ts';
import type { RequestContext } from '../gateway/execute/request-context.ts';
import type { Fetch } from '../gateway/execute/subgraph.ts';
import { createHttpSubgraph } from '../gateway/plain/http-subgraph.ts';
import { readSubgraphs } from '../gateway/plain/read-subgraphs.ts';
import { limits } from '../schema/limits.ts';
import { startOddServer } from './support/http-subgraph-server.ts';

function fetchOf(text: string, kind: Fetch['kind'] = 'query'): Fetch {
  return { subgraph: 'odd', kind, document: parse(text), text, isEntityFetch: false };
}

function contextOf(options: { timeoutMs?: number; signal?: AbortSignal } = {}): RequestContext {
  const { timeoutMs = 5_000, signal } = options;
  return {
    viewer: undefined,
    deadline: performance.now() + timeoutMs,
    signal,
    network: createNetworkReport(),
  };
}

async function startOdd(listener: RequestListener) {
  const server = await startOddServer(listener);
  const subgraph = createHttpSubgraph({ name: 'odd', url: server.url });
  onTestFinished(() => subgraph.close());
  return { ...server, subgraph };
}

const ask = async (listener: RequestListener, kind?: Fetch['kind']) => {
  const { subgraph } = await startOdd(listener);
  return subgraph
    .prepare(fetchOf(kind === 'mutation' ? 'mutation { a }' : '{ a }', kind))
    .execute({}, contextOf());
};

const failed = { errors: [{ extensions: { code: 'SUBGRAPH_FAILED', service: 'odd' } }] };

describe('a subgraph over HTTP becomes an error with a code when it', () => {
  test.each<[string, string]>([
    ['sends no JSON', 'oops'],
    ['sends nothing', ''],
    ['sends half of it', '{"data":{"a":'],
    ['sends a list', '[]'],
    ['sends null', 'null'],
    ['sends a number', '7'],
    ['sends an object that says nothing', '{}'],
    ['sends data that is none', '{"data":[1]}'],
    ['sends errors that are none', '{"data":null,"errors":"bad"}'],
  ])('%s', async (_, body) => {
    expect(await ask((_request, response) => response.end(body))).toMatchObject(failed);
  });

  test('answers with a page of its proxy', async () => {
    const answer = await ask((_, response) => response.writeHead(502).end('<html>Bad Gateway</html>'));
    expect(answer).toMatchObject(failed);
    expect(answer.errors?.[0]?.message).toContain('HTTP 502');
  });

  test('breaks off within its answer', async () => {
    const answer = await ask((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"data":');
      setImmediate(() => response.destroy());
    });
    expect(answer).toMatchObject(failed);
  });

  test('sends more than the gateway takes', async () => {
    const chunk = Buffer.alloc(1_048_576, ' ');
    const answer = await ask((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    expect(answer).toMatchObject(failed);
    expect(answer.errors?.[0]?.message).toContain(String(limits.maxNodeAnswerBytes));
  });

  test('is not there', async () => {
    const subgraph = createHttpSubgraph({ name: 'odd', url: 'http://127.0.0.1:1/graphql' });
    onTestFinished(() => subgraph.close());
    expect(await subgraph.prepare(fetchOf('{ a }')).execute({}, contextOf())).toMatchObject(failed);
  });

  test('does not answer in time', async () => {
    const { subgraph } = await startOdd(() => undefined);
    const answer = await subgraph.prepare(fetchOf('{ a }')).execute({}, contextOf({ timeoutMs: 50 }));
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'DEADLINE_EXCEEDED', service: 'odd' } }] });
  });

  test('begins to answer and never ends', async () => {
    const { subgraph } = await startOdd((_, response) => response.write('{"data":'));
    const answer = await subgraph.prepare(fetchOf('{ a }')).execute({}, contextOf({ timeoutMs: 50 }));
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'DEADLINE_EXCEEDED' } }] });
  });
});

describe('a subgraph over HTTP', () => {
  test('is let go when the client has gone', async () => {
    const gone = new AbortController();
    const closed = new EventEmitter();
    const { subgraph } = await startOdd((_, response) => {
      response.on('close', () => closed.emit('closed'));
      gone.abort();
    });
    const wasClosed = once(closed, 'closed');
    const answer = await subgraph.prepare(fetchOf('{ a }')).execute({}, contextOf({ signal: gone.signal }));
    expect(answer.errors).toHaveLength(1);
    await wasClosed;
  });

  test('is not asked for a client that has gone already', async () => {
    let requests = 0;
    const { subgraph } = await startOdd(() => (requests += 1));
    await subgraph.prepare(fetchOf('{ a }')).execute({}, contextOf({ signal: AbortSignal.abort() }));
    expect(requests).toBe(0);
  });

  test('is asked a second time when a query met a dead connection, and not for a mutation', async () => {
    const counts = { query: 0, mutation: 0 };
    const drop =
      (kind: 'query' | 'mutation'): RequestListener =>
      (request) => {
        counts[kind] += 1;
        request.socket.destroy();
      };
    expect(await ask(drop('query'), 'query')).toMatchObject(failed);
    expect(await ask(drop('mutation'), 'mutation')).toMatchObject(failed);
    expect(counts).toEqual({ query: 2, mutation: 1 });
  });

  test('keeps what arrived beside its errors, with their path and code', async () => {
    const answer = await ask((_, response) =>
      response.writeHead(400).end(
        JSON.stringify({
          data: { a: null, b: 1 },
          errors: [
            {
              message: 'x',
              path: ['a', 0],
              locations: [{ line: 1, column: 1 }],
              extensions: { code: 'MINE', hint: 2 },
            },
            { message: 'y', path: 'a' },
            'z',
          ],
        }),
      ),
    );
    expect(answer).toEqual({
      data: { a: null, b: 1 },
      errors: [
        { message: 'x', path: ['a', 0], extensions: { code: 'MINE', hint: 2, service: 'odd' } },
        { message: 'y', extensions: { code: 'SUBGRAPH_FAILED', service: 'odd' } },
        { message: 'Unreadable error of odd', extensions: { code: 'SUBGRAPH_FAILED', service: 'odd' } },
      ],
    });
  });

  test('is told only the variables that its fetch declares', async () => {
    let body = '';
    const { subgraph } = await startOdd((request, response) => {
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => response.end('{"data":{"a":1}}'));
    });
    const fetch = subgraph.prepare(fetchOf('query ($x: Int, $y: Int) { a(x: $x, y: $y) }'));
    await fetch.execute({ x: 1, secret: 'no' }, contextOf());
    expect(JSON.parse(body)).toEqual({
      query: 'query ($x: Int, $y: Int) { a(x: $x, y: $y) }',
      variables: { x: 1 },
    });
  });
});

describe('a stream of a subgraph', () => {
  /** Speaks graphql-transport-ws as the test says, after connection_init. */
  async function startOddStream(onSubscribe: (send: (message: object) => void, id: string) => void) {
    const { server, subgraph } = await startOdd(() => undefined);
    const webSockets = new WebSocketServer({ server });
    webSockets.on('connection', (socket) => {
      const send = (message: object) => socket.send(JSON.stringify(message));
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as { type: string; id: string };
        if (message.type === 'connection_init') send({ type: 'connection_ack' });
        if (message.type === 'subscribe') onSubscribe(send, message.id);
      });
    });
    return {
      webSockets,
      stream: subgraph.prepare(fetchOf('subscription { a }', 'subscription')).subscribe({}, contextOf()),
    };
  }

  test('has the errors for which the subgraph refused it', async () => {
    const { stream } = await startOddStream((send, id) =>
      send({ type: 'error', id, payload: [{ message: 'no', extensions: { code: 'MINE' } }] }),
    );
    expect((await stream.next()).value).toEqual({
      result: { errors: [{ message: 'no', extensions: { code: 'MINE', service: 'odd' } }] },
    });
    expect((await stream.next()).done).toBe(true);
  });

  test('ends as the subgraph ends it', async () => {
    const { stream } = await startOddStream((send, id) => {
      send({ type: 'next', id, payload: { data: { a: 1 } } });
      send({ type: 'complete', id });
    });
    expect((await stream.next()).value).toEqual({ result: { data: { a: 1 } } });
    expect((await stream.next()).done).toBe(true);
  });

  test('is ended when more events wait than a reader may lag', async () => {
    const { stream, webSockets } = await startOddStream((send, id) => {
      for (let n = 0; n <= limits.maxReaderLagEvents + 1; n += 1)
        send({ type: 'next', id, payload: { data: { n } } });
    });
    const [socket] = (await once(webSockets, 'connection')) as [WebSocket];
    await once(socket, 'close');
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events).toHaveLength(limits.maxReaderLagEvents + 1);
    expect(events.at(-1)).toMatchObject({
      result: { errors: [{ extensions: { code: 'SUBSCRIBER_TOO_SLOW' } }] },
    });
  });

  test('ends with an error when the subgraph speaks nonsense', async () => {
    const { stream } = await startOddStream((send) => send({ type: 'nonsense' }));
    expect((await stream.next()).value).toMatchObject({ result: failed });
    expect((await stream.next()).done).toBe(true);
  });

  test('ends when the client has gone', async () => {
    const gone = new AbortController();
    const { subgraph } = await startOdd(() => undefined);
    const fetch = subgraph.prepare(fetchOf('subscription { a }', 'subscription'));
    const stream = fetch.subscribe({}, contextOf({ signal: gone.signal }));
    const next = stream.next();
    gone.abort();
    expect((await next).done).toBe(true);
  });
});

describe('the subgraphs of a supergraph', () => {
  test('are refused when it is none', () => {
    expect(() => readSubgraphs('type Query { a: Int }')).toThrow('Expected a Federation 2 supergraph');
  });

  test('are refused without an address over HTTP', () => {
    const sdl = 'enum join__Graph { A @join__graph(name: "a", url: "fleet:a") }';
    expect(() => readSubgraphs(sdl)).toThrow('address of subgraph a, got fleet:a');
  });
});
