import { setMaxListeners } from 'node:events';
import { sql } from 'kysely';
import { limits } from '../../schema/limits.ts';
import { Departures } from './departures.ts';
import { Bell } from '../serve/bell.ts';
import { encodeCursor } from '../serve/cursor.ts';
import { type Slots, keepQuery } from '../serve/keep-query.ts';
import { type Page, createPage, readPageSize } from '../serve/page.ts';
import { type CursorRange, encodeSequence, readSequence, readStart } from '../serve/sequence-position.ts';
import type { InboxRow, MessageRow, TrafficDatabase } from './database.ts';
import { type MailboxEvent, followMailbox } from './follow-mailbox.ts';

/** A message as its agent gets it. */
export type TakenMessage = Pick<
  MessageRow,
  'sequence' | 'source' | 'message_id' | 'hops' | 'body' | 'sent_at'
>;

export interface PageOptions {
  readonly first: number | null | undefined;
  readonly after: string | null | undefined;
}

export interface FollowOptions {
  /** A cursor of this mailbox; `now`; or nothing, for the oldest kept. */
  readonly after: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Messages read at once by a reader that catches up; at 64 KiB each, what one slow reader may hold. */
const pageSize = 50;

/** Acknowledged messages that an inbox may have beyond those to be kept before they are deleted together. */
const deleteAtOnce = 250;

/** The inboxes of the agents that live here, as they are read and emptied; what arrives is `Home`'s. */
export class Inboxes {
  readonly #db: TrafficDatabase;
  readonly #bell = new Bell();
  readonly #closing = new AbortController();
  readonly #listeners = new Set<(agent: string) => void>();
  readonly #departures = new Departures();

  constructor(db: TrafficDatabase) {
    this.#db = db;
    // One listener for each who follows, however many.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Wakes those who follow these inboxes, and whoever listens to all: something new is on the disk. */
  ring(agents: Iterable<string>): void {
    for (const agent of agents) {
      this.#bell.ring(agent);
      for (const listener of this.#listeners) listener(agent);
    }
  }

  /** Calls back with each agent that has mail, once it is on the disk; returns the function that ends it. */
  onMail(listener: (agent: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What has not been acknowledged, oldest first. BAD_PAGE_SIZE, BAD_CURSOR. */
  async page(agent: string, { first, after }: PageOptions): Promise<Page<MessageRow>> {
    const size = readPageSize(first);
    const { last_sequence: last, stored, acknowledged } = await this.#state(agent);
    const position = after == null ? 0 : readSequence(after, rangeOf(agent, last));
    const rows = await this.#readBeyond(agent, Math.max(position, acknowledged), size + 1);
    return createPage({
      rows,
      size,
      cursorOf: (row) => messageCursor(agent, row.sequence),
      countAll: () => Promise.resolve(stored),
    });
  }

  /** The messages beyond `after`, and every later one, until returned; acknowledges none. Rejects with BAD_CURSOR. */
  async follow(
    agent: string,
    { after, signal }: FollowOptions,
  ): Promise<AsyncIterableIterator<MailboxEvent<MessageRow>>> {
    const { last_sequence: last } = await this.#state(agent);
    return followMailbox({
      after: readStart(after, rangeOf(agent, last)),
      readBeyond: (sequence) => this.#readBeyond(agent, sequence, pageSize),
      readDeletedTo: async () => (await this.#state(agent)).deleted_to,
      onNews: (wake) => this.#bell.listen(agent, wake),
      signals: [...(signal ? [signal] : []), this.#closing.signal, this.#departures.signalOf(agent)],
    });
  }

  /** The oldest messages that have not been acknowledged. */
  take(agent: string, limit: number): Promise<readonly TakenMessage[]> {
    return readWaiting(this.#db, { agent, limit });
  }

  /** The sequence that a cursor of this inbox stands for. BAD_CURSOR. */
  async sequenceOf(agent: string, cursor: string): Promise<number> {
    return readSequence(cursor, rangeOf(agent, (await this.#state(agent)).last_sequence));
  }

  /** How many messages wait in the inbox of each; agents without one are missing. */
  async count(agents: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#db
      .selectFrom('inboxes')
      .select(['agent', 'stored'])
      .where('agent', 'in', agents)
      .execute();
    return new Map(rows.map((row) => [row.agent, row.stored]));
  }

  /** Ends those who follow this one, which is elsewhere now. */
  depart(agent: string): void {
    this.#departures.depart(agent);
  }

  /** Ends all who follow. */
  close(): void {
    this.#closing.abort();
  }

  #state(agent: string): Promise<InboxRow> {
    return readState(this.#db, agent);
  }

  #readBeyond(agent: string, sequence: number, count: number): Promise<MessageRow[]> {
    return this.#db
      .selectFrom('messages')
      .selectAll()
      .where('inbox', '=', agent)
      .where('sequence', '>', sequence)
      .orderBy('sequence')
      .limit(count)
      .execute();
  }
}

/**
 * All messages up to this sequence have been taken: they do not count any more, and all but the newest of them are deleted. For an older sequence
 * nothing changes. In a transaction of the caller's.
 * @returns how many are left to take
 */
export async function acknowledgeMessages(
  transaction: TrafficDatabase,
  agent: string,
  upTo: number,
): Promise<number> {
  const [inbox] = await moveOn(transaction, { agent, upTo });
  if (!inbox) return (await readState(transaction, agent)).stored;
  const keptFrom = inbox.acknowledged - limits.keptAcknowledgedMessages;
  if (keptFrom - inbox.deleted_to >= deleteAtOnce) {
    await transaction
      .deleteFrom('messages')
      .where('inbox', '=', agent)
      .where('sequence', '<=', keptFrom)
      .execute();
    await transaction
      .updateTable('inboxes')
      .set({ deleted_to: keptFrom })
      .where('agent', '=', agent)
      .execute();
  }
  return inbox.stored;
}

/** Nothing when that has been acknowledged before. */
const moveOn = keepQuery(
  (db: TrafficDatabase, slots: Slots<{ readonly agent: string; readonly upTo: number }>) => {
    const upTo = sql<number>`min(${slots.of('upTo')}, last_sequence)`;
    return db
      .updateTable('inboxes')
      .set({ stored: sql<number>`last_sequence - ${upTo}`, acknowledged: upTo })
      .where('agent', '=', slots.of('agent'))
      .where('acknowledged', '<', upTo)
      .returning(['stored', 'acknowledged', 'deleted_to']);
  },
);

const readWaiting = keepQuery(
  (db: TrafficDatabase, slots: Slots<{ readonly agent: string; readonly limit: number }>) =>
    db
      .selectFrom('messages')
      .select(['sequence', 'source', 'message_id', 'hops', 'body', 'sent_at'])
      .where('inbox', '=', slots.of('agent'))
      .where('sequence', '>', (eb) =>
        eb.selectFrom('inboxes').select('acknowledged').where('agent', '=', slots.of('agent')),
      )
      .orderBy('sequence')
      .limit(slots.of('limit')),
);

/** Empties the inbox of an agent that is no more. Sequences go on rising if there is one of that id again. */
export async function emptyInbox(transaction: TrafficDatabase, agent: string): Promise<void> {
  for (const table of ['messages', 'seen', 'pairs_in', 'refusals'] as const) {
    await transaction.deleteFrom(table).where('inbox', '=', agent).execute();
  }
  await transaction
    .updateTable('inboxes')
    .set((row) => ({
      stored: 0,
      acknowledged: row.ref('last_sequence'),
      deleted_to: row.ref('last_sequence'),
    }))
    .where('agent', '=', agent)
    .execute();
}

async function readState(db: TrafficDatabase, agent: string): Promise<InboxRow> {
  const row = await db.selectFrom('inboxes').selectAll().where('agent', '=', agent).executeTakeFirst();
  return row ?? { agent, last_sequence: 0, stored: 0, acknowledged: 0, deleted_to: 0 };
}

const scopeOf = (agent: string) => `traffic/inbox/${agent}`;

/** The cursor of a message. */
export function messageCursor(agent: string, sequence: number): string {
  return encodeCursor(scopeOf(agent), encodeSequence(sequence));
}

const rangeOf = (agent: string, last: number): CursorRange => ({
  scope: scopeOf(agent),
  last,
  what: 'a message that this inbox has had',
});
