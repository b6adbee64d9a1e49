import { closeCodes } from '../../schema/close-codes.ts';
import { readSdl } from '../../schema/read-sdl.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import { type ShapeOptions, createExecutableShape } from '../serve/create-executable-shape.ts';
import type { AcceptSession } from '../serve/socket-session.ts';
import { createNetworkResolvers } from './network-resolvers.ts';
import { LiveSessions, NetworkSession } from './network-session.ts';
import { recogniseNode } from './register-node.ts';
import type { RegistryServices } from './services.ts';

type NetworkServices = Pick<RegistryServices, 'db' | 'now' | 'members' | 'directory'>;

/** What nodes ask of the initial node, for the socket that listens on NETWORK_PATH. */
export interface NetworkService {
  /** network.graphql. A request needs the session of its connection, as `accept` routes it. */
  readonly shape: ExecutableShape;
  /**
   * Lets a connection in by its `connection_init` (a `LinkHello`). With a node's id and secret it is that node's at once, and an earlier one of
   * the same node is closed with 4410; with neither it may register. Rejects with JOIN_REFUSED, or with NODE_REVOKED for a node that was thrown
   * out.
   */
  readonly accept: AcceptSession;
  /** Ends every connection of a registered node with 1001. */
  close(): void;
}

export function createNetworkService(
  services: NetworkServices,
  onFault: ShapeOptions['onFault'],
): NetworkService {
  const live = new LiveSessions();
  const shape = createExecutableShape({
    name: 'network',
    sdl: readSdl('network'),
    directives: '',
    resolvers: createNetworkResolvers(services, live),
    onFault,
  });
  const stopListening = services.members.changes.listen(({ kind, node }) => {
    if (kind === 'REVOKED')
      live.close(node.node_id, closeCodes.FORBIDDEN, `${node.node_id} has been thrown out of the network`);
  });

  return {
    shape,
    accept: async (hello, connection) => {
      const session = new NetworkSession(connection);
      await recognise(services, live, session, hello);
      return { route: () => ({ shape, session }), onClose: () => live.release(session) };
    },
    close: () => {
      stopListening();
      live.closeAll(closeCodes.GOING_AWAY, 'The initial node is stopping');
    },
  };
}

/** Binds the session to the node whose id and secret the greeting holds; one without them stays unbound. JOIN_REFUSED, NODE_REVOKED. */
async function recognise(
  { db }: NetworkServices,
  live: LiveSessions,
  session: NetworkSession,
  { node: id, secret }: Readonly<Record<string, unknown>>,
): Promise<void> {
  if (id === undefined && secret === undefined) return;
  const node = await recogniseNode(db, { id: String(id), secret: String(secret) });
  live.bind(session, node.node_id);
}
