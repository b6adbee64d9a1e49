import type { Resolvers } from '../../../schema/generated/registry.ts';
import type { RegistryServices } from '../services.ts';

/** Agents: where each lives. */
export function createAgentResolvers({ load }: RegistryServices) {
  return {
    Query: {
      agent: async (_root, { id }) => (await load.agent(id)) ?? null,
    },
    Agent: {
      __resolveReference: async ({ id }) => (await load.agent(id)) ?? null,
      id: (agent) => agent.agent_id,
      node: async (agent) => (await load.node(agent.node_id)) ?? null,
    },
  } satisfies Resolvers;
}
