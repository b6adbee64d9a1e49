import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { decodeCursor, encodeCursor } from '../../serve/cursor.ts';
import { createPage, readPageSize } from '../../serve/page.ts';
import { decodeSequence, encodeSequence } from '../../serve/sequence-position.ts';
import type { ModerationRow, WorldDatabase } from '../database.ts';
import type { ModerationPage } from '../mappers.ts';

interface PageRange {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** The same on every node: a cursor is a place in the order of the network, whichever node gave it out. */
const scope = 'world/moderations';

/** What admins have decided on this node, and why. */
export class ModerationBook {
  readonly #db: WorldDatabase;
  readonly #node: string;

  constructor(options: { readonly db: WorldDatabase; readonly node: string }) {
    this.#db = options.db;
    this.#node = options.node;
  }

  /** Notes it for good. */
  async note(decision: Omit<ModerationRow, 'id'>): Promise<void> {
    await noteDecision(this.#db, decision);
  }

  /** Hides an entity, or shows it again; what was so already is noted all the same. */
  async hide(hidden: boolean, decision: Omit<ModerationRow, 'id' | 'action'>): Promise<void> {
    const { subject } = decision;
    await this.#db.transaction().execute(async (transaction) => {
      if (hidden) await transaction.replaceInto('hidden_entities').values({ entity_id: subject }).execute();
      else await transaction.deleteFrom('hidden_entities').where('entity_id', '=', subject).execute();
      await noteDecision(transaction, { ...decision, action: hidden ? 'HIDDEN' : 'SHOWN' });
    });
  }

  /** A page, oldest first; an empty one where this node is not asked. BAD_PAGE_SIZE, BAD_CURSOR. */
  async page(isAsked: boolean, { first, after }: PageRange): Promise<ModerationPage> {
    const size = readPageSize(first);
    const position = after == null ? '' : decodeCursor(scope, after);
    return createPage({
      rows: isAsked ? await this.#readBeyond(position, size + 1) : [],
      size,
      cursorOf: (row) => encodeCursor(scope, this.#positionOf(row)),
      countAll: async () => (isAsked ? this.#count() : 0),
    });
  }

  /** By time, then node and number; each part ends in a comma, which sorts before every character of a node's id. */
  #positionOf({ at, id }: Pick<ModerationRow, 'at' | 'id'>): string {
    return `${at},${this.#node},${encodeSequence(id)},`;
  }

  #readBeyond(position: string, limit: number): Promise<ModerationRow[]> {
    const [at = '', node = '', sequence = ''] = position.split(',');
    // Of the same moment, all of a node whose id comes before ours stand before ours.
    const own = `${this.#node},` > `${node},` ? 0 : Number.MAX_SAFE_INTEGER;
    const id = node === this.#node ? decodeSequence(sequence) : own;
    return this.#db
      .selectFrom('moderation')
      .selectAll()
      .where((row) => row(row.refTuple('at', 'id'), '>', row.tuple(at, id)))
      .orderBy('at')
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  async #count(): Promise<number> {
    const row = await this.#db
      .selectFrom('moderation')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return row.count;
  }
}

/** A reason as it may be kept: null for none. BAD_USER_INPUT when it is too long. */
export function readReason(reason: string | null | undefined): string | null {
  const text = reason?.trim() ?? '';
  if (text.length > limits.maxReasonLength) {
    throw codedError(
      'BAD_USER_INPUT',
      `Expected a reason of at most ${limits.maxReasonLength} characters, got ${text.length}`,
    );
  }
  return text === '' ? null : text;
}

async function noteDecision(db: WorldDatabase, decision: Omit<ModerationRow, 'id'>): Promise<void> {
  await db.insertInto('moderation').values(decision).execute();
}
