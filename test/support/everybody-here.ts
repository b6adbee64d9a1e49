import { createPost } from '../../subgraphs/traffic/create-post.ts';

/** The post of a network with one node, on which all agents of alice and bob live. */
export function everybodyHere() {
  return createPost({
    self: 'main',
    initial: 'main',
    locate: async (agents) => {
      const claimed = agents.filter((agent) => /^(alice|bob)\//.test(agent));
      return new Map(claimed.map((agent) => [agent, { node: 'main', epoch: 1 }]));
    },
    canReach: () => false,
    onReach: () => () => undefined,
    ask: () => Promise.reject(new Error('Expected nobody to be asked')),
  });
}
