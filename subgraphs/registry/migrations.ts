import { type Kysely, type Migration, sql } from 'kysely';
import { entityTypes, moveStates, moveSteps, nodeStatuses, nodeTypes, userRoles } from './database.ts';

/** The registry's tables, step by step; a step that has been released never changes. */
export const registryMigrations: Readonly<Record<string, Migration>> = {
  '001-people': { up: createPeople },
  '002-nodes': { up: createNodes },
  '003-agents-and-library': { up: createAgentsAndLibrary },
  '004-sessions': { up: createSessions },
  '101-node-keys': { up: createNodeKeys },
  '102-muted-people': { up: addMutes },
  '201-moves': { up: createMoves },
  '202-move-events': { up: createMoveEvents },
  '203-checkpoint-parts': { up: createCheckpointParts },
  '204-copies-of-moves': { up: countCopies },
};

const oneOf = (column: string, values: readonly string[]) =>
  sql`${sql.ref(column)} in (${sql.join(values.map((value) => sql.lit(value)))})`;

async function createPeople(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('username', 'text', (column) => column.notNull().unique())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull().check(oneOf('role', userRoles)))
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('session_generation', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createTable('session_keys')
    .addColumn('key_id', 'text', (column) => column.primaryKey())
    .addColumn('private_key', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .execute();
}

async function createNodes(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('nodes')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('node_id', 'text', (column) => column.notNull().unique())
    .addColumn('node_name', 'text', (column) => column.notNull())
    .addColumn('node_type', 'text', (column) => column.notNull().check(oneOf('node_type', nodeTypes)))
    .addColumn('ip_address', 'text', (column) => column.notNull())
    .addColumn('port', 'integer', (column) => column.notNull())
    .addColumn('last_seen', 'timestamp')
    .addColumn('owner', 'text')
    .addColumn('public_key', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull().check(oneOf('status', nodeStatuses)))
    .addColumn('secret', 'text', (column) => column.notNull())
    .addColumn('registered_at', 'text', (column) => column.notNull())
    .addColumn('departed_at', 'text')
    .addColumn('revoked_reason', 'text')
    .addColumn('proxy', 'text')
    .execute();
  await db.schema
    .createTable('join_tokens')
    .addColumn('token_hash', 'text', (column) => column.primaryKey())
    .addColumn('node_type', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('used_by', 'text')
    .execute();
}

/** Nodes that had a secret before come again by the key that they have told. */
async function createNodeKeys(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('node_keys')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('node', 'integer', (column) => column.notNull())
    .addColumn('public_key', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull().unique())
    .addColumn('valid_from', 'text', (column) => column.notNull())
    .addColumn('valid_to', 'text')
    .execute();
  await db.schema.createIndex('node_keys_by_node').on('node_keys').column('node').execute();
  // Of several nodes that told the same key the latest has it.
  await sql`insert into node_keys (node, public_key, fingerprint, valid_from)
    select max(id), public_key, fingerprint, min(registered_at) from nodes group by fingerprint`.execute(db);
  await db.schema.alterTable('nodes').dropColumn('secret').execute();
  await db.schema.alterTable('nodes').addColumn('retired_at', 'text').execute();
}

async function createAgentsAndLibrary(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('agent_homes')
    .addColumn('agent_id', 'text', (column) => column.primaryKey())
    .addColumn('node_id', 'text')
    .addColumn('epoch', 'integer', (column) => column.notNull())
    .addColumn('claimed_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('agent_homes_by_node').on('agent_homes').column('node_id').execute();
  await db.schema
    .createTable('library_entries')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('entity_type', 'text', (column) => column.notNull().check(oneOf('entity_type', entityTypes)))
    .addColumn('data', 'text', (column) => column.notNull())
    .addColumn('entity_id', 'text', (column) => column.notNull())
    .addColumn('published_by', 'text', (column) => column.notNull())
    .addColumn('published_at', 'text', (column) => column.notNull())
    .addUniqueConstraint('one_row_per_version', ['name', 'version'])
    .execute();
}

/** Sessions from before it end: their tokens name no row. */
async function createSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('last_seen_at', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'text', (column) => column.notNull())
    .addColumn('client', 'text')
    .addColumn('ended_at', 'text')
    .execute();
  await db.schema.createIndex('sessions_by_person').on('sessions').column('username').execute();
  await db.schema.createIndex('sessions_by_end').on('sessions').column('expires_at').execute();
  await db.schema.alterTable('users').dropColumn('session_generation').execute();
  await db.schema.alterTable('users').addColumn('disabled_at', 'text').execute();
  await db.schema.alterTable('users').addColumn('disabled_reason', 'text').execute();
  await db.schema
    .createIndex('users_disabled')
    .on('users')
    .column('username')
    .where(sql.ref('disabled_at'), 'is not', null)
    .execute();
}

async function addMutes(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('users').addColumn('muted_at', 'text').execute();
  await db.schema.alterTable('users').addColumn('muted_reason', 'text').execute();
  await db.schema
    .createIndex('users_muted')
    .on('users')
    .column('username')
    .where(sql.ref('muted_at'), 'is not', null)
    .execute();
}

async function createMoves(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('agent_homes').addColumn('move_id', 'text').execute();
  await db.schema
    .createTable('moves')
    .addColumn('move_id', 'text', (column) => column.primaryKey())
    .addColumn('agent_id', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('spool', 'text', (column) => column.notNull())
    .addColumn('epoch', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull().check(oneOf('state', moveStates)))
    .addColumn('step', 'text', (column) => column.notNull().check(oneOf('step', moveSteps)))
    .addColumn('copy_sha256', 'text')
    .addColumn('rest_sha256', 'text')
    .addColumn('is_takeover', 'integer', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('left_ms', 'integer', (column) => column.notNull())
    .addColumn('begun_at', 'text', (column) => column.notNull())
    .addColumn('ended_at', 'text')
    .execute();
  await db.schema.createIndex('moves_by_agent').on('moves').columns(['agent_id', 'begun_at']).execute();
  await db.schema
    .createIndex('moves_open')
    .on('moves')
    .column('state')
    .where(sql.ref('state'), 'in', sql`('MOVING', 'COMMITTED')`)
    .execute();
  await db.schema
    .createTable('checkpoints')
    .addColumn('agent_id', 'text', (column) => column.primaryKey())
    .addColumn('epoch', 'integer', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .addColumn('taken_at', 'text', (column) => column.notNull())
    .execute();
}

/** Numbers rise, those of rows that are gone too. */
async function createMoveEvents(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('move_events')
    .addColumn('sequence', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('agent_id', 'text', (column) => column.notNull())
    .addColumn('move_id', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('at', 'text', (column) => column.notNull())
    .execute();
  for (const columns of [['agent_id', 'sequence'], ['move_id', 'sequence'], ['at']]) {
    await db.schema.createIndex(`move_events_by_${columns[0]}`).on('move_events').columns(columns).execute();
  }
}

async function createCheckpointParts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('checkpoint_parts')
    .addColumn('agent_id', 'text', (column) => column.notNull())
    .addColumn('part', 'integer', (column) => column.notNull())
    .addColumn('parts', 'integer', (column) => column.notNull())
    .addColumn('epoch', 'integer', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('checkpoint_parts_in_order', ['agent_id', 'part'])
    .execute();
}

async function countCopies(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('moves')
    .addColumn('copies', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
