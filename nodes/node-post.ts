import { createPost } from '../subgraphs/traffic/create-post.ts';
import type { Post } from '../subgraphs/traffic/post.ts';
import type { AskNode } from './ask-node.ts';
import type { DirectLinks } from './direct-links.ts';
import type { NetworkBook } from './network-book.ts';
import type { NetworkClient } from './network-client.ts';

export interface NodePostOptions {
  /** This node's id, and the initial node's. */
  readonly self: string;
  readonly initial: string;
  readonly network: Pick<NetworkClient, 'status'>;
  readonly ask: AskNode;
  readonly book: NetworkBook;
  /** Undefined where this node and the others talk through the initial node only. */
  readonly direct: DirectLinks | undefined;
  /** Calls back each time that this node has registered as a member; returns the function that ends it. */
  readonly onMember: (listener: () => void) => () => void;
}

/** How a node brings messages to the others: to the initial node over the connection that it has there, to the rest over links of its own. */
export function createNodePost(options: NodePostOptions): Post {
  const { self, initial, network, ask, book, direct, onMember } = options;
  return createPost({
    self,
    initial,
    locate: async (agents, { fresh = false } = {}) => {
      const homes = await book.homes(agents, { fresh });
      return new Map([...homes].map(([agent, { node, epoch }]) => [agent, { node, epoch }]));
    },
    canReach: (node) =>
      node === initial ? network.status.phase === 'MEMBER' : direct?.get(node)?.state === 'UP',
    onReach: (listener) => {
      const stops = [onMember(() => listener(initial)), direct?.onUp(listener)];
      return () => {
        for (const stop of stops) stop?.();
      };
    },
    ask: (node, operation) => ask(node, { shape: 'peer', ...operation }),
  });
}
