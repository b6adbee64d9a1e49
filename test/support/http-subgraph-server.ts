import { once } from 'node:events';
import { type IncomingMessage, type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, graphql, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

type Modules = Parameters<typeof buildSubgraphSchema>[0];
type Resolvers = NonNullable<Extract<Modules, { typeDefs: unknown; resolvers?: unknown }>['resolvers']>;

/** An ordinary subgraph on its own port: GraphQL by POST, subscriptions over graphql-ws on the same path. */
export interface HttpSubgraphServer {
  readonly url: string;
  readonly port: number;
  /** Bodies of all POSTs so far. */
  readonly posts: { query: string; variables?: Record<string, unknown> }[];
  /** WebSockets that are open. */
  readonly sockets: ReadonlySet<WebSocket>;
  /** Idempotent: drops every connection. */
  close(): Promise<void>;
}

export interface HttpSubgraphServerOptions {
  readonly sdl: string;
  readonly resolvers: Record<string, unknown>;
  readonly port?: number;
}

/** Closed when the test has finished, at the latest. */
export async function startHttpSubgraphServer(
  options: HttpSubgraphServerOptions,
): Promise<HttpSubgraphServer> {
  const schema = buildSubgraphSchema({
    typeDefs: parse(options.sdl),
    resolvers: options.resolvers as Resolvers,
  });
  const posts: HttpSubgraphServer['posts'] = [];
  const server = await listen(
    (request, response) =>
      void answer(schema, posts, request).then((body) =>
        response.setHeader('content-type', 'application/json').end(body),
      ),
    options.port,
  );
  const webSockets = new WebSocketServer({ server: server.server, path: '/graphql' });
  useServer({ schema }, webSockets);
  const close = async () => {
    for (const socket of webSockets.clients) socket.terminate();
    webSockets.close();
    await server.close();
  };
  onTestFinished(close);
  return { url: `${server.origin}/graphql`, port: server.port, posts, sockets: webSockets.clients, close };
}

/** A server that does whatever the test wants, instead of GraphQL. */
export async function startOddServer(listener: RequestListener, port?: number) {
  const server = await listen(listener, port);
  onTestFinished(server.close);
  return { ...server, url: `${server.origin}/graphql` };
}

async function listen(listener: RequestListener, wanted = 0) {
  const server = createServer(listener);
  server.listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { server, port, origin: `http://127.0.0.1:${port}`, close };
}

async function answer(
  schema: GraphQLSchema,
  posts: HttpSubgraphServer['posts'],
  request: IncomingMessage,
): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as (typeof posts)[number];
  posts.push(body);
  return JSON.stringify(await graphql({ schema, source: body.query, variableValues: body.variables ?? {} }));
}
