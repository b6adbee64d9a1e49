import { readFile } from 'node:fs/promises';
import { createHealthRoutes } from '../gateway/edge/http-health.ts';
import { startHttpServer } from '../gateway/edge/http-server.ts';
import { createOperations } from '../gateway/execute/operations.ts';
import { createHttpSubgraph } from '../gateway/plain/http-subgraph.ts';
import { readSubgraphs } from '../gateway/plain/read-subgraphs.ts';
import type { Log } from './log.ts';
import { startGraphEdges } from './start-graph-edges.ts';

export interface PlainGatewayOptions {
  /** The SDL of a Federation 2 supergraph; its subgraphs are asked at the addresses that stand in it. */
  readonly supergraphFile: string;
  readonly port: number;
  readonly host: string;
  readonly log: Log;
}

export interface PlainGateway {
  readonly url: string;
  /** Idempotent. */
  close(): Promise<void>;
}

/**
 * Serves a supergraph of ordinary subgraphs at /graphql, over HTTP and WebSocket. Subgraphs are not asked at start: one that is down costs
 * only its own fields, then and later. Rejects when the file cannot be read or served, or the port is taken.
 */
export async function startPlainGateway(options: PlainGatewayOptions): Promise<PlainGateway> {
  const { supergraphFile, port, host, log } = options;
  const supergraphSdl = await readSupergraph(supergraphFile);
  const subgraphs = readSubgraphs(supergraphSdl).map(createHttpSubgraph);
  const onFault = (error: unknown) => log.error({ err: error }, 'a fault of ours');
  const operations = createOperations({
    supergraphSdl,
    subgraphs: new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph])),
    access: new Map(),
    onFault,
  });
  const edges = await startGraphEdges({ operations, supergraphSdl, log });
  const server = await startHttpServer({
    port,
    host,
    // Whoever connects finds it ready: the supergraph was loaded before the port was opened.
    routes: [...edges.routes, ...createHealthRoutes(() => true)],
    upgrades: edges.upgrades,
    onFault,
  });
  log.info(
    { url: server.url, subgraphs: subgraphs.map((subgraph) => subgraph.name) },
    'serving a supergraph',
  );

  const close = async () => {
    await Promise.all([edges.closeSockets(), server.close()]);
    await edges.close();
    await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
  };
  let closing: Promise<void> | undefined;
  return { url: server.url, close: () => (closing ??= close()) };
}

async function readSupergraph(file: string): Promise<string> {
  try {
    const sdl = await readFile(file, 'utf8');
    readSubgraphs(sdl);
    return sdl;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${file}: expected the SDL of a Federation 2 supergraph (${reason})`, { cause });
  }
}
