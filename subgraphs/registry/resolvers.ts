import type { Resolvers } from '../../schema/generated/registry.ts';
import { createAgentResolvers } from './resolvers/agents.ts';
import { createLibraryResolvers } from './resolvers/library.ts';
import { createNodeResolvers } from './resolvers/nodes.ts';
import { createPeopleResolvers } from './resolvers/people.ts';
import type { RegistryServices } from './services.ts';

export function createRegistryResolvers(services: RegistryServices) {
  const people = createPeopleResolvers(services);
  const nodes = createNodeResolvers(services);
  const agents = createAgentResolvers(services);
  const library = createLibraryResolvers(services);
  return {
    ...people,
    ...nodes,
    ...agents,
    ...library,
    Query: { ...people.Query, ...nodes.Query, ...agents.Query, ...library.Query },
    Mutation: { ...people.Mutation, ...nodes.Mutation, ...library.Mutation },
  } satisfies Resolvers;
}
