import type { Kysely } from 'kysely';
import { decodeNumberCursor, encodeCursor } from '../serve/cursor.ts';
import { type Page, createPage, readPageSize } from '../serve/page.ts';
import type { NodeRow, NodeRowStatus, NodeType, RegistryTables } from './database.ts';

export interface NodeFilter {
  readonly type?: NodeType | undefined;
  readonly status?: NodeRowStatus | 'retired' | undefined;
}

export interface PageRequest {
  readonly first: number | null | undefined;
  readonly after: string | null | undefined;
}

const scope = 'nodes';

export function findNode(db: Kysely<RegistryTables>, id: string): Promise<NodeRow | undefined> {
  return db.selectFrom('nodes').selectAll().where('node_id', '=', id).executeTakeFirst();
}

export async function findNodes(
  db: Kysely<RegistryTables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, NodeRow>> {
  const rows = await db.selectFrom('nodes').selectAll().where('node_id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.node_id, row]));
}

/** Nodes in the order in which they joined: a page stays as it is when others join. BAD_PAGE_SIZE, BAD_CURSOR. */
export async function listNodes(
  db: Kysely<RegistryTables>,
  filter: NodeFilter,
  { first, after }: PageRequest,
): Promise<Page<NodeRow>> {
  const size = readPageSize(first);
  let matching = db.selectFrom('nodes');
  if (filter.type) matching = matching.where('node_type', '=', filter.type);
  if (filter.status === 'retired') matching = matching.where('retired_at', 'is not', null);
  else if (filter.status) {
    matching = matching.where('status', '=', filter.status).where('retired_at', 'is', null);
  }
  let behind = matching;
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
      const { count } = await matching
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    },
  });
}

/** The nodes that belong to the network besides the initial one: approved, not revoked, not gone with a goodbye. */
export function listMembers(db: Kysely<RegistryTables>): Promise<NodeRow[]> {
  return db
    .selectFrom('nodes')
    .selectAll()
    .where('status', 'in', ['online', 'offline'])
    .where('node_type', '!=', 'initial')
    .where('departed_at', 'is', null)
    .orderBy('id')
    .execute();
}
