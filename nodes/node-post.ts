import { z } from 'zod';
import { readAnswer } from '../gateway/fleet/node-answer.ts';
import { limits } from '../schema/limits.ts';
import { createPost } from '../subgraphs/traffic/create-post.ts';
import type { Post } from '../subgraphs/traffic/post.ts';
import { codedError } from '../wire/coded-error.ts';
import type { DirectLinks } from './direct-links.ts';
import type { NetworkBook } from './network-book.ts';
import type { NetworkClient } from './network-client.ts';

export interface NodePostOptions {
  /** This node's id, and the initial node's. */
  readonly self: string;
  readonly initial: string;
  readonly network: Pick<NetworkClient, 'ask' | 'status'>;
  readonly book: NetworkBook;
  /** Undefined where this node and the others talk through the initial node only. */
  readonly direct: DirectLinks | undefined;
  /** Calls back each time that this node has registered as a member; returns the function that ends it. */
  readonly onMember: (listener: () => void) => () => void;
}

/** How a node brings messages to the others: to the initial node over the connection that it has there, to the rest over links of its own. */
export function createNodePost(options: NodePostOptions): Post {
  const { self, initial, network, book, direct, onMember } = options;
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
    ask: async (node, { query, variables }) => {
      if (node === initial) {
        return network.ask({
          query,
          variables: { ...variables },
          extensions: { shape: 'peer' },
          answer: z.unknown(),
        });
      }
      const link = direct?.get(node);
      if (!link) throw codedError('NODE_UNREACHABLE', `There is no direct way to the node ${node}`);
      const answer = await link.execute({
        shape: 'peer',
        query,
        variables,
        timeoutMs: limits.requestDeadlineMs,
      });
      const { data, errors } = readAnswer(node, answer);
      const [error] = errors;
      if (error) throw codedError(error.code, error.message);
      return data;
    },
  });
}
