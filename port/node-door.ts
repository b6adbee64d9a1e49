import { type IncomingMessage, createServer } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type TLSSocket, createServer as createTlsServer } from 'node:tls';
import { peerTls } from '../identity/peer-tls.ts';
import type { NodeCertificate } from '../identity/node-certificate.ts';
import { limits } from '../schema/limits.ts';
import { addressBlock } from '../wire/address-block.ts';
import { type ArrivalsOptions, createArrivals } from '../wire/arrivals.ts';

/** Takes requests to upgrade on one path; `request.socket` is the TLS connection. */
export interface NodeRoute {
  readonly path: string;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface NodeDoor {
  /** A connection, over TCP or through a tunnel, of which nothing has been read. */
  accept(stream: Duplex): void;
  /** Cuts every connection, also those still in their handshake. Idempotent. */
  close(): void;
}

/**
 * Where other nodes come in: mutual TLS 1.3, and on it WebSockets. Lets in whoever has a certificate; whose key it is the routes have to ask
 * (`peerKeyOf`), since the registry's table decides on that and not an authority.
 */
export function createNodeDoor(
  certificate: NodeCertificate,
  routes: readonly NodeRoute[],
  options: Partial<ArrivalsOptions> = {},
): NodeDoor {
  const streams = new Set<Duplex>();
  const arrivals = createArrivals({
    max: limits.maxNodeArrivals,
    maxPerPlace: limits.maxNodeArrivalsPerAddress,
    timeoutMs: limits.nodeArrivalMs,
    ...options,
  });
  /** Those that still have to say what they want, by where they come from: Node does not tell which stream is below a TLS connection. */
  const arriving = new Map<string, () => void>();
  // Nodes have nothing to ask but to upgrade.
  const http = createServer((_request, response) => void response.writeHead(426).end());
  http.on('upgrade', (request, socket: Duplex, head) => {
    arriving.get(placeOf(request.socket))?.();
    const route = routes.find(({ path }) => path === request.url);
    if (route) route.handleUpgrade(request, socket, head);
    else socket.destroy();
  });
  http.on('clientError', (_error, socket) => void socket.destroy());
  const tls = createTlsServer(
    { ...peerTls(certificate), requestCert: true, handshakeTimeout: limits.connectionInitTimeoutMs },
    (socket: TLSSocket) => http.emit('connection', socket),
  );
  tls.on('tlsClientError', (_error, socket) => void socket.destroy());

  return {
    accept(stream) {
      streams.add(stream);
      stream.once('close', () => streams.delete(stream));
      stream.on('error', () => undefined);
      // A channel of a tunnel comes from a node that is known, and is counted there.
      if (stream instanceof Socket) {
        const place = placeOf(stream);
        const arrived = arrivals.enter(addressBlock(stream.remoteAddress ?? ''), () => stream.destroy());
        arriving.set(place, arrived);
        stream.once('close', () => {
          arrived();
          if (arriving.get(place) === arrived) arriving.delete(place);
        });
      }
      tls.emit('connection', stream);
    },
    close() {
      for (const stream of streams) stream.destroy();
    },
  };
}

function placeOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
