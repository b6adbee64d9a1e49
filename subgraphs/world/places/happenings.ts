import { setMaxListeners } from 'node:events';
import type { HappeningKind } from '../../../schema/generated/world.ts';
import { ownerOfAgent } from '../../../wire/ids.ts';
import { Bell } from '../../serve/bell.ts';
import { encodeCursor } from '../../serve/cursor.ts';
import { followTable } from '../../serve/follow-table.ts';
import { type CursorRange, encodeSequence, readStart } from '../../serve/sequence-position.ts';
import type { HappeningRow, WorldDatabase } from '../database.ts';

/** A happening as the graph gives it out. */
export interface Happening {
  readonly cursor: string;
  readonly at: string;
  readonly kind: HappeningKind;
  readonly agent: string;
  readonly owner: { readonly username: string } | null;
  readonly text: string | null;
}

export interface FollowOptions {
  /** A cursor of this location; `now`; or nothing, for the oldest that is kept. */
  readonly after: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Read at once by a reader that catches up. */
const pageSize = 100;

/** What happens at the locations of this node, as it is followed; `add-happening.ts` writes it. */
export class Happenings {
  readonly #db: WorldDatabase;
  readonly #bell = new Bell();
  readonly #closing = new AbortController();

  constructor(db: WorldDatabase) {
    this.#db = db;
    // One listener for each who follows, however many.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Wakes those who follow these locations: something new is on the disk. */
  ring(locations: Iterable<string>): void {
    for (const location of locations) this.#bell.ring(location);
  }

  /** What happened beyond `after`, and all that happens later, until returned. Rejects with BAD_CURSOR. */
  async follow(
    location: string,
    { after, signal }: FollowOptions,
  ): Promise<AsyncIterableIterator<Happening>> {
    const newest = await this.#newestSequence(location);
    return followTable({
      position: readStart(after, rangeOf(location, newest)) ?? 0,
      readBeyond: (sequence) => this.#readBeyond(location, sequence),
      positionOf: (row) => row.sequence,
      onNews: (wake) => this.#bell.listen(location, wake),
      present,
      signals: signal ? [signal, this.#closing.signal] : [this.#closing.signal],
    });
  }

  /** Ends all who follow. */
  close(): void {
    this.#closing.abort();
  }

  async #newestSequence(location: string): Promise<number> {
    const place = await this.#db
      .selectFrom('places')
      .select('last_sequence')
      .where('location', '=', location)
      .executeTakeFirst();
    return place?.last_sequence ?? 0;
  }

  #readBeyond(location: string, sequence: number): Promise<HappeningRow[]> {
    return this.#db
      .selectFrom('happenings')
      .selectAll()
      .where('location', '=', location)
      .where('sequence', '>', sequence)
      .orderBy('sequence')
      .limit(pageSize)
      .execute();
  }
}

const scopeOf = (location: string) => `world/happenings/${location}`;

const rangeOf = (location: string, last: number): CursorRange => ({
  scope: scopeOf(location),
  last,
  what: 'something that has happened at this location',
});

function present({ location, sequence, kind, agent, text, at }: HappeningRow): Happening {
  const owner = ownerOfAgent(agent);
  return {
    cursor: encodeCursor(scopeOf(location), encodeSequence(sequence)),
    at,
    kind,
    agent,
    owner: owner === undefined ? null : { username: owner },
    text,
  };
}
