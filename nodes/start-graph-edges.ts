import type { CorsOptions } from '../gateway/edge/http-cors.ts';
import type { Authenticate } from '../gateway/edge/http-context.ts';
import { startHttpEdge } from '../gateway/edge/http-edge.ts';
import type { HttpRoute, UpgradeRoute } from '../gateway/edge/http-server.ts';
import { createNewOperationLimit } from '../gateway/edge/new-operation-limit.ts';
import { type WebSocketEdge, createWebSocketEdge } from '../gateway/edge/websocket-edge.ts';
import type { Operations } from '../gateway/execute/operation.ts';
import { createStreamHub } from '../gateway/subscribe/stream-hub.ts';
import type { Log } from './log.ts';

const graphPath = '/graphql';

export interface GraphEdgesOptions {
  readonly operations: Operations;
  readonly supergraphSdl: string;
  readonly log: Log;
  /** Without it every client is a stranger. */
  readonly authenticate?: Authenticate;
  readonly cors?: CorsOptions;
}

export interface GraphEdges {
  readonly routes: readonly HttpRoute[];
  readonly upgrades: readonly UpgradeRoute[];
  /** Who is signed in on a socket. */
  viewers: WebSocketEdge['viewers'];
  /** Cuts the sockets of these viewers. */
  closeSessions: WebSocketEdge['closeSessions'];
  /** Ends streams and sockets; call it before the HTTP server closes. Idempotent. */
  closeSockets(): Promise<void>;
  /** Call it when the HTTP server has closed. */
  close(): Promise<void>;
}

/** One graph for clients: queries and mutations over HTTP, everything over WebSockets, both on /graphql. */
export async function startGraphEdges(options: GraphEdgesOptions): Promise<GraphEdges> {
  const { operations, supergraphSdl, authenticate, cors, log } = options;
  const allowNewOperation = createNewOperationLimit();
  const onFault = (error: unknown) => log.error({ err: error }, 'a fault of ours while answering a client');
  const hub = createStreamHub();
  const http = await startHttpEdge({
    operations,
    supergraphSdl,
    allowNewOperation,
    onFault,
    ...(authenticate ? { authenticate } : {}),
    ...(cors ? { cors } : {}),
  });
  const sockets = createWebSocketEdge({
    operations,
    hub,
    allowNewOperation,
    onFault,
    authenticate: authenticate ?? (() => Promise.resolve(undefined)),
  });
  return {
    routes: [{ path: graphPath, handle: (request, response) => http.handle(request, response) }],
    upgrades: [
      {
        path: graphPath,
        handleUpgrade: (request, socket, head) => sockets.handleUpgrade(request, socket, head),
      },
    ],
    viewers: () => sockets.viewers(),
    closeSessions: (fates) => sockets.closeSessions(fates),
    closeSockets: () => {
      hub.close();
      return sockets.close();
    },
    close: () => http.close(),
  };
}
