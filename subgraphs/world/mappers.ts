import type { Page } from '../serve/page.ts';
import type { AgentRow, EntityRow, ModerationRow, ResourceUsageRow } from './database.ts';
import type { ReportedSample } from './stats/reported-stats.ts';
import type { StatsSample } from './stats/stats-sample.ts';

/** What resolvers pass on for the types of the graph, as codegen.ts names it. */
export interface NodeReference {
  readonly id: string;
}
export type EntityPage = Page<EntityRow>;
export type AgentPage = Page<AgentRow>;
export type StatsPage = Page<StatsSample>;
export type ReportedStatsPage = Page<ReportedSample>;
export type ResourceUsagePage = Page<ResourceUsageRow>;
export type ModerationPage = Page<ModerationRow>;
