import { readAnswer } from '../gateway/fleet/node-answer.ts';
import type { Roster } from '../gateway/fleet/roster.ts';
import { limits } from '../schema/limits.ts';
import { createPost } from '../subgraphs/traffic/create-post.ts';
import type { Post } from '../subgraphs/traffic/post.ts';
import { codedError } from '../wire/coded-error.ts';

export interface PostOverLinksOptions {
  /** The initial node's id. */
  readonly node: string;
  readonly roster: Roster;
  readonly locate: Post['locate'];
}

/** How the initial node brings messages to the others: over the links that the gateway has anyway. */
export function createPostOverLinks({ node: self, roster, locate }: PostOverLinksOptions): Post {
  return createPost({
    self,
    initial: self,
    locate,
    canReach: (node) => roster.get(node)?.state === 'UP',
    onReach: (listener) => watchLinks(roster, listener),
    ask: async (node, operation) => {
      const link = roster.get(node);
      if (!link) throw codedError('NODE_UNREACHABLE', `The node ${node} is not in the network`);
      const answer = await link.execute({ shape: 'peer', ...operation, timeoutMs: limits.requestDeadlineMs });
      const { data, errors } = readAnswer(node, answer);
      const [error] = errors;
      if (error) throw codedError(error.code, error.message);
      return data;
    },
  });
}

/** Calls back with each node whose link comes up; returns the function that ends it. */
function watchLinks(roster: Roster, listener: (node: string) => void): () => void {
  const unfollow = new Map<string, () => void>();
  const follow = (node: string): void => {
    unfollow.get(node)?.();
    unfollow.delete(node);
    const link = roster.get(node);
    if (!link) return;
    unfollow.set(
      node,
      link.onStateChange((state) => void (state === 'UP' && listener(node))),
    );
    if (link.state === 'UP') listener(node);
  };
  for (const { node } of roster.members()) follow(node);
  const stop = roster.onChange(({ node }) => follow(node));
  return () => {
    stop();
    for (const end of unfollow.values()) end();
  };
}
