import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Registry } from '../../subgraphs/registry/registry.ts';
import { openShapeSocket } from '../../subgraphs/serve/open-shape-socket.ts';
import { NETWORK_PATH } from '../../wire/link-vocabulary.ts';

export interface NetworkServer {
  readonly url: string;
  readonly port: number;
  /** Idempotent; the end of the test does the same. */
  close(): Promise<void>;
}

/** The network service of a registry, behind real sockets. */
export async function startNetworkServer({ network }: Registry, port = 0): Promise<NetworkServer> {
  const socket = openShapeSocket({ accept: network.accept });
  const server = createServer();
  server.on('upgrade', (request, duplex, head) => socket.handleUpgrade(request, duplex, head));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  const close = async () => {
    server.close();
    await socket.close();
  };
  onTestFinished(close);
  return { url: `ws://127.0.0.1:${address.port}${NETWORK_PATH}`, port: address.port, close };
}
