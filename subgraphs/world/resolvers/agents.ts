import type { AgentStatus, Resolvers } from '../../../schema/generated/world.ts';
import { ownerOfAgent } from '../../../wire/ids.ts';
import type { Viewer } from '../../../wire/viewer.ts';
import { createConnectionResolvers } from '../../serve/page.ts';
import type { LogLine } from '../agents/agent-log.ts';
import { changeStatus } from '../agents/change-status.ts';
import { deleteAgent } from '../agents/delete-agent.ts';
import { deployAgent } from '../agents/deploy-agent.ts';
import { pageAgents } from '../agents/page-agents.ts';
import { rollBackAgent, updateAgent } from '../agents/update-agent.ts';
import { assertOwner, needViewer } from '../assert-owner.ts';
import type { AgentRow } from '../database.ts';
import { bucketNow } from '../running/cpu-bucket.ts';
import type { WorldServices } from './services.ts';
import { assertThisNode, isAsked } from './this-node.ts';

/** Agents: their programs, status, memory and what they print. */
export function createAgentResolvers(services: WorldServices) {
  const { node, clock, desk, secrets, mail, places, moderation, unread } = services;
  const { store: agents, agentLog } = desk;
  /** An agent that the viewer may change. */
  const getOwn = async (id: string, viewer: Viewer | undefined): Promise<AgentRow> => {
    const row = await agents.get(id);
    assertOwner(viewer, row.owner);
    return row;
  };
  return {
    Query: {
      agents: (_root, { nodes, owner, status, ...range }) =>
        pageAgents(isAsked(node, nodes) ? agents : undefined, toFilter(owner, status), range),
    },
    Mutation: {
      deployAgent: (_root, { node: meant, input }, { viewer, viewerToken }) => {
        assertThisNode(node, meant);
        return deployAgent(desk, { owner: needViewer(viewer).username, input, viewerToken });
      },
      updateAgent: async (_root, { id, code }, { viewer }) =>
        updateAgent(desk, await getOwn(id, viewer), code),
      rollbackAgent: async (_root, { id, version }, { viewer }) =>
        rollBackAgent(desk, await getOwn(id, viewer), version ?? undefined),
      deleteAgent: async (_root, { id }, { viewer }) => {
        await getOwn(id, viewer);
        places.touched(await deleteAgent(desk, mail, id));
        return id;
      },
      setAgentStatus: async (_root, { id, status, reason }, { viewer: asking }) => {
        const viewer = needViewer(asking);
        const decision = await changeStatus(desk, viewer, { id, status, reason });
        if (decision) {
          const at = new Date(clock()).toISOString();
          await moderation.note({ ...decision, at, moderator: viewer.username, subject: id });
        }
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
      cpuBucket: (row) => (row.cpu_bucket === null ? null : Math.floor(bucketNow(row, clock()))),
      statusReason: (row) => row.status_reason,
      secrets: async (row, _args, { viewer }) => {
        assertOwner(viewer, row.owner);
        return [...(await secrets.names(row.agent_id))];
      },
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
