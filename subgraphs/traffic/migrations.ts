import { type Kysely, type Migration, sql } from 'kysely';

/** The tables of traffic, step by step; a step that has been released never changes. */
export const trafficMigrations: Readonly<Record<string, Migration>> = {
  '001-messages': { up: createMessages },
  '002-numbered-messages': { up: numberMessages },
  '003-outbox': { up: createOutbox },
  '004-outbox-indexes': { up: indexOutbox },
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

/** Ids move to a table of their own, as they are remembered for longer than messages are; what agents send is told by numbers. */
async function numberMessages(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `alter table inboxes add column acknowledged integer not null default 0`,
    `alter table inboxes add column deleted_to integer not null default 0`,
    `update inboxes set acknowledged = last_sequence - stored, deleted_to = last_sequence - stored`,
    `create table numbered_messages (
      inbox text not null, sequence integer not null, source text not null, message_id text not null, series integer, number integer,
      hops integer not null, body text not null, sent_at text not null, primary key (inbox, sequence))`,
    `insert into numbered_messages select inbox, sequence, source, message_id, null, null, 0, body, sent_at from messages`,
    `create table seen (
      inbox text not null, source text not null, message_id text not null, sequence integer not null, seen_at integer not null,
      primary key (inbox, source, message_id)) without rowid`,
    `insert into seen select inbox, source, message_id, sequence, unixepoch() * 1000 from messages`,
    `drop table messages`,
    `alter table numbered_messages rename to messages`,
    `create index seen_by_age on seen (seen_at)`,
    `create table pairs_in (
      inbox text not null, source text not null, series integer not null, last_number integer not null, throttled_at integer,
      primary key (inbox, source)) without rowid`,
    `create table refusals (
      inbox text not null, source text not null, series integer not null, first_number integer not null, last_number integer not null,
      code text not null, text text not null, refused_at integer not null,
      primary key (inbox, source, series, first_number)) without rowid`,
    `create table agent_moves (agent text primary key, node text not null, epoch integer not null) without rowid`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

async function createOutbox(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table outbox (
      position integer primary key autoincrement, kind text not null, inbox text not null, source text not null, message_id text not null,
      series integer, number integer, through integer, epoch integer, settled_to integer,
      body text not null, bytes integer not null, sent_at text not null, expires_at integer not null, not_before integer not null,
      hops integer not null, throttled integer not null, attempted integer not null, in_custody integer not null,
      code text, text text, letter_id text, addressee text)`,
    `create index outbox_by_inbox on outbox (inbox, position)`,
    `create index outbox_by_expiry on outbox (expires_at) where kind = 'MESSAGE'`,
    `create unique index outbox_by_number on outbox (source, inbox, series, number) where number is not null`,
    `create table pairs_out (
      source text not null, inbox text not null, series integer not null, last_number integer not null, settled integer not null,
      throttled_at integer, primary key (source, inbox)) without rowid`,
    `create table custody_pairs (
      source text not null, inbox text not null, series integer not null, settled integer not null,
      primary key (source, inbox)) without rowid`,
    `create table sent_ids (
      source text not null, inbox text not null, message_id text not null, position integer not null, outcome text, sequence integer,
      code text, text text, sent_at integer not null, primary key (source, inbox, message_id)) without rowid`,
    `create index sent_ids_by_age on sent_ids (sent_at)`,
    `create index sent_ids_by_position on sent_ids (position)`,
    `create table detours (inbox text primary key) without rowid`,
    `create table dead_letters (
      mailbox text not null, sequence integer not null, letter_id text not null unique, message_id text not null, source text not null,
      addressee text not null, body text not null, code text not null, text text not null, returned_at integer not null,
      primary key (mailbox, sequence))`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** So that neither a message of a person nor one that is delayed costs more, the more of them wait. */
async function indexOutbox(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create index outbox_by_id on outbox (inbox, source, message_id) where number is null`,
    `create index outbox_by_turn on outbox (inbox, not_before)`,
    `drop index outbox_by_inbox`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
