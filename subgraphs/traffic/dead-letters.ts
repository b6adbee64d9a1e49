import { setMaxListeners } from 'node:events';
import { limits } from '../../schema/limits.ts';
import { Departures } from './departures.ts';
import { Bell } from '../serve/bell.ts';
import { encodeCursor } from '../serve/cursor.ts';
import { type Page, createPage, readPageSize } from '../serve/page.ts';
import { type CursorRange, encodeSequence, readSequence, readStart } from '../serve/sequence-position.ts';
import type { DeadLetterRow, TrafficDatabase } from './database.ts';
import { type MailboxEvent, followMailbox } from './follow-mailbox.ts';
import type { FollowOptions, PageOptions } from './inbox.ts';

export type NewLetter = Omit<DeadLetterRow, 'sequence'>;

/** Letters read at once by a reader that catches up. */
const pageSize = 50;

/** Messages that came back, by sender: the newest of each. */
export class DeadLetters {
  readonly #db: TrafficDatabase;
  readonly #bell = new Bell();
  readonly #closing = new AbortController();
  readonly #departures = new Departures();

  constructor(db: TrafficDatabase) {
    this.#db = db;
    setMaxListeners(0, this.#closing.signal);
  }

  /** Wakes those who follow these mailboxes, once what `addLetter` put into them is on the disk. */
  ring(mailboxes: Iterable<string>): void {
    for (const mailbox of mailboxes) this.#bell.ring(mailbox);
  }

  /** Stores letters; those that came before are stored once. */
  async add(letters: readonly NewLetter[]): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      for (const letter of letters) await addLetter(transaction, letter);
    });
    this.ring(new Set(letters.map(({ mailbox }) => mailbox)));
  }

  /** Oldest first. BAD_PAGE_SIZE, BAD_CURSOR. */
  async page(mailbox: string, { first, after }: PageOptions): Promise<Page<DeadLetterRow>> {
    const size = readPageSize(first);
    const { last } = await this.#ends(mailbox);
    const position = after == null ? 0 : readSequence(after, rangeOf(mailbox, last));
    return createPage({
      rows: await this.#readBeyond(mailbox, position, size + 1),
      size,
      cursorOf: (row) => letterCursor(mailbox, row.sequence),
      countAll: () => this.#count(mailbox),
    });
  }

  /** The letters beyond `after`, and every later one, until returned. Rejects with BAD_CURSOR. */
  async follow(
    mailbox: string,
    { after, signal }: FollowOptions,
  ): Promise<AsyncIterableIterator<MailboxEvent<DeadLetterRow>>> {
    const { last } = await this.#ends(mailbox);
    return followMailbox({
      after: readStart(after, rangeOf(mailbox, last)),
      readBeyond: (sequence) => this.#readBeyond(mailbox, sequence, pageSize),
      readDeletedTo: async () => (await this.#ends(mailbox)).deletedTo,
      onNews: (wake) => this.#bell.listen(mailbox, wake),
      signals: [...(signal ? [signal] : []), this.#closing.signal, this.#departures.signalOf(mailbox)],
    });
  }

  /** Ends those who follow this one, which is elsewhere now. */
  depart(mailbox: string): void {
    this.#departures.depart(mailbox);
  }

  /** Ends all who follow. */
  close(): void {
    this.#closing.abort();
  }

  async #ends(mailbox: string): Promise<{ readonly last: number; readonly deletedTo: number }> {
    const { last, first } = await this.#db
      .selectFrom('dead_letters')
      .select((row) => [row.fn.max('sequence').as('last'), row.fn.min('sequence').as('first')])
      .where('mailbox', '=', mailbox)
      .executeTakeFirstOrThrow();
    // The newest is never deleted, so that sequences go on behind it.
    return { last: last ?? 0, deletedTo: (first ?? 1) - 1 };
  }

  #readBeyond(mailbox: string, sequence: number, count: number): Promise<DeadLetterRow[]> {
    return this.#db
      .selectFrom('dead_letters')
      .selectAll()
      .where('mailbox', '=', mailbox)
      .where('sequence', '>', sequence)
      .orderBy('sequence')
      .limit(count)
      .execute();
  }

  async #count(mailbox: string): Promise<number> {
    const { last, deletedTo } = await this.#ends(mailbox);
    return last - deletedTo;
  }
}

/** In a transaction of the caller's, who rings for the mailbox afterwards. */
export async function addLetter(transaction: TrafficDatabase, letter: NewLetter): Promise<void> {
  const { mailbox } = letter;
  const { last } = await transaction
    .selectFrom('dead_letters')
    .select((row) => row.fn.max('sequence').as('last'))
    .where('mailbox', '=', mailbox)
    .executeTakeFirstOrThrow();
  const sequence = (last ?? 0) + 1;
  const added = await transaction
    .insertInto('dead_letters')
    .values({ ...letter, sequence })
    .onConflict((conflict) => conflict.column('letter_id').doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows === 0n) return;
  await transaction
    .deleteFrom('dead_letters')
    .where('mailbox', '=', mailbox)
    .where('sequence', '<=', sequence - limits.maxDeadLetters)
    .execute();
}

const scopeOf = (mailbox: string) => `traffic/dead/${mailbox}`;

/** The cursor of a letter. */
export function letterCursor(mailbox: string, sequence: number): string {
  return encodeCursor(scopeOf(mailbox), encodeSequence(sequence));
}

const rangeOf = (mailbox: string, last: number): CursorRange => ({
  scope: scopeOf(mailbox),
  last,
  what: 'a letter that this mailbox has had',
});
