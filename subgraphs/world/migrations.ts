import { type Kysely, type Migration, sql } from 'kysely';
import { agentStatuses, entityTypes, resolutions } from './database.ts';

/** The world's tables, step by step; a step that has been released never changes. */
export const worldMigrations: Readonly<Record<string, Migration>> = {
  '001-entities': { up: createEntities },
  '002-agents': { up: createAgents },
  '003-stats': { up: createStats },
  '101-stats-resolution': { up: addResolutions },
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

async function index(db: Kysely<unknown>, table: string, columns: readonly string[]): Promise<void> {
  const name = [table, 'by', ...columns].join('_');
  await db.schema
    .createIndex(name)
    .on(table)
    .columns([...columns])
    .execute();
}
