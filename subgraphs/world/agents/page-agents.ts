import { decodeCursor, encodeCursor } from '../../serve/cursor.ts';
import { createPage, readPageSize } from '../../serve/page.ts';
import type { AgentPage } from '../mappers.ts';
import type { AgentFilter, AgentStore } from './agent-store.ts';

interface PageRange {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** The same on every node: a cursor is a place in the order of the network, whichever node gave it out. */
const scope = 'world/agents';

/** A page of the agents of this node; of none without a store. Throws BAD_PAGE_SIZE or BAD_CURSOR. */
export async function pageAgents(
  store: AgentStore | undefined,
  filter: AgentFilter,
  { first, after }: PageRange,
): Promise<AgentPage> {
  const size = readPageSize(first);
  const position = after === null || after === undefined ? '' : decodeCursor(scope, after);
  return createPage({
    rows: (await store?.list(filter, position, size + 1)) ?? [],
    size,
    cursorOf: (row) => encodeCursor(scope, row.position),
    countAll: async () => (await store?.count(filter)) ?? 0,
  });
}
