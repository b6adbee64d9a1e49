import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { composeShapes } from '../gateway/compose/compose-shapes.ts';
import { createWebSocketEdge } from '../gateway/edge/websocket-edge.ts';
import { createOperations } from '../gateway/execute/operations.ts';
import { createFleetSubgraph } from '../gateway/fleet/fleet-subgraph.ts';
import { createRoster } from '../gateway/links/roster.ts';
import { createStreamHub } from '../gateway/subscribe/stream-hub.ts';
import { readSdl } from '../schema/read-sdl.ts';
import { createExecutableShape } from '../subgraphs/serve/create-executable-shape.ts';
import { createLocalLink } from '../wire/local-link.ts';
import { Publisher, feedSdl } from './feed-shape.ts';

/** What the bench tells this process, and what it answers. */
export type ServerCommand =
  | { readonly kind: 'listen'; readonly server: 'ours' | 'graphql-ws'; readonly bodyLength: number }
  | { readonly kind: 'publishEvery'; readonly intervalMs: number }
  | { readonly kind: 'publishAll'; readonly events: number }
  | { readonly kind: 'rest' }
  | { readonly kind: 'measure' };

export interface ServerReport {
  readonly port: number;
  readonly published: number;
  readonly cpuUs: number;
  /** After a collection: heap and what lies beside it. */
  readonly memoryBytes: number;
  readonly residentBytes: number;
}

let publisher = new Publisher(0);
let port = 0;
let stop = (): void => undefined;

// The bench is gone: nothing is left behind.
process.on('disconnect', () => process.exit());
process.on('message', (command: ServerCommand) => void obey(command));

async function obey(command: ServerCommand): Promise<void> {
  switch (command.kind) {
    case 'listen':
      publisher = new Publisher(command.bodyLength);
      port = await listen(command.server === 'ours' ? serveOurs() : serveGraphqlWs());
      return report();
    case 'publishEvery': {
      const timer = setInterval(() => publisher.publish(), command.intervalMs);
      stop = () => clearInterval(timer);
      return;
    }
    case 'publishAll':
      for (let event = 0; event < command.events; event += 1) publisher.publish();
      return;
    case 'rest':
      stop();
      return report();
    case 'measure':
      return report();
  }
}

function report(): void {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { heapUsed, external, rss } = process.memoryUsage();
  const answer: ServerReport = {
    port,
    published: publisher.published,
    cpuUs: user + system,
    memoryBytes: heapUsed + external,
    residentBytes: rss,
  };
  process.send?.(answer);
}

const resolvers = {
  Subscription: {
    messages: { subscribe: (_: unknown, { after }: { after?: string }) => publisher.follow(after) },
  },
};

/** The gateway as it is: fleet, executor, hub and edge, its node in the same process. */
function serveOurs(): Server {
  const shape = { name: 'traffic', sdl: feedSdl };
  const published = createExecutableShape({
    name: 'traffic',
    sdl: `${feedSdl}\n${readSdl('fleet')}`,
    resolvers,
    onFault: console.error,
  });
  const roster = createRoster({ onFault: console.error });
  roster.add(createLocalLink({ node: 'n1', shapes: [published] }));
  const directory = {
    locate: async (agents: readonly string[]) =>
      new Map(agents.map((agent) => [agent, { node: 'n1', epoch: 1 }])),
    onChange: () => () => undefined,
  };
  const { supergraphSdl, access } = composeShapes([shape]);
  const subgraph = createFleetSubgraph({ shape: { ...shape, sdl: published.sdl }, roster, directory });
  const edge = createWebSocketEdge({
    operations: createOperations({ supergraphSdl, access, subgraphs: new Map([['traffic', subgraph]]) }),
    hub: createStreamHub(),
    authenticate: async () => undefined,
    allowNewOperation: () => true,
    onFault: console.error,
  });
  const server = createServer();
  server.on('upgrade', (request, socket, head) => edge.handleUpgrade(request, socket, head));
  return server;
}

/** The peer: graphql-ws with graphql-js and the same source, as its documentation has it. */
function serveGraphqlWs(): Server {
  const schema = buildSchema(`${feedSdl}\n${readSdl('fleet')}`);
  const field = schema.getSubscriptionType()?.getFields()['messages'];
  if (field) field.subscribe = (source, args) => resolvers.Subscription.messages.subscribe(source, args);
  const server = createServer();
  useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
  return server;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1', 4_096);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
