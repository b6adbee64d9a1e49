import { type Kysely, type Migration, sql } from 'kysely';
import { agentStatuses, entityTypes, resolutions } from './database.ts';

/** The world's tables, step by step; a step that has been released never changes. */
export const worldMigrations: Readonly<Record<string, Migration>> = {
  '001-entities': { up: createEntities },
  '002-agents': { up: createAgents },
  '003-stats': { up: createStats },
  '004-running': { up: createRunning },
  '005-places': { up: createPlaces },
  '006-moderation': { up: createModeration },
  '101-stats-resolution': { up: addResolutions },
  '102-agent-usage': { up: addAgentUsage },
  '103-reported-stats': { up: (db) => index(db, 'stats', ['node_id', 'resolution', 'timestamp']) },
};

const oneOf = (column: string, values: readonly string[]) =>
  sql`${sql.ref(column)} in (${sql.join(values.map((value) => sql.lit(value)))})`;

async function createEntities(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('entities')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('entity_type', 'text', (column) => column.notNull().check(oneOf('entity_type', entityTypes)))
    .addColumn('entity_id', 'text', (column) => column.notNull().unique())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .addColumn('node_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('position', 'text', (column) => column.unique())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .execute();
  // Each filter of `entities` with the order of its pages.
  await index(db, 'entities', ['entity_type', 'position']);
  await index(db, 'entities', ['owner', 'position']);
  await index(db, 'entities', ['owner', 'entity_type', 'position']);
  await db.schema
    .createTable('broken_files')
    .addColumn('path', 'text', (column) => column.primaryKey())
    .addColumn('line', 'integer', (column) => column.notNull())
    .addColumn('column', 'integer', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('since', 'text', (column) => column.notNull())
    .addColumn('entity_id', 'text')
    .execute();
}

async function createAgents(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('agents')
    .addColumn('agent_id', 'text', (column) => column.primaryKey())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull().check(oneOf('status', agentStatuses)))
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('code_hash', 'text', (column) => column.notNull())
    .addColumn('memory', 'text', (column) => column.notNull())
    .addColumn('cpu_bucket', 'integer')
    .addColumn('epoch', 'integer', (column) => column.notNull())
    .addColumn('log_sequence', 'integer', (column) => column.notNull())
    .addColumn('position', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .execute();
  await index(db, 'agents', ['owner', 'position']);
  await index(db, 'agents', ['status', 'position']);
  await db.schema
    .createTable('agent_logs')
    .addColumn('agent_id', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('level', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('agent_logs_key', ['agent_id', 'sequence'])
    .execute();
}

async function createStats(db: Kysely<unknown>): Promise<void> {
  // AUTOINCREMENT: ids are cursors, so one is never given twice, also when the newest rows are gone.
  await db.schema
    .createTable('stats')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('timestamp', 'timestamp', (column) => column.notNull())
    .addColumn('node_id', 'text', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('resource_usage')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('timestamp', 'timestamp', (column) => column.notNull())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('node_id', 'text', (column) => column.notNull())
    .addColumn('process_pid', 'integer', (column) => column.notNull())
    .addColumn('cpu_percent', 'real', (column) => column.notNull())
    .addColumn('memory_usage', 'real', (column) => column.notNull())
    .addColumn('network_sent', 'integer', (column) => column.notNull())
    .addColumn('network_received', 'integer', (column) => column.notNull())
    .addColumn('disk_read', 'integer', (column) => column.notNull())
    .addColumn('disk_write', 'integer', (column) => column.notNull())
    .execute();
  await index(db, 'resource_usage', ['username', 'id']);
}

/** Minutes and hours beside the seconds. */
async function addResolutions(db: Kysely<unknown>): Promise<void> {
  for (const table of ['stats', 'resource_usage']) {
    await db.schema
      .alterTable(table)
      .addColumn('resolution', 'text', (column) =>
        column.notNull().defaultTo('second').check(oneOf('resolution', resolutions)),
      )
      .execute();
    await index(db, table, ['resolution', 'timestamp']);
  }
}

/** Rows of agents beside those of processes; each kind is read by itself. */
async function addAgentUsage(db: Kysely<unknown>): Promise<void> {
  const counts = [
    'cpu_ms real',
    'messages_sent integer',
    'messages_received integer',
    'log_lines integer',
  ].map((column) => `alter table resource_usage add column ${column} not null default 0`);
  const statements = [
    'alter table resource_usage add column agent_id text',
    ...counts,
    'drop index resource_usage_by_username_id',
    `create index resource_usage_of_processes on resource_usage (username, resolution, id) where agent_id is null`,
    `create index resource_usage_of_agents on resource_usage (agent_id, resolution, id) where agent_id is not null`,
    `create index resource_usage_of_agents_by_owner on resource_usage (username, resolution, id) where agent_id is not null`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** What running agents needs: how far each has come, its versions, timers and secrets. A line of a log carries the epoch in which it was printed. */
async function createRunning(db: Kysely<unknown>): Promise<void> {
  const columns = [
    'version integer not null default 1',
    'succeeded integer not null default 0',
    'failures integer not null default 0',
    'status_reason text',
    'held_by text',
    'resumes_as text',
    'run integer not null default 0',
    'seed integer not null default 0',
    'handlers text',
    'start_due integer not null default 1',
    'arrived_from text',
    'move_to text',
    'location text',
    'memory_bytes integer not null default 0',
    'cpu_bucket_at integer not null default 0',
    'penalties integer not null default 0',
    'penalty_until integer not null default 0',
  ];
  for (const column of columns) await sql.raw(`alter table agents add column ${column}`).execute(db);
  const statements = [
    `update agents set memory_bytes = length(cast(memory as blob)), seed = abs(random()) % 4294967296`,
    `create index agents_by_location on agents (location, position) where location is not null`,
    `create table agent_versions (
      agent_id text not null, version integer not null, restores integer, code text not null, code_hash text not null, at text not null,
      primary key (agent_id, version))`,
    `insert into agent_versions select agent_id, version, null, code, code_hash, updated_at from agents`,
    `create table agent_timers (
      agent_id text not null, timer text not null, due integer not null, payload text not null,
      primary key (agent_id, timer))`,
    `create index agent_timers_by_due on agent_timers (agent_id, due)`,
    `create table agent_secrets (
      agent_id text not null, name text not null, value text not null, primary key (agent_id, name)) without rowid`,
    `create table agent_lines (
      agent_id text not null, epoch integer not null, sequence integer not null, at text not null, level text not null, text text not null,
      primary key (agent_id, epoch, sequence))`,
    `insert into agent_lines
      select agent_logs.agent_id, agents.epoch, sequence, at, level, text from agent_logs join agents using (agent_id)`,
    `drop table agent_logs`,
    `alter table agent_lines rename to agent_logs`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

async function createPlaces(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table places (location text primary key, last_sequence integer not null) without rowid`,
    `create table happenings (
      location text not null, sequence integer not null, kind text not null, agent text not null, text text, at text not null,
      primary key (location, sequence))`,
    `create index entities_by_place on entities (json_extract(data, '$.location')) where position is not null`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** Apart from `entities`, so that what is deleted and made again stays hidden. */
async function createModeration(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table hidden_entities (entity_id text primary key) without rowid`,
    `create table moderation (
      id integer primary key autoincrement, at text not null, moderator text not null, action text not null, subject text not null,
      reason text)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

async function index(db: Kysely<unknown>, table: string, columns: readonly string[]): Promise<void> {
  const name = [table, 'by', ...columns].join('_');
  await db.schema
    .createIndex(name)
    .on(table)
    .columns([...columns])
    .execute();
}
