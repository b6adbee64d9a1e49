import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { limits } from '../../schema/limits.ts';
import type { Viewer } from '../../wire/viewer.ts';
import type { Authenticate } from './http-context.ts';
import type { OperationServices } from './websocket-operation.ts';
import { type SessionLimits, WebSocketSession } from './websocket-session.ts';

export interface WebSocketEdgeOptions extends OperationServices {
  /** Who a session's token stands for; undefined or a rejection with a GraphQLError when it is not valid. */
  readonly authenticate: Authenticate;
  /** Where a connection comes from; behind a proxy of one's own that is in a header. */
  readonly addressOf?: (request: IncomingMessage) => string;
  readonly limits?: Partial<EdgeLimits>;
}

interface EdgeLimits extends SessionLimits {
  readonly maxRequestBytes: number;
  readonly maxClientSockets: number;
  readonly clientPingMs: number;
  readonly clientDrainMs: number;
}

export interface WebSocketEdge {
  /** Takes over a connection that asks for an upgrade on the path of GraphQL. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Who is signed in on a socket: one entry for each socket, the very object that `authenticate` gave. */
  viewers(): readonly Viewer[];
  /** Cuts the sockets of these viewers: with 4403 when the session has ENDED, with 1012, on which clients come back, when the role has CHANGED. */
  closeSessions(fates: ReadonlyMap<Viewer, 'ENDED' | 'CHANGED'>): void;
  /** Idempotent. Refuses new sockets and operations, lets running queries end for a moment, closes all sockets. Close the hub first. */
  close(): Promise<void>;
}

/** Serves GraphQL to clients over WebSockets: queries, mutations and subscriptions, by graphql-transport-ws. */
export function createWebSocketEdge(options: WebSocketEdgeOptions): WebSocketEdge {
  const allLimits: EdgeLimits = { ...limits, ...options.limits };
  const { addressOf = (request) => request.socket.remoteAddress ?? '' } = options;
  const sessions = new Set<WebSocketSession>();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: allLimits.maxRequestBytes,
    // Events are small and go to many: compressing each for each socket costs more than it saves.
    perMessageDeflate: false,
    // A client that speaks another protocol is let in, so that it can be told by the close code.
    handleProtocols: (offered) => handleProtocols(offered) || ([...offered][0] ?? false),
  });
  const beats = setInterval(() => {
    for (const session of sessions) session.heartbeat.beat();
  }, allLimits.clientPingMs);
  beats.unref();
  let closing: Promise<void> | undefined;

  const close = async () => {
    clearInterval(beats);
    await Promise.race([
      Promise.all([...sessions].map((session) => session.stop())),
      delay(allLimits.clientDrainMs, undefined, { ref: false }),
    ]);
    const closed = new Promise((resolve) => server.close(resolve));
    for (const session of sessions) session.close('GOING_AWAY', 'The server is stopping');
    await Promise.race([closed, delay(allLimits.clientDrainMs, undefined, { ref: false })]);
    for (const client of server.clients) client.terminate();
    await closed;
  };

  return {
    handleUpgrade: (request, socket, head) => {
      if (closing || sessions.size >= allLimits.maxClientSockets) return refuse(socket);
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const session = new WebSocketSession({
          webSocket,
          request,
          clientAddress: addressOf(request),
          authenticate: options.authenticate,
          services: options,
          limits: allLimits,
        });
        sessions.add(session);
        webSocket.on('close', () => sessions.delete(session));
      });
    },
    viewers: () => [...sessions].flatMap((session) => session.viewer ?? []),
    closeSessions: (fates) => {
      for (const session of sessions) {
        const fate = session.viewer && fates.get(session.viewer);
        if (fate === 'ENDED') session.close('FORBIDDEN', 'The session has ended');
        if (fate === 'CHANGED') session.close('SERVICE_RESTART', 'The role has changed');
      }
    },
    close: () => (closing ??= close()),
  };
}

function refuse(socket: Duplex): void {
  // A peer that is gone before it reads this is no fault.
  socket.on('error', () => undefined);
  socket.end(
    'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n',
  );
}
