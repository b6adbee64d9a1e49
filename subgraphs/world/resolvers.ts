import type { Resolvers } from '../../schema/generated/world.ts';
import { createAgentResolvers } from './resolvers/agents.ts';
import { createEntityResolvers } from './resolvers/entities.ts';
import type { WorldServices } from './resolvers/services.ts';
import { createModerationResolvers } from './resolvers/moderation.ts';
import { createPlaceResolvers } from './resolvers/places.ts';
import { createRunningResolvers } from './resolvers/running.ts';
import { createStatsResolvers } from './resolvers/stats.ts';

/** The resolvers of world.graphql. */
export function createWorldResolvers(services: WorldServices) {
  const entities = createEntityResolvers(services);
  const agents = createAgentResolvers(services);
  const running = createRunningResolvers(services);
  const places = createPlaceResolvers(services);
  const moderation = createModerationResolvers(services);
  const stats = createStatsResolvers(services);
  return {
    ...entities,
    ...agents,
    ...moderation,
    ...stats,
    Query: {
      ...entities.Query,
      ...agents.Query,
      ...running.Query,
      ...places.Query,
      ...moderation.Query,
      ...stats.Query,
    },
    Mutation: {
      ...entities.Mutation,
      ...agents.Mutation,
      ...running.Mutation,
      ...places.Mutation,
      ...moderation.Mutation,
    },
    Subscription: { ...agents.Subscription, ...places.Subscription, ...stats.Subscription },
    Node: { ...entities.Node, ...agents.Node, ...stats.Node },
  } satisfies Resolvers;
}
