import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { createLinkServer } from '../../subgraphs/serve/create-link-server.ts';
import type { ShapeSocket } from '../../subgraphs/serve/open-shape-socket.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import { LINK_PATH } from '../../wire/link-vocabulary.ts';
import type { Link, LinkState } from '../../wire/link.ts';

export interface ListeningSocket {
  readonly port: number;
  readonly url: string;
  /** Idempotent. */
  close(): Promise<void>;
}

/** An HTTP server on a port of its own (or this one) that only upgrades; closed when the test has finished. */
export async function listenForUpgrades(
  shapeSocket: ShapeSocket,
  path: string,
  port = 0,
): Promise<ListeningSocket> {
  const server = createServer((_, response) => response.writeHead(404).end());
  server.on('upgrade', (request, socket, head) => shapeSocket.handleUpgrade(request, socket, head));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    await shapeSocket.close();
    await closed;
  };
  const listening = {
    port: address.port,
    url: `ws://127.0.0.1:${address.port}${path}`,
    close: () => (closing ??= close()),
  };
  onTestFinished(listening.close);
  return listening;
}

export interface LinkNodeOptions {
  readonly node?: string;
  readonly secret?: string;
  readonly shapes: readonly ExecutableShape[];
  readonly port?: number;
}

/** The node's end of a link. */
export function startLinkNode(options: LinkNodeOptions): Promise<ListeningSocket> {
  const { node = 'n1', secret = 'a secret', shapes, port } = options;
  return listenForUpgrades(createLinkServer({ node, secret: () => secret, shapes }), LINK_PATH, port);
}

/** Resolves when the link is in this state, at once if it is. */
export function linkIs(link: Link, state: LinkState): Promise<void> {
  return new Promise((resolve) => {
    if (link.state === state) return resolve();
    const stop = link.onStateChange((now) => {
      if (now !== state) return;
      stop();
      resolve();
    });
  });
}
