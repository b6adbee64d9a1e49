import { GraphQLError } from 'graphql';
import { onTestFinished } from 'vitest';
import { type HttpEdgeOptions, startHttpEdge } from '../../gateway/edge/http-edge.ts';
import { createHealthRoutes } from '../../gateway/edge/http-health.ts';
import { startHttpServer } from '../../gateway/edge/http-server.ts';
import type { Viewer } from '../../wire/viewer.ts';
import { composeGraph } from './compose-graph.ts';

const people: Readonly<Record<string, Viewer>> = {
  'of-ada': { username: 'ada', role: 'ADMIN' },
  'of-pip': { username: 'pip', role: 'PLAYER' },
};

const sdl = `
  type Query {
    greet(name: String = "you", times: Int! = 1): String
    add(a: Int!, b: Int!): Int
    vault: String
    must: Int!
    denied(why: String = "Not you"): String
  }
  type Mutation { count: Int }
  type Subscription { ticks: Int }
`;

/** As `openEdgeServer`, closed with the test. */
export async function startEdgeServer(options: Partial<HttpEdgeOptions> = {}) {
  const server = await openEdgeServer(options);
  onTestFinished(() => server.close());
  return server;
}

/** An HTTP edge over a small graph, on a port of its own. Whoever opens it closes it. */
export async function openEdgeServer(options: Partial<HttpEdgeOptions> = {}) {
  let count = 0;
  const resolvers = {
    Query: {
      greet: (_: unknown, { name, times }: { name: string; times: number }) =>
        `Hi ${name}! `.repeat(times).trim(),
      add: (_: unknown, { a, b }: { a: number; b: number }) => a + b,
      vault: () => 'gold',
      must: () => null,
      denied: (_: unknown, { why }: { why: string }) => {
        throw new GraphQLError(why, { extensions: { code: 'FORBIDDEN' } });
      },
    },
    Mutation: { count: () => (count += 1) },
  };
  const graph = composeGraph({ small: { sdl, resolvers } }, { access: new Map([['Query.vault', 'ADMIN']]) });
  const compiled: string[] = [];
  const faults: unknown[] = [];
  const edge = await startHttpEdge({
    operations: {
      cached: (request) => graph.operations.cached(request),
      compile: (request) => {
        compiled.push(request.query);
        return graph.operations.compile(request);
      },
    },
    supergraphSdl: graph.supergraphSdl,
    authenticate: (token) => Promise.resolve(people[token]),
    allowNewOperation: () => true,
    onFault: (error) => faults.push(error),
    ...options,
  });
  const server = await startHttpServer({
    port: 0,
    host: '127.0.0.1',
    routes: [{ path: '/graphql', handle: edge.handle }, ...createHealthRoutes(() => true)],
    onFault: (error) => faults.push(error),
  });
  const close = async () => {
    await server.close();
    await edge.close();
  };
  return { url: `${server.url}/graphql`, close, compiled, faults, graph };
}
