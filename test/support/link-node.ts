import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { secure } from '../../identity/peer-tls.ts';
import { createViewerVerifier } from '../../identity/viewer-verifier.ts';
import { createNodeDoor } from '../../port/node-door.ts';
import { openPort } from '../../port/open-port.ts';
import { type LinkServerOptions, createLinkServer } from '../../subgraphs/serve/create-link-server.ts';
import type { ShapeSocket } from '../../subgraphs/serve/open-shape-socket.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import { type Dial, dialTcp } from '../../wire/dial.ts';
import { LINK_PATH } from '../../wire/link-vocabulary.ts';
import type { Link, LinkState } from '../../wire/link.ts';
import { type Identity, initialIdentity, nodeIdentity } from './node-keys.ts';

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

export interface LinkNodeOptions extends Partial<LinkServerOptions> {
  readonly shapes: readonly ExecutableShape[];
  readonly port?: number;
  readonly identity?: Identity;
}

export interface LinkNode {
  readonly port: number;
  /** As the initial node dials it, there or at another port that leads there. */
  readonly dial: (port?: number) => ReturnType<Dial>;
  /** Idempotent. */
  readonly close: () => Promise<void>;
}

/** The node's end of a link, behind mutual TLS, which lets in the initial node of these tests alone; closed when the test has finished. */
export async function startLinkNode(options: LinkNodeOptions): Promise<LinkNode> {
  const identity = options.identity ?? (await nodeIdentity);
  const initial = await initialIdentity;
  const links = createLinkServer({
    node: 'n1',
    recognise: (key) =>
      key?.fingerprint === initial.key.publicKey.fingerprint
        ? { node: 'initial', isInitial: true }
        : undefined,
    verifyViewer: (issuer) => createViewerVerifier({ issuer, audience: options.node ?? 'n1' }),
    ...options,
  });
  const door = createNodeDoor(identity.certificate, [
    { path: LINK_PATH, handleUpgrade: (request, socket, head) => links.handleUpgrade(request, socket, head) },
  ]);
  const opened = await openPort({
    port: options.port ?? 0,
    host: '127.0.0.1',
    guests: { node: (socket) => door.accept(socket) },
  });
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    await links.close();
    door.close();
    await opened.close();
  };
  const node = {
    port: opened.port,
    dial: async (at = opened.port) =>
      secure(await dialTcp({ host: '127.0.0.1', port: at }, 3_000), {
        certificate: initial.certificate,
        accepts: ({ fingerprint }) => fingerprint === identity.key.publicKey.fingerprint,
        timeoutMs: 3_000,
      }),
    close: () => (closing ??= closeAll()),
  };
  onTestFinished(node.close);
  return node;
}

/** Dials without TLS, what only tests of the protocol do. */
export function plainDial(port: number): Dial {
  return () => dialTcp({ host: '127.0.0.1', port }, 3_000);
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
