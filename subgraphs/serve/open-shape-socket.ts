import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { peerKeyOf } from '../../identity/peer-tls.ts';
import { closeCodes } from '../../schema/close-codes.ts';
import { limits } from '../../schema/limits.ts';
import { watchLiveness } from '../../wire/watch-liveness.ts';
import { createShapeProtocol } from './shape-protocol.ts';
import type { AcceptSession } from './socket-session.ts';

export interface ShapeSocketOptions {
  readonly accept: AcceptSession;
  /** Operations at a time on one connection; one more is answered RATE_LIMITED. */
  readonly maxOperations?: number;
  /** Connections at a time. One more takes the place of the oldest that has not been let in, or is refused with HTTP 503. */
  readonly maxConnections?: number;
  readonly pingMs?: number | undefined;
  readonly pongMs?: number | undefined;
}

export interface ShapeSocket {
  /** Takes a request to upgrade that has been routed here. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells every peer that the service goes, ends what they have under way, and destroys what does not close in time. Idempotent. */
  close(): Promise<void>;
}

/**
 * The serving end of graphql-transport-ws for whatever runs on executable shapes: the node's end of a link, a subgraph by itself, the network's own
 * schema. One operation's fault is that operation's answer and never closes the connection.
 */
export function openShapeSocket(options: ShapeSocketOptions): ShapeSocket {
  const { accept, maxOperations = limits.maxOperationsPerSocket } = options;
  const { maxConnections = limits.maxClientSockets } = options;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxRequestBytes,
    handleProtocols,
    ...firmClose,
  });
  const protocol = createShapeProtocol({ accept, maxOperations });
  /** Those that have not been let in yet, in the order in which they came. */
  const arriving = new Set<WebSocket>();
  let closing: Promise<void> | undefined;
  const makeRoom = (): boolean => {
    if (server.clients.size < maxConnections) return true;
    const [oldest] = arriving;
    oldest?.terminate();
    return oldest !== undefined && arriving.delete(oldest);
  };

  return {
    handleUpgrade(request, duplex, head) {
      if (closing || !makeRoom()) {
        duplex.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, duplex, head, (socket) => {
        // ws closes by itself after an error; without a listener the process would end.
        socket.on('error', () => undefined);
        watchLiveness(socket, request.socket, options);
        const arrived = (): void => void arriving.delete(socket);
        arriving.add(socket);
        socket.once('close', arrived);
        const peer = { clientAddress: addressOf(request), peerKey: peerKeyOf(request.socket) };
        protocol.open(socket, duplex, peer, arrived);
      });
    },
    close() {
      closing ??= closeAll(server);
      return closing;
    },
  };
}

// Spread, because @types/ws does not have this option of ws yet.
const firmClose = { closeTimeout: limits.linkCloseMs };

/** Undefined behind a forwarding proxy: the socket's address is the proxy's, and what a header says of the client's anybody may have written. */
function addressOf({ headers, socket }: IncomingMessage): string | undefined {
  const isForwarded = forwardingHeaders.some((header) => headers[header] !== undefined);
  return isForwarded ? undefined : socket.remoteAddress;
}

const forwardingHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** The ones that do not answer are destroyed after `closeTimeout`. */
async function closeAll(server: WebSocketServer): Promise<void> {
  const gone = [...server.clients].map(
    (socket) =>
      new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        socket.close(closeCodes.SERVICE_RESTART, 'The server is stopping');
      }),
  );
  await Promise.all(gone);
  server.close();
}
