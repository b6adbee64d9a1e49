import type { Kysely, Migration } from 'kysely';

/** The tables of traffic, step by step; a step that has been released never changes. */
export const trafficMigrations: Readonly<Record<string, Migration>> = {
  '001-messages': { up: createMessages },
};

async function createMessages(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('inboxes')
    .addColumn('agent', 'text', (column) => column.primaryKey())
    .addColumn('last_sequence', 'integer', (column) => column.notNull())
    .addColumn('stored', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('messages')
    .addColumn('inbox', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('message_id', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('sent_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('messages_in_order', ['inbox', 'sequence'])
    .addUniqueConstraint('one_message_per_id', ['inbox', 'source', 'message_id'])
    .execute();
}
