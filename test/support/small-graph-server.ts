import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema, graphql } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { codedError } from '../../wire/coded-error.ts';

const schema = buildSchema(
  readFileSync(new URL('../../schema/generated/api.graphql', import.meta.url), 'utf8'),
);

interface Caller {
  readonly token: string | undefined;
}

/**
 * The graph of a network, answered by one process from a few rows: enough of a server to try a client against. Node `b` is always down.
 * The token `sesame` belongs to ada; a socket that comes with `revoked` is refused, one with
 * `slow` is let in when there is a message.
 */
export interface SmallGraphServer {
  readonly url: string;
  readonly port: number;
  /** Adds a message to the inbox of `ada/bot`; its body is its number, from 1. */
  publish(): number;
  /** Emits one sample of node stats to whoever listens now. */
  sample(cpuPercent: number): void;
  /** `after` of each `messages` subscription, in the order of arrival. */
  readonly resumedAfter: (string | null)[];
  /** Tokens of each `messages` subscription. */
  readonly subscribers: (string | undefined)[];
  /** Streams that are open. */
  readonly streams: number;
  /** A socket with the token `slow` has come. */
  readonly isGreeting: boolean;
  /** Fails the next `messages` subscriptions, each with one of these codes. */
  readonly nextFaults: ('NODE_UNREACHABLE' | 'FORBIDDEN')[];
  /** Resolves when the condition holds; looked at after each thing that happens here. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/** Whoever starts it closes it. `alsoServe` is asked first for what is not POST /graphql. */
export async function startSmallGraphServer(alsoServe?: RequestListener): Promise<SmallGraphServer> {
  const inbox: number[] = [];
  const resumedAfter: (string | null)[] = [];
  const subscribers: (string | undefined)[] = [];
  const nextFaults: ('NODE_UNREACHABLE' | 'FORBIDDEN')[] = [];
  const listeners = new Set<() => void>();
  let latestSample = { number: 0, cpuPercent: 0 };
  let streams = 0;
  let isGreeting = false;
  const happened = () => {
    for (const listener of listeners) listener();
  };
  const change = () => {
    const { promise, resolve } = deferred();
    listeners.add(resolve);
    return { promise, forget: () => void listeners.delete(resolve) };
  };

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      const { promise, forget } = change();
      await promise;
      forget();
    }
  }

  /** Values of `read` for as long as somebody listens; return() does not wait for a value. */
  function stream<T>(read: () => T | undefined): AsyncIterableIterator<T> {
    let isOver = false;
    streams += 1;
    happened();
    return {
      async next() {
        for (;;) {
          if (isOver) return { done: true, value: undefined };
          const value = read();
          if (value !== undefined) return { done: false, value };
          const { promise, forget } = change();
          await promise;
          forget();
        }
      },
      async return() {
        if (!isOver) streams -= 1;
        isOver = true;
        happened();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  const publish = () => {
    inbox.push(inbox.length + 1);
    happened();
    return inbox.length;
  };

  const rootValue = {
    me: (_: unknown, { token }: Caller) => (token === 'sesame' ? { username: 'ada', role: 'PLAYER' } : null),
    nodes: ({ first }: { first: number }) => ({
      totalCount: 2,
      pageInfo: { hasNextPage: false, endCursor: null },
      nodes: [node('a'), node('b')].slice(0, first),
    }),
    totals: () => ({ nodes: 2, entities: 0, agents: 1, runningAgents: 1, memoryMb: 1, messagesPerSecond: 0 }),
    entities: () => {
      throw codedError('INTERNAL_SERVER_ERROR', 'No entities here');
    },
    signIn: ({ username, password }: { username: string; password: string }) => {
      if (password !== 'open sesame')
        throw codedError('BAD_CREDENTIALS', 'The name or the password is wrong');
      return { token: 'sesame', expiresAt: '2030-01-01T00:00:00Z', user: { username, role: 'PLAYER' } };
    },
    sendMessage: (_: unknown, { token }: Caller) => {
      if (token === undefined) throw codedError('UNAUTHENTICATED', 'Sign in first');
      const sequence = publish();
      return { id: `m${sequence}`, state: 'STORED', sequence, duplicate: false };
    },
    createEntity: () => ({
      ...entity(),
      owner: () => Promise.reject(codedError('INITIAL_UNREACHABLE', 'Away')),
    }),
    messages: ({ after }: { after: string | null }, { token }: Caller) => {
      resumedAfter.push(after ?? null);
      subscribers.push(token);
      const fault = nextFaults.shift();
      happened();
      if (fault) throw codedError(fault, `Not now: ${fault}`);
      let at = after === 'now' ? inbox.length : Number(after ?? 0);
      return stream(() => {
        if (at >= inbox.length) return undefined;
        at += 1;
        const sender = { username: 'ada' };
        const message = { id: `m${at}`, sequence: at, sentAt: '2030-01-01T00:00:00Z', body: at, sender };
        return { messages: { cursor: String(at), message, truncated: false } };
      });
    },
    nodeStats: () => {
      let seen = latestSample.number;
      return stream(() => {
        if (latestSample.number === seen) return undefined;
        seen = latestSample.number;
        return { nodeStats: { ...stats(latestSample.cpuPercent), node: { id: 'a', name: 'a' } } };
      });
    },
  };

  const http = createServer((request, response) => {
    if (request.method !== 'POST' || request.url !== '/graphql') {
      if (alsoServe) return alsoServe(request, response);
      return void response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not here</h1>');
    }
    void answer(request).then((body) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    );
  });
  async function answer(request: IncomingMessage): Promise<unknown> {
    const { query, variables } = JSON.parse((await request.toArray()).join('')) as {
      query: string;
      variables?: Record<string, unknown>;
    };
    const contextValue: Caller = { token: bearer(request.headers.authorization) };
    const result = await graphql({
      schema,
      rootValue,
      source: query,
      variableValues: variables ?? {},
      contextValue,
    });
    return { ...result, extensions: { network: { asked: 2, answered: 1, failed: ['b'] } } };
  }

  const sockets = new WebSocketServer({ server: http, path: '/graphql' });
  const graphqlWs = useServer<{ authorization?: string }>(
    {
      schema,
      roots: { subscription: rootValue },
      context: ({ connectionParams }): Caller => ({ token: bearer(connectionParams?.authorization) }),
      onConnect: async ({ connectionParams }) => {
        const token = bearer(connectionParams?.authorization);
        if (token === 'slow') {
          isGreeting = true;
          happened();
          await until(() => inbox.length > 0);
        }
        return token !== 'revoked';
      },
    },
    sockets,
  );
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    publish,
    sample(cpuPercent) {
      latestSample = { number: latestSample.number + 1, cpuPercent };
      happened();
    },
    resumedAfter,
    subscribers,
    get streams() {
      return streams;
    },
    nextFaults,
    get isGreeting() {
      return isGreeting;
    },
    until,
    async close() {
      await graphqlWs.dispose();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function node(id: string): Record<string, unknown> {
  const down = () =>
    Promise.reject(codedError('NODE_UNREACHABLE', `The link to ${id} is down`, { node: id }));
  return { id, name: id, kind: 'TRUSTED', status: 'ONLINE', stats: id === 'b' ? down : stats(1) };
}

function stats(cpuPercent: number): Record<string, unknown> {
  const at = '2030-01-01T00:00:00Z';
  return { at, cpuPercent, memoryMb: 1, agents: 1, messagesPerSecond: 0, uptimeSeconds: 1 };
}

function entity(): Record<string, unknown> {
  return { id: 'a/ada/npc/bo', type: 'NPC', name: 'bo', data: {}, updatedAt: '2030-01-01T00:00:00Z' };
}

function bearer(header: string | undefined): string | undefined {
  return header?.replace(/^Bearer /, '');
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
