import { onTestFinished } from 'vitest';
import type { WebSocketEdgeOptions } from '../../gateway/edge/websocket-edge.ts';
import type { Operation, OperationRequest } from '../../gateway/execute/operation.ts';
import { createStreamHub } from '../../gateway/subscribe/stream-hub.ts';
import type { Viewer } from '../../wire/viewer.ts';
import { composeGraph } from './compose-graph.ts';
import type { StreamSource } from './stream-source.ts';
import { startWebSocketServer } from './websocket-server.ts';

export interface WorldOptions extends Partial<WebSocketEdgeOptions> {
  /** Subscriptions that the test feeds itself, by their text. */
  readonly sources?: Readonly<Record<string, StreamSource>>;
}

/** A small graph served over WebSockets, with a query that waits until the test lets it go. Closed when the test ends. */
export async function startWorld({ sources = {}, ...options }: WorldOptions = {}) {
  const faults: unknown[] = [];
  const aborted: string[] = [];
  const graph = (composed ??= composeWorld());
  const sourceOf = ({ query }: OperationRequest): Operation | undefined => sources[query]?.operation;
  const operations: WebSocketEdgeOptions['operations'] = {
    cached: (request) => sourceOf(request) ?? watch(graph.operations.cached(request), aborted),
    compile: (request) => {
      const outcome = graph.operations.compile(request);
      return outcome.ok ? { ok: true, operation: watch(outcome.operation, aborted) } : outcome;
    },
  };
  const hub = createStreamHub();
  const server = await startWebSocketServer({
    operations,
    hub,
    authenticate: async (token) => people[token],
    allowNewOperation: () => true,
    onFault: (fault) => faults.push(fault),
    ...options,
  });
  const release = () => {
    for (const go of waiting) go();
    waiting.clear();
  };
  onTestFinished(() => {
    hub.close();
    release();
    return server.close();
  });
  return {
    ...server,
    hub,
    faults,
    /** Queries whose client has gone or said `complete`. */
    aborted,
    /** Lets all waiting queries go. */
    release,
  };
}

const people: Readonly<Record<string, Viewer>> = {
  'ada-token': { username: 'ada', role: 'DEVELOPER' },
  'bob-token': { username: 'bob', role: 'PLAYER' },
};

/** The same operation; notes when its signal is aborted. */
function watch<T extends Operation | undefined>(operation: T, aborted: string[]): T;
function watch(operation: Operation | undefined, aborted: string[]): Operation | undefined {
  if (!operation || operation.kind === 'subscription') return operation;
  return {
    kind: operation.kind,
    execute: (variables, context) => {
      context.signal?.addEventListener('abort', () => aborted.push(operation.kind));
      return operation.execute(variables, context);
    },
  };
}

// Composing takes longer than most tests; the graph keeps nothing but queries that wait.
let composed: ReturnType<typeof composeWorld> | undefined;
const waiting = new Set<() => void>();

function composeWorld() {
  return composeGraph({
    world: {
      sdl: `
        type Query { hello(name: String! = "you"): String secret: String wait: String }
        type Mutation { raise(by: Int!): Int }
        type Subscription { count(to: Int!): Int }
      `,
      resolvers: {
        Query: {
          hello: (_: unknown, { name }: { name: string }) => `hello ${name}`,
          wait: () => new Promise((resolve) => waiting.add(() => resolve('done'))),
        },
        Mutation: { raise: (_: unknown, { by }: { by: number }) => by + 1 },
        Subscription: {
          count: {
            async *subscribe(_: unknown, { to }: { to: number }) {
              for (let count = 1; count <= to; count += 1) yield { count };
            },
          },
        },
      },
    },
  });
}
