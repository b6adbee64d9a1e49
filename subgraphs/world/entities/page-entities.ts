import { decodeCursor, encodeCursor } from '../../serve/cursor.ts';
import { createPage, readPageSize } from '../../serve/page.ts';
import type { EntityPage } from '../mappers.ts';
import type { EntityFilter, EntityStore } from './entity-store.ts';

interface PageRange {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** The same on every node: a cursor is a place in the order of the network, whichever node gave it out. */
const scope = 'world/entities';

/** A page of the entities of this node; of none without a store. Throws BAD_PAGE_SIZE or BAD_CURSOR. */
export async function pageEntities(
  store: EntityStore | undefined,
  filter: EntityFilter,
  { first, after }: PageRange,
): Promise<EntityPage> {
  const size = readPageSize(first);
  const position = after === null || after === undefined ? '' : decodeCursor(scope, after);
  return createPage({
    rows: (await store?.list(filter, position, size + 1)) ?? [],
    size,
    cursorOf: (row) => encodeCursor(scope, row.position),
    countAll: async () => (await store?.count(filter)) ?? 0,
  });
}
