import type { Kysely } from 'kysely';
import { decodeNumberCursor, encodeCursor } from '../serve/cursor.ts';
import { type Page, createPage, readPageSize } from '../serve/page.ts';
import type { RegistryTables, UserRow } from './database.ts';
import type { PageRequest } from './nodes.ts';

const scope = 'users';

/** People in the order in which they came. BAD_PAGE_SIZE, BAD_CURSOR. */
export async function pageUsers(
  db: Kysely<RegistryTables>,
  { first, after }: PageRequest,
): Promise<Page<UserRow>> {
  const size = readPageSize(first);
  let behind = db.selectFrom('users');
  if (after != null) behind = behind.where('id', '>', decodeNumberCursor(scope, after));
  return createPage({
    rows: await behind
      .selectAll()
      .orderBy('id')
      .limit(size + 1)
      .execute(),
    size,
    cursorOf: (row) => encodeCursor(scope, String(row.id)),
    countAll: async () => {
      const { count } = await db
        .selectFrom('users')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    },
  });
}
