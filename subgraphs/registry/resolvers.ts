import type { Resolvers } from '../../schema/generated/registry.ts';
import { createAgentResolvers } from './resolvers/agents.ts';
import { createLibraryResolvers } from './resolvers/library.ts';
import { createNodeResolvers } from './resolvers/nodes.ts';
import { createPeopleResolvers } from './resolvers/people.ts';
import { createSessionResolvers } from './resolvers/sessions.ts';
import type { RegistryServices } from './services.ts';

export function createRegistryResolvers(services: RegistryServices) {
  const people = createPeopleResolvers(services);
  const sessions = createSessionResolvers(services);
  const nodes = createNodeResolvers(services);
  const agents = createAgentResolvers(services);
  const library = createLibraryResolvers(services);
  return {
    ...people,
    ...sessions,
    ...nodes,
    ...agents,
    ...library,
    Query: { ...people.Query, ...sessions.Query, ...nodes.Query, ...agents.Query, ...library.Query },
    Mutation: {
      ...people.Mutation,
      ...sessions.Mutation,
      ...nodes.Mutation,
      ...agents.Mutation,
      ...library.Mutation,
    },
    Subscription: { ...nodes.Subscription, ...agents.Subscription },
  } satisfies Resolvers;
}
