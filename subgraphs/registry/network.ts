import { GraphQLError } from 'graphql';
import { closeCodes } from '../../schema/close-codes.ts';
import { limits } from '../../schema/limits.ts';
import { readSdl } from '../../schema/read-sdl.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import { type ShapeOptions, createExecutableShape } from '../serve/create-executable-shape.ts';
import { PeerSession } from '../serve/peer-session.ts';
import type { AcceptSession } from '../serve/socket-session.ts';
import { createNetworkCallers } from './network-caller.ts';
import type { NodeRow } from './database.ts';
import { type NetworkServices, createNetworkResolvers } from './network-resolvers.ts';
import { LiveSessions, NetworkSession } from './network-session.ts';
import { findAllKeys, findKeyHolder } from './node-keys.ts';

/** What nodes ask of the initial node, for the socket that listens on NETWORK_PATH. */
export interface NetworkService {
  /** network.graphql. A request needs the session of its connection, as `accept` routes it. */
  readonly shape: ExecutableShape;
  /** Lets in whoever has a key; what it may then do depends on whose that is. UNAUTHENTICATED for a connection without one. */
  readonly accept: AcceptSession;
  /** Ends every connection of a node with 1001. */
  close(): void;
}

export function createNetworkService(
  services: NetworkServices & {
    /** What members may ask of any node. */
    readonly peerShapes: () => readonly ExecutableShape[];
  },
  onFault: ShapeOptions['onFault'],
): NetworkService {
  const live = new LiveSessions();
  const callers = createNetworkCallers(services.db, services.now);
  /** Looks at each call who asks: an approval or a revocation holds at once. */
  const membersOnly = (peers: ExecutableShape, session: NetworkSession): ExecutableShape => ({
    ...peers,
    execute: async (request) => {
      try {
        const { node_id: node } = await callers.member({ session });
        return await peers.execute({ ...request, session: new PeerSession({ node, isInitial: false }) });
      } catch (error) {
        if (error instanceof GraphQLError) return { errors: [error] };
        throw error;
      }
    },
  });
  const shape = createExecutableShape({
    name: 'network',
    sdl: readSdl('network'),
    resolvers: createNetworkResolvers(services, live),
    onFault,
  });
  const closeAllOf = (node: NodeRow, reason: string): void => {
    // The table is asked and not the row alone: an older key may still be in use.
    findAllKeys(services.db, node.id).then(
      (keys) => live.close(keys, closeCodes.FORBIDDEN, reason),
      () => live.close([node.fingerprint], closeCodes.FORBIDDEN, reason),
    );
  };
  const leaving = new Set<NodeJS.Timeout>();
  const stopListening = services.members.changes.listen(({ kind, node }) => {
    if (kind === 'REVOKED') closeAllOf(node, `${node.node_id} has been thrown out of the network`);
    if (kind !== 'RETIRED') return;
    // It has asked for this itself, and is still to hear the answer.
    const timer = setTimeout(() => {
      leaving.delete(timer);
      closeAllOf(node, `${node.node_id} has left`);
    }, limits.linkCloseMs);
    leaving.add(timer);
  });

  return {
    shape,
    accept: async (_hello, connection) => {
      if (!connection.peerKey)
        throw codedError('UNAUTHENTICATED', 'Expected a certificate of an ed25519 key');
      const session = new NetworkSession(connection, connection.peerKey);
      live.add(session);
      try {
        const holder = await findKeyHolder(services.db, session.key.fingerprint, services.now());
        live.awaitRegistration(session, holder !== undefined);
      } catch (error) {
        live.release(session);
        throw error;
      }
      return {
        route: ({ extensions }) => {
          const asked = extensions?.['shape'];
          if (asked !== 'peer' && asked !== 'reports') return { shape, session };
          const peers = services.peerShapes().find(({ name }) => name === asked);
          if (!peers) throw codedError('SUBGRAPH_FAILED', 'This node takes nothing of others yet');
          return { shape: membersOnly(peers, session) };
        },
        onClose: () => live.release(session),
      };
    },
    close: () => {
      stopListening();
      for (const timer of leaving) clearTimeout(timer);
      live.closeAll(closeCodes.GOING_AWAY, 'The initial node is stopping');
    },
  };
}
