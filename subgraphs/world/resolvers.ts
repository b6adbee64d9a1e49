import type { Resolvers } from '../../schema/generated/world.ts';
import { createAgentResolvers } from './resolvers/agents.ts';
import { createEntityResolvers } from './resolvers/entities.ts';
import type { WorldServices } from './resolvers/services.ts';
import { createStatsResolvers } from './resolvers/stats.ts';

/** The resolvers of world.graphql. */
export function createWorldResolvers(services: WorldServices) {
  const entities = createEntityResolvers(services);
  const agents = createAgentResolvers(services);
  const stats = createStatsResolvers(services);
  return {
    ...entities,
    ...agents,
    ...stats,
    Query: { ...entities.Query, ...agents.Query, ...stats.Query },
    Mutation: { ...entities.Mutation, ...agents.Mutation },
    Subscription: { ...agents.Subscription, ...stats.Subscription },
    Node: { ...entities.Node, ...agents.Node, ...stats.Node },
  } satisfies Resolvers;
}
