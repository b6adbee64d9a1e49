import type { AgentLog } from '../agents/agent-log.ts';
import type { AgentStore } from '../agents/agent-store.ts';
import type { AgentDirectory } from '../agents/deploy-agent.ts';
import type { DisabledOwners } from '../agents/disabled-owners.ts';
import type { EntityFiles } from '../entities/entity-files.ts';
import type { EntityStore } from '../entities/entity-store.ts';
import type { StatsFeed } from '../stats/stats-feed.ts';
import type { StatsStore } from '../stats/stats-store.ts';

/** What the resolvers work with. */
export interface WorldServices {
  /** This node's id. */
  readonly node: string;
  readonly entities: EntityStore;
  readonly entityFiles: EntityFiles;
  readonly agents: AgentStore;
  readonly agentLog: AgentLog;
  readonly directory: AgentDirectory;
  readonly disabledOwners: DisabledOwners;
  readonly unread: (agent: string) => Promise<number>;
  readonly stats: StatsFeed;
  readonly history: StatsStore;
}
