import type { Generated, Kysely, Selectable } from 'kysely';
import type { AgentStatus } from '../../schema/generated/world.ts';

/** As in the column `entity_type`; an avatar is the body of an agent. */
export const entityTypes = ['location', 'npc', 'item', 'avatar'] as const;
export const agentStatuses = [
  'RUNNING',
  'STOPPED',
  'MOVING',
  'FAILED',
] as const satisfies readonly AgentStatus[];

/** For how long a row of stats stands. */
export const resolutions = ['second', 'minute', 'hour'] as const;
export type Resolution = (typeof resolutions)[number];

/** Times are ISO 8601 in UTC, as `Date.toISOString` writes them, so that they sort as text. */
export interface WorldTables {
  readonly entities: EntitiesTable;
  readonly broken_files: BrokenFilesTable;
  readonly agents: AgentsTable;
  readonly agent_logs: AgentLogsTable;
  readonly stats: StatsTable;
  readonly resource_usage: ResourceUsageTable;
}

export type WorldDatabase = Kysely<WorldTables>;

interface EntitiesTable {
  readonly id: Generated<number>;
  readonly entity_type: (typeof entityTypes)[number];
  /** `<node>/<owner>/<type>/<name>`; of an avatar the id of its agent. */
  readonly entity_id: string;
  /** A username, or "system" for what is shared. */
  readonly owner: string;
  /** JSON, compact. */
  readonly data: string;
  readonly node_id: string;
  readonly name: string;
  /** Its place in the order of the network (entities/entity-identity.ts). NULL for avatars: they are listed as agents. */
  readonly position: string | null;
  readonly updated_at: string;
}

interface BrokenFilesTable {
  /** Below the node's folder, with `/`. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
  readonly since: string;
  /** What the file would be, whether or not a last good version serves. */
  readonly entity_id: string | null;
}

interface AgentsTable {
  /** `<owner>/<name>`. */
  readonly agent_id: string;
  readonly owner: string;
  readonly name: string;
  readonly status: AgentStatus;
  readonly code: string;
  /** SHA-256 of the code, in hex. */
  readonly code_hash: string;
  /** JSON, compact. */
  readonly memory: string;
  /** CPU that it may still use; NULL until something runs it. */
  readonly cpu_bucket: number | null;
  /** The directory's epoch of this stay. */
  readonly epoch: number;
  /** Sequence of its latest log line: kept here so that it outlives the lines. */
  readonly log_sequence: number;
  /** Its place in the order of the network (agents/agent-identity.ts). */
  readonly position: string;
  readonly created_at: string;
  readonly updated_at: string;
}

interface AgentLogsTable {
  readonly agent_id: string;
  /** Rises by one per agent. */
  readonly sequence: number;
  readonly at: string;
  readonly level: string;
  readonly text: string;
}

interface StatsTable {
  readonly id: Generated<number>;
  readonly timestamp: string;
  readonly node_id: string;
  /** JSON of a `StatsSample` (stats/stats-sample.ts): of a minute or an hour the average, at its beginning. */
  readonly data: string;
  readonly resolution: Generated<Resolution>;
}

/** Network and disk are bytes since the process started. */
interface ResourceUsageTable {
  readonly id: Generated<number>;
  readonly timestamp: string;
  /** On whose behalf the process runs. */
  readonly username: string;
  readonly node_id: string;
  readonly process_pid: number;
  readonly cpu_percent: number;
  /** MB. */
  readonly memory_usage: number;
  readonly network_sent: number;
  readonly network_received: number;
  readonly disk_read: number;
  readonly disk_write: number;
  /** Of a minute or an hour: the average of CPU, the most of memory, and what had been counted at its end. */
  readonly resolution: Generated<Resolution>;
}

export type EntityRow = Selectable<EntitiesTable>;
export type BrokenFileRow = Selectable<BrokenFilesTable> & {
  /** Whether the last good version of that entity serves. */
  readonly serves: boolean;
};
export type AgentRow = Selectable<AgentsTable>;
export type AgentLogRow = Selectable<AgentLogsTable>;
export type StatsRow = Selectable<StatsTable>;
export type ResourceUsageRow = Selectable<ResourceUsageTable>;
