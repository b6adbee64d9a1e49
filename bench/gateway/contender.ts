import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { pino } from 'pino';
import { startHttpEdge } from '../../gateway/edge/http-edge.ts';
import { startHttpServer } from '../../gateway/edge/http-server.ts';
import { createOperations } from '../../gateway/execute/operations.ts';
import { createHttpSubgraph } from '../../gateway/plain/http-subgraph.ts';
import { startPlainGateway } from '../../nodes/start-plain-gateway.ts';
import { composeCatalog } from './catalog.ts';
import { startFloor } from './floor.ts';

interface Urls {
  readonly products: string;
  readonly reviews: string;
}

/** Each starts a server for the catalogue and returns where it takes GraphQL. One per process. */
const contenders = {
  'floor: node:http + pool.request': (urls: Urls) => startFloor(urls, 'request'),
  'floor: node:http + dispatch': (urls: Urls) => startFloor(urls, 'dispatch'),
  'codecraft gateway': startOurs,
  'codecraft gateway, all through Apollo Server': startOursThroughApollo,
  'Apollo Server + @apollo/gateway, as documented': startApollo,
} as const;

export type Contender = keyof typeof contenders;
export const contenderNames = Object.keys(contenders) as readonly Contender[];

async function startOurs(urls: Urls): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'codecraft-bench-'));
  const supergraphFile = join(folder, 'supergraph.graphql');
  writeFileSync(supergraphFile, composeCatalog(urls));
  const log = pino({ level: 'silent' });
  const gateway = await startPlainGateway({ supergraphFile, port: 0, host: '127.0.0.1', log });
  rmSync(folder, { recursive: true });
  return `${gateway.url}/graphql`;
}

async function startOursThroughApollo(urls: Urls): Promise<string> {
  const supergraphSdl = composeCatalog(urls);
  const subgraphs = (['products', 'reviews'] as const).map((name) =>
    createHttpSubgraph({ name, url: urls[name] }),
  );
  const onFault = (error: unknown) => console.error(error);
  const operations = createOperations({
    supergraphSdl,
    subgraphs: new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph])),
    access: new Map(),
  });
  const edge = await startHttpEdge({
    operations,
    supergraphSdl,
    allowNewOperation: () => true,
    onFault,
    isFastPathOpen: false,
  });
  const routes = [{ path: '/graphql', handle: edge.handle }];
  const { url } = await startHttpServer({ port: 0, host: '127.0.0.1', routes, onFault });
  return `${url}/graphql`;
}

async function startApollo(urls: Urls): Promise<string> {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const gateway = new ApolloGateway({ supergraphSdl: composeCatalog(urls) });
  const server = new ApolloServer({ gateway, nodeEnv: 'production', stopOnTerminationSignals: false });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  return url;
}

/** As a child process: starts the one that it is told, then answers each message with the CPU time that it has used, in microseconds. */
if (process.send) {
  process.once('disconnect', () => process.exit());
  process.once('message', ({ name, urls }: { name: Contender; urls: Urls }) => {
    void contenders[name](urls).then((url) => {
      process.send?.({ url });
      process.on('message', () => {
        const { user, system } = process.cpuUsage();
        process.send?.({ cpuMicroseconds: user + system });
      });
    });
  });
}
