import type { Kysely } from 'kysely';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { isName } from '../../wire/ids.ts';
import { type Viewer, hasRole } from '../../wire/viewer.ts';
import { decodeCursor, encodeCursor } from '../serve/cursor.ts';
import { type Page, createPage, readPageSize } from '../serve/page.ts';
import type { LibraryEntityType, LibraryEntryRow, RegistryTables } from './database.ts';
import { toColumn } from './enum-case.ts';
import type { PageRequest } from './nodes.ts';

const scope = 'library';

/** An entity as its node tells it. */
export interface PublishableEntity {
  readonly type: Uppercase<LibraryEntityType>;
  readonly owner: string;
  readonly data: unknown;
}

export interface Publication {
  readonly entityId: string;
  readonly entity: PublishableEntity;
  readonly name: string;
  readonly viewer: Viewer;
  readonly now: number;
}

/**
 * Puts a copy of the entity into the library as the next version of `name`. Only its owner or an admin may, and only the person who published a
 * name first, or an admin, goes on with it: FORBIDDEN. BAD_USER_INPUT.
 */
export async function publish(
  db: Kysely<RegistryTables>,
  { entityId, entity, name, viewer, now }: Publication,
): Promise<LibraryEntryRow> {
  const isAdmin = hasRole(viewer, 'ADMIN');
  if (!isName(name)) {
    throw codedError(
      'BAD_USER_INPUT',
      'Expected name to be at most 64 lower-case letters, digits, ".", "_" and "-"',
    );
  }
  if (entity.owner !== viewer.username && !isAdmin)
    throw codedError('FORBIDDEN', 'Only its owner may publish an entity');
  const data = JSON.stringify(entity.data);
  if (Buffer.byteLength(data) > limits.maxEntityBytes) {
    throw codedError(
      'BAD_USER_INPUT',
      `Expected an entity of at most ${limits.maxEntityBytes} bytes, got ${Buffer.byteLength(data)}`,
    );
  }
  return db.transaction().execute(async (transaction) => {
    const versions = transaction.selectFrom('library_entries').selectAll().where('name', '=', name);
    const first = await versions.orderBy('version').executeTakeFirst();
    const latest = await versions.orderBy('version', 'desc').executeTakeFirst();
    if (first && first.published_by !== viewer.username && !isAdmin) {
      throw codedError('FORBIDDEN', `${name} in the library is ${first.published_by}'s; take another name`);
    }
    return transaction
      .insertInto('library_entries')
      .values({
        name,
        version: (latest?.version ?? 0) + 1,
        entity_type: toColumn(entity.type),
        data,
        entity_id: entityId,
        published_by: viewer.username,
        published_at: new Date(now).toISOString(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/** The newest version of each name, by name. BAD_PAGE_SIZE, BAD_CURSOR. */
export async function listLibrary(
  db: Kysely<RegistryTables>,
  filter: { readonly type?: LibraryEntityType | undefined },
  { first, after }: PageRequest,
): Promise<Page<LibraryEntryRow>> {
  const size = readPageSize(first);
  let newest = db
    .selectFrom('library_entries as entry')
    .where((expression) =>
      expression.not(
        expression.exists(
          expression
            .selectFrom('library_entries as later')
            .select('later.id')
            .whereRef('later.name', '=', 'entry.name')
            .whereRef('later.version', '>', 'entry.version'),
        ),
      ),
    );
  if (filter.type) newest = newest.where('entry.entity_type', '=', filter.type);
  let behind = newest;
  if (after != null) behind = behind.where('entry.name', '>', decodeCursor(scope, after));
  return createPage({
    rows: await behind
      .selectAll('entry')
      .orderBy('entry.name')
      .limit(size + 1)
      .execute(),
    size,
    cursorOf: (row) => encodeCursor(scope, row.name),
    countAll: async () => {
      const { count } = await newest
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    },
  });
}
