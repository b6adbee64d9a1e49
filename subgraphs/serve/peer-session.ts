import { codedError } from '../../wire/coded-error.ts';
import type { ShapeContext } from './shape-context.ts';

/** A node that has come over a connection, known by its key. */
export interface PeerNode {
  readonly node: string;
  readonly isInitial: boolean;
}

/** Of one connection of a node: what resolvers of peer.graphql and reports.graphql get as `context.session`. */
export class PeerSession {
  readonly peer: PeerNode;

  constructor(peer: PeerNode) {
    this.peer = peer;
  }
}

/** Who asks; FORBIDDEN for anybody who has not come over a link between nodes. */
export function needPeer({ session }: Pick<ShapeContext, 'session'>): PeerNode {
  if (session instanceof PeerSession) return session.peer;
  throw codedError('FORBIDDEN', 'Only for nodes, over the links between them');
}
