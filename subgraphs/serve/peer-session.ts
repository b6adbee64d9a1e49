import { closeCodes } from '../../schema/close-codes.ts';
import type { SocketConnection } from './socket-session.ts';

/** A node that has come over a connection, known by its key. */
export interface PeerNode {
  readonly node: string;
  readonly isInitial: boolean;
}

/** Of one connection of a node: what resolvers of peer.graphql get as `context.session`. */
export class PeerSession {
  readonly peer: PeerNode;
  readonly #connection: SocketConnection;

  constructor(peer: PeerNode, connection: SocketConnection) {
    this.peer = peer;
    this.#connection = connection;
  }

  /** The node is no member any more. */
  cut(): void {
    this.#connection.close(closeCodes.FORBIDDEN, `${this.peer.node} is not a member of the network any more`);
  }
}
