import { setMaxListeners } from 'node:events';
import { codedError } from '../../wire/coded-error.ts';
import { decodeCursor, encodeCursor } from '../serve/cursor.ts';
import { Bell } from '../serve/bell.ts';
import { followTable } from '../serve/follow-table.ts';
import { type Page, createPage, readPageSize } from '../serve/page.ts';
import { decodeSequence, encodeSequence } from '../serve/sequence-position.ts';
import type { MessageRow, TrafficDatabase } from './database.ts';
import { type GroupCommit, createGroupCommit } from './group-commit.ts';
import { type NewMessage, type Stored, storeMessages } from './store-messages.ts';

/** A message with its place in the inbox. */
export interface DeliveredMessage {
  readonly cursor: string;
  readonly message: MessageRow;
}

interface FollowOptions {
  /** A cursor of this inbox; `now`; or nothing, for the oldest message kept. */
  readonly after: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Messages read at once by a reader that catches up; at 64 KiB each, what one slow reader may hold. */
const pageSize = 50;

/** The inboxes of the agents that live here: messages on the disk, in order, once. */
export class Inboxes {
  readonly #db: TrafficDatabase;
  readonly #bell = new Bell();
  readonly #closing = new AbortController();
  readonly #incoming: GroupCommit<NewMessage, Stored>;

  /** @param onStored told how many messages each commit has stored */
  constructor(db: TrafficDatabase, onStored: (messages: number) => void) {
    this.#db = db;
    // One listener for each who follows, however many.
    setMaxListeners(0, this.#closing.signal);
    this.#incoming = createGroupCommit(async (messages) => {
      const outcomes = await storeMessages(db, messages);
      const isNew = (index: number) => {
        const outcome = outcomes[index];
        return outcome?.kind === 'stored' && !outcome.result.isDuplicate;
      };
      const added = messages.filter((_, index) => isNew(index));
      onStored(added.length);
      for (const inbox of new Set(added.map((message) => message.inbox))) this.#bell.ring(inbox);
      return outcomes;
    });
  }

  /** Resolves when the message is on the disk. MAILBOX_FULL, RATE_LIMITED, SHUTTING_DOWN. */
  store(message: NewMessage): Promise<Stored> {
    return this.#incoming.add(message);
  }

  /** Oldest first. BAD_PAGE_SIZE, BAD_CURSOR. */
  async page(
    agent: string,
    {
      first,
      after,
    }: { readonly first: number | null | undefined; readonly after: string | null | undefined },
  ): Promise<Page<MessageRow>> {
    const size = readPageSize(first);
    const { last_sequence: last, stored } = await this.#state(agent);
    const rows = await this.#readBeyond(agent, after == null ? 0 : readCursor(agent, after, last), size + 1);
    return createPage({
      rows,
      size,
      cursorOf: (row) => cursorOf(agent, row),
      countAll: () => Promise.resolve(stored),
    });
  }

  /** The messages beyond `after`, and every later one, until returned. Rejects with BAD_CURSOR. */
  async follow(
    agent: string,
    { after, signal }: FollowOptions,
  ): Promise<AsyncIterableIterator<DeliveredMessage>> {
    const { last_sequence: last } = await this.#state(agent);
    return followTable({
      position: readStart(agent, after, last),
      readBeyond: (sequence) => this.#readBeyond(agent, sequence, pageSize),
      positionOf: (row) => row.sequence,
      present: (row) => ({ cursor: cursorOf(agent, row), message: row }),
      onNews: (wake) => this.#bell.listen(agent, wake),
      signals: signal ? [signal, this.#closing.signal] : [this.#closing.signal],
    });
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

  /** Empties the inbox of an agent that is no more. Sequences go on rising if there is one of that id again. */
  async empty(agent: string): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('messages').where('inbox', '=', agent).execute();
      await transaction.updateTable('inboxes').set({ stored: 0 }).where('agent', '=', agent).execute();
    });
  }

  /** Takes no more messages and ends all who follow; resolves when those under way are on the disk. */
  close(): Promise<void> {
    this.#closing.abort();
    return this.#incoming.close();
  }

  async #state(agent: string) {
    const row = await this.#db
      .selectFrom('inboxes')
      .selectAll()
      .where('agent', '=', agent)
      .executeTakeFirst();
    return row ?? { agent, last_sequence: 0, stored: 0 };
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

const scopeOf = (agent: string) => `traffic/inbox/${agent}`;

function cursorOf(agent: string, { sequence }: MessageRow): string {
  return encodeCursor(scopeOf(agent), encodeSequence(sequence));
}

function readStart(agent: string, after: string | undefined, last: number): number {
  if (after === undefined) return 0;
  return after === 'now' ? last : readCursor(agent, after, last);
}

function readCursor(agent: string, cursor: string, last: number): number {
  const sequence = decodeSequence(decodeCursor(scopeOf(agent), cursor));
  if (sequence <= last) return sequence;
  // The table was lost or set back: to wait until the numbers have come up again would lose the messages in between.
  throw codedError('BAD_CURSOR', 'Expected a cursor of a message that this inbox has had');
}
