/** A node that has come over a connection, known by its key. */
export interface PeerNode {
  readonly node: string;
  readonly isInitial: boolean;
}

/** Of one connection of a node: what resolvers of peer.graphql get as `context.session`. */
export class PeerSession {
  readonly peer: PeerNode;

  constructor(peer: PeerNode) {
    this.peer = peer;
  }
}
