import type { Generated, Kysely, Selectable } from 'kysely';
import type { AgentStatus, HappeningKind, ModerationAction } from '../../schema/generated/world.ts';

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
/** How much a line of an agent's log matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Times are ISO 8601 in UTC, as `Date.toISOString` writes them, so that they sort as text. */
export interface WorldTables {
  readonly entities: EntitiesTable;
  readonly broken_files: BrokenFilesTable;
  readonly agents: AgentsTable;
  readonly agent_logs: AgentLogsTable;
  readonly agent_versions: AgentVersionsTable;
  readonly agent_timers: AgentTimersTable;
  readonly agent_secrets: AgentSecretsTable;
  readonly places: PlacesTable;
  readonly happenings: HappeningsTable;
  readonly hidden_entities: HiddenEntitiesTable;
  readonly moderation: ModerationTable;
  readonly stats: StatsTable;
  readonly resource_usage: ResourceUsageTable;
}

export type WorldDatabase = Kysely<WorldTables>;
/** A transaction of the caller's: as a type no more than a database, so that one over more tables of the same file will do. */
export type WorldTransaction = WorldDatabase;

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
  readonly memory_bytes: Generated<number>;
  /** CPU in ms that it might still use at `cpu_bucket_at`; NULL until something has run it. */
  readonly cpu_bucket: number | null;
  readonly cpu_bucket_at: Generated<number>;
  /** The directory's epoch of this stay. */
  readonly epoch: number;
  /** Sequence of its latest log line: kept here so that it outlives the lines. */
  readonly log_sequence: number;
  /** Its place in the order of the network (agents/agent-identity.ts). */
  readonly position: string;
  readonly created_at: string;
  readonly updated_at: string;
  /** Rises with each program and each return to an older one. */
  readonly version: Generated<number>;
  /** Inputs in which this version has not failed. */
  readonly succeeded: Generated<number>;
  /** Inputs in a row, up to the latest, in which it has failed. */
  readonly failures: Generated<number>;
  /** Why it has its status, where somebody has said so. */
  readonly status_reason: string | null;
  /** The admin who has stopped it with a reason, without whom it does not start. */
  readonly held_by: string | null;
  /** While it is MOVING: what it was before, and is again when it stays. */
  readonly resumes_as: AgentStatus | null;
  /** Inputs that have been committed; whoever commits has to know it, so that two never do for the same. */
  readonly run: Generated<number>;
  /** From which, with `run`, what is random in a run is made. */
  readonly seed: Generated<number>;
  /** JSON: names of the handlers that this version has; NULL until it has run. */
  readonly handlers: string | null;
  readonly start_due: Generated<number>;
  /** The node from which it has come, until its program has been told. */
  readonly arrived_from: string | null;
  /** The node to which its program wants to go. */
  readonly move_to: string | null;
  /** Id of the location where its avatar is. */
  readonly location: string | null;
  /** Times in a row that it was cut off. */
  readonly penalties: Generated<number>;
  /** It does not run before, in ms since 1970. */
  readonly penalty_until: Generated<number>;
}

/** The newest versions of each program, the current one among them. */
interface AgentVersionsTable {
  readonly agent_id: string;
  readonly version: number;
  /** The version whose code this one took up again. */
  readonly restores: number | null;
  readonly code: string;
  readonly code_hash: string;
  readonly at: string;
}

interface AgentTimersTable {
  readonly agent_id: string;
  /** Unique in its agent. */
  readonly timer: string;
  /** In ms since 1970. */
  readonly due: number;
  /** JSON. */
  readonly payload: string;
}

interface AgentSecretsTable {
  readonly agent_id: string;
  readonly name: string;
  readonly value: string;
}

interface AgentLogsTable {
  readonly agent_id: string;
  /** The stay in which it was printed. */
  readonly epoch: number;
  /** Rises by one per agent, also from one stay to the next. */
  readonly sequence: number;
  readonly at: string;
  readonly level: LogLevel;
  readonly text: string;
}

/** Locations where something has happened. */
interface PlacesTable {
  readonly location: string;
  /** Of its latest happening. */
  readonly last_sequence: number;
}

interface HappeningsTable {
  readonly location: string;
  /** Rises by one in each location. */
  readonly sequence: number;
  readonly kind: HappeningKind;
  readonly agent: string;
  /** What was said. */
  readonly text: string | null;
  readonly at: string;
}

interface HiddenEntitiesTable {
  readonly entity_id: string;
}

interface ModerationTable {
  readonly id: Generated<number>;
  readonly at: string;
  /** The admin. */
  readonly moderator: string;
  readonly action: ModerationAction;
  /** The agent or the entity. */
  readonly subject: string;
  readonly reason: string | null;
}

interface StatsTable {
  readonly id: Generated<number>;
  readonly timestamp: string;
  readonly node_id: string;
  /** JSON of a `StatsSample` (stats/stats-sample.ts): of a minute or an hour the average, at its beginning. */
  readonly data: string;
  readonly resolution: Generated<Resolution>;
}

/**
 * Of a process network and disk are bytes since it started. A row with an `agent_id` is of an agent: what it used since its row before, network being the bodies
 * of its messages; its memory and its disk are those of the process in which it ran, and 0 here.
 */
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
  /** Of a minute or an hour: the average of CPU, the most of memory, and what had been counted at its end; of an agent the sums. */
  readonly resolution: Generated<Resolution>;
  readonly agent_id: string | null;
  /** These of agents only. */
  readonly cpu_ms: Generated<number>;
  readonly messages_sent: Generated<number>;
  readonly messages_received: Generated<number>;
  readonly log_lines: Generated<number>;
}

export type EntityRow = Selectable<EntitiesTable>;
export type BrokenFileRow = Selectable<BrokenFilesTable> & {
  /** Whether the last good version of that entity serves. */
  readonly serves: boolean;
};
export type AgentRow = Selectable<AgentsTable>;
export type AgentLogRow = Selectable<AgentLogsTable>;
export type HappeningRow = Selectable<HappeningsTable>;
export type ModerationRow = Selectable<ModerationTable>;
export type StatsRow = Selectable<StatsTable>;
export type ResourceUsageRow = Selectable<ResourceUsageTable>;
