import type { AgentStatus, Resolvers } from '../../../schema/generated/world.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { ownerOfAgent } from '../../../wire/ids.ts';
import { createConnectionResolvers } from '../../serve/page.ts';
import type { LogLine } from '../agents/agent-log.ts';
import { deployAgent } from '../agents/deploy-agent.ts';
import { pageAgents } from '../agents/page-agents.ts';
import { assertOwner, needViewer } from '../assert-owner.ts';
import type { AgentRow } from '../database.ts';
import type { WorldServices } from './services.ts';
import { assertThisNode, isAsked } from './this-node.ts';

/** Agents: their programs, status, memory and what they print. */
export function createAgentResolvers(services: WorldServices) {
  const { node, agents, agentLog, directory, disabledOwners, unread } = services;
  return {
    Query: {
      agents: (_root, { nodes, owner, status, ...range }) =>
        pageAgents(isAsked(node, nodes) ? agents : undefined, toFilter(owner, status), range),
    },
    Mutation: {
      deployAgent: (_root, { node: meant, input }, { viewer, viewerToken }) => {
        assertThisNode(node, meant);
        const { username } = needViewer(viewer);
        disabledOwners.assertEnabled(username);
        return deployAgent({ store: agents, agentLog, viewerToken, ...directory }, username, input);
      },
      setAgentStatus: async (_root, { id, status }, { viewer }) => {
        const { owner, status: before } = await agents.get(id);
        assertOwner(viewer, owner);
        if (status !== 'RUNNING' && status !== 'STOPPED') {
          throw codedError('BAD_USER_INPUT', `Expected RUNNING or STOPPED, got ${status}`);
        }
        // In the same turn as the write: an owner disabled later has the agent stopped behind it.
        if (status === 'RUNNING') disabledOwners.assertEnabled(owner);
        if (!(await agents.setStatus(id, status))) {
          throw codedError('CONFLICT', `The agent ${id} is moving; try again when it has arrived`);
        }
        if (status !== before) await agentLog.append(id, 'info', `Status: ${status}`);
        return agents.get(id);
      },
    },
    Subscription: {
      agentLog: {
        subscribe: (_root, { agent, after }, { viewer, signal }) => {
          // Before anything is told of it, even whether it is here.
          assertOwner(viewer, ownerOfAgent(agent));
          return agentLog.follow(agent, { after: after ?? undefined, signal });
        },
        resolve: (line: LogLine) => line,
      },
    },
    Node: {
      agents: (_node, { owner, status, ...range }) => pageAgents(agents, toFilter(owner, status), range),
    },
    Agent: {
      __resolveReference: ({ id }) => agents.get(id),
      id: (row) => row.agent_id,
      owner: (row) => ({ username: row.owner }),
      codeHash: (row) => row.code_hash,
      memory: (row, _args, { viewer }): unknown => {
        assertOwner(viewer, row.owner);
        return JSON.parse(row.memory);
      },
      cpuBucket: (row) => row.cpu_bucket,
      unread: (row, _args, { viewer }) => {
        assertOwner(viewer, row.owner);
        return unread(row.agent_id);
      },
    },
    AgentConnection: createConnectionResolvers<AgentRow>(),
  } satisfies Resolvers;
}

function toFilter(owner: string | null | undefined, status: AgentStatus | null | undefined) {
  return { owner: owner ?? undefined, status: status ?? undefined };
}
