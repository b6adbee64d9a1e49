import type { Resolvers } from '../../../schema/generated/world.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { ownerOfAgent } from '../../../wire/ids.ts';
import { type Viewer, hasRole } from '../../../wire/viewer.ts';
import { createConnectionResolvers } from '../../serve/page.ts';
import { assertOwner, needViewer } from '../assert-owner.ts';
import type { ResourceUsageRow, StatsRow } from '../database.ts';
import type { ReportedSample } from '../stats/reported-stats.ts';
import { pageHistory } from '../stats/page-history.ts';
import { parseSample } from '../stats/stats-sample.ts';
import type { StatsSample } from '../stats/stats-sample.ts';
import type { WorldServices } from './services.ts';
import { isAsked } from './this-node.ts';

const shortestIntervalMs = 100;
const longestIntervalMs = 60_000;
const usualIntervalMs = 1_000;

/** Statistics: now, live, as they were; what processes used; the sums of the network. */
export function createStatsResolvers(services: WorldServices) {
  const { node, stats, history, reported } = services;
  return {
    Query: {
      totals: async (_root, { nodes }) => (isAsked(node, nodes) ? addUp(services) : noTotals),
    },
    Subscription: {
      nodeStats: {
        subscribe: (_root, { nodes, intervalMs }, { signal }) => {
          const everyMs = readInterval(intervalMs);
          return stats.watch(everyMs, isAsked(node, nodes) ? signal : AbortSignal.abort());
        },
        resolve: (sample: StatsSample) => sample,
      },
    },
    Node: {
      // A row of another node would come back without its fields, or with ours.
      __resolveReference: async ({ id }) => {
        if (id === node) return { id };
        throw codedError('MOVED', `This is the node ${node}, not ${JSON.stringify(id.slice(0, 80))}`);
      },
      stats: () => stats.latest,
      statsHistory: async (_node, range) => {
        const scope = `world/stats/${node}`;
        const page = await pageHistory<StatsRow>(
          {
            scope,
            list: (asked) => history.listStats(asked),
            count: (...asked) => history.countStats(...asked),
          },
          range,
        );
        return { ...page, edges: page.edges.map((edge) => ({ ...edge, node: parseSample(edge.node.data) })) };
      },
      reportedStats: async (_node, { of, ...range }) => {
        const page = await pageHistory<StatsRow>(
          {
            scope: `world/reported/${node}`,
            list: (asked) => reported.list(of, asked),
            count: (...asked) => reported.count(of, ...asked),
          },
          range,
        );
        const edges = page.edges.map(({ cursor, node: { node_id, data } }) => ({
          cursor,
          node: { of: node_id, ...parseSample(data) },
        }));
        return { ...page, edges };
      },
      resourceUsage: (_node, { username, ...range }, { viewer }) => {
        const whose = readUsername(needViewer(viewer), username);
        const filter = { of: 'PROCESSES', username: whose } as const;
        return pageHistory<ResourceUsageRow>(
          {
            scope: `world/usage/${node}`,
            list: (asked) => history.listUsage(filter, asked),
            count: (...asked) => history.countUsage(filter, ...asked),
          },
          range,
        );
      },
      agentUsage: (_node, { username, agent, ...range }, { viewer }) => {
        const owner = username ?? (agent == null ? undefined : ownerOfAgent(agent));
        const whose = readUsername(needViewer(viewer), owner);
        const filter = { of: 'AGENTS', username: whose, agent: agent ?? undefined } as const;
        return pageHistory<ResourceUsageRow>(
          {
            scope: `world/agent-usage/${node}`,
            list: (asked) => history.listUsage(filter, asked),
            count: (...asked) => history.countUsage(filter, ...asked),
          },
          range,
        );
      },
    },
    NodeStats: { node: () => ({ id: node }) },
    NodeStatsConnection: createConnectionResolvers<StatsSample>(),
    ReportedStatsConnection: createConnectionResolvers<ReportedSample>(),
    ResourceUsage: {
      processPid: (row) => row.process_pid,
      cpuPercent: (row) => row.cpu_percent,
      memoryUsage: (row) => row.memory_usage,
      networkSent: (row) => row.network_sent,
      networkReceived: (row) => row.network_received,
      diskRead: (row) => row.disk_read,
      diskWrite: (row) => row.disk_write,
    },
    ResourceUsageConnection: createConnectionResolvers<ResourceUsageRow>(),
    AgentUsage: {
      agent: (row) => row.agent_id ?? '',
      cpuMs: (row) => row.cpu_ms,
      messagesReceived: (row) => row.messages_received,
      messagesSent: (row) => row.messages_sent,
      networkReceived: (row) => row.network_received,
      networkSent: (row) => row.network_sent,
      logLines: (row) => row.log_lines,
    },
    AgentUsageConnection: createConnectionResolvers<ResourceUsageRow>(),
  } satisfies Resolvers;
}

const noTotals = { nodes: 0, entities: 0, agents: 0, runningAgents: 0, memoryMb: 0, messagesPerSecond: 0 };

async function addUp({ entities, desk: { store: agents }, stats }: WorldServices) {
  const { memoryMb, messagesPerSecond } = stats.latest;
  return {
    nodes: 1,
    entities: await entities.count(),
    agents: await agents.count(),
    runningAgents: await agents.count({ status: 'RUNNING' }),
    memoryMb,
    messagesPerSecond,
  };
}

function readInterval(intervalMs: number | null | undefined): number {
  const everyMs = intervalMs ?? usualIntervalMs;
  if (everyMs >= shortestIntervalMs && everyMs <= longestIntervalMs) return everyMs;
  throw codedError(
    'BAD_USER_INPUT',
    `Expected intervalMs to be from ${shortestIntervalMs} to ${longestIntervalMs}, got ${everyMs}`,
  );
}

/** Whose rows: undefined for everybody's. */
function readUsername(viewer: Viewer, username: string | null | undefined): string | undefined {
  if (username === null || username === undefined)
    return hasRole(viewer, 'ADMIN') ? undefined : viewer.username;
  assertOwner(viewer, username);
  return username;
}
