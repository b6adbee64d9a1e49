import type { SubscribePayload } from 'graphql-ws';
import { z } from 'zod';
import type { PublicKey } from '../../identity/public-key.ts';
import { closeCodes } from '../../schema/close-codes.ts';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import type { LinkWelcome } from '../../wire/link-vocabulary.ts';
import type { Viewer } from '../../wire/viewer.ts';
import { openShapeSocket, type ShapeSocket } from './open-shape-socket.ts';
import { type PeerNode, PeerSession } from './peer-session.ts';
import type { RoutedOperation, SocketConnection } from './socket-session.ts';

export interface LinkServerOptions {
  readonly node: string;
  /** Whose key this is; undefined, or a rejection with a `GraphQLError`, refuses the connection. */
  readonly recognise: (key: PublicKey | undefined) => PeerNode | undefined | Promise<PeerNode | undefined>;
  /** What the node publishes: for the initial node, which says on whose behalf each operation runs. */
  readonly shapes: readonly ExecutableShape[];
  /** What any node may ask, the initial one among them; it is told in the session who does. */
  readonly peerShapes?: readonly ExecutableShape[];
  /** On whose behalf the initial node, which has this key, asks. Rejects with a `GraphQLError` for a token that is none of its, or for another node. */
  readonly verifyViewer?: (initial: PublicKey) => (token: string) => Promise<Viewer>;
  readonly pingMs?: number;
  readonly pongMs?: number;
}

export interface LinkServer extends ShapeSocket {
  /** Cuts the connections of peers that this says no longer to be members. */
  cut(isGone: (peer: PeerNode) => boolean): void;
}

/** A node's end of LINK_PATH. */
export function createLinkServer(options: LinkServerOptions): LinkServer {
  const { node, recognise, shapes, peerShapes = [], pingMs, pongMs } = options;
  const forPeers = new Map(peerShapes.map((shape) => [shape.name, shape]));
  const forInitial = new Map([...shapes, ...peerShapes].map((shape) => [shape.name, shape]));
  const welcome: LinkWelcome = {
    node,
    shapes: Object.fromEntries(shapes.map(({ name, sdl }) => [name, sdl])),
  };
  const connections = new Map<PeerSession, SocketConnection>();
  const socket = openShapeSocket({
    maxOperations: limits.maxOperationsPerLink,
    maxConnections: limits.maxPeerConnections,
    pingMs,
    pongMs,
    accept: async (_hello, connection) => {
      const peer = await recognise(connection.peerKey);
      if (!peer) return undefined;
      const session = new PeerSession(peer);
      connections.set(session, connection);
      const { peerKey } = connection;
      const verify = peer.isInitial && peerKey ? options.verifyViewer?.(peerKey) : undefined;
      const known = peer.isInitial ? forInitial : forPeers;
      return {
        welcome: { ...welcome },
        route: (payload) => ({ ...route(payload, known, verify), session }),
        onClose: () => connections.delete(session),
      };
    },
  });
  return {
    ...socket,
    cut(isGone) {
      for (const [{ peer }, connection] of connections) {
        if (isGone(peer))
          connection.close(closeCodes.FORBIDDEN, `${peer.node} is no member of the network now`);
      }
    },
  };
}

const linkExtensions = z.object({
  shape: z.string(),
  viewer: z.string().optional(),
  timeoutMs: z.number().positive().optional(),
});

function route(
  payload: SubscribePayload,
  shapes: ReadonlyMap<string, ExecutableShape>,
  verifyViewer: ((token: string) => Promise<Viewer>) | undefined,
): RoutedOperation {
  const parsed = linkExtensions.safeParse(payload.extensions);
  if (!parsed.success) {
    throw codedError(
      'BAD_USER_INPUT',
      `Expected extensions of a link's operation: ${z.prettifyError(parsed.error)}`,
    );
  }
  const { viewer, timeoutMs } = parsed.data;
  const shape = shapes.get(parsed.data.shape);
  if (!shape) {
    throw codedError(
      'SUBGRAPH_FAILED',
      `This node has no subgraph ${JSON.stringify(parsed.data.shape)} for you`,
    );
  }
  // Without anybody who can tell whose it is, everybody is a stranger.
  return {
    shape,
    timeoutMs,
    ...(viewer === undefined ? {} : { viewer: verifyViewer?.(viewer), viewerToken: viewer }),
  };
}
