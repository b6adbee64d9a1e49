import type { NodePage, PageBounds, PageRow } from './connection-page.ts';

/** The first `count` rows of all pages together, in the order of their cursors. Knows nothing of what is sorted by. */
export function firstRows(pages: readonly NodePage[], count: number): readonly PageRow[] {
  let merged: readonly PageRow[] = [];
  for (const page of pages) merged = mergePage(merged, page, count);
  return merged;
}

export interface MergedPage {
  readonly rows: readonly PageRow[];
  readonly hasNextPage: boolean;
  /** Where the next page begins; null when nothing was shown and nothing follows. */
  readonly endCursor: string | null;
}

/**
 * A page of `first` rows.
 * @param ends the last page of each node
 * @param candidates each once, rising; more than `first`, or all that the nodes' pages have and that may be shown
 */
export function cutPage(
  ends: readonly NodePage[],
  candidates: readonly PageRow[],
  first: number,
): MergedPage {
  const bound = boundOf(ends);
  const possible = candidates.filter(({ cursor }) => bound === undefined || cursor <= bound);
  const rows = possible.slice(0, first);
  const last = rows.at(-1)?.cursor ?? null;
  return {
    rows,
    hasNextPage: bound !== undefined || possible.length > first,
    // A page that is short although more follows ends where the first node ran out: everything before that has been shown.
    endCursor: rows.length < first ? (bound ?? last) : last,
  };
}

/**
 * Where nodes are to go on whose rows ran out before the page was full, and how many rows can still come onto it.
 *
 * Once is enough, whatever comes: a node that is asked either comes to its end or shows as many rows as, with the known ones before them, fill the
 * page; one that is not asked has shown its rows up to `first` known ones. So no node with more ends before the page does. (Unless some of the new
 * rows are not to be shown: then the page is short, and the next one goes on from there.)
 * @param candidates as for `cutPage`
 */
export function continuations(
  pages: readonly NodePage[],
  candidates: readonly PageRow[],
  first: number,
): ReadonlyMap<string, PageBounds> {
  // New rows can only bring the page's end nearer.
  const end = candidates[first - 1]?.cursor;
  const found = new Map<string, PageBounds>();
  for (const { node, hasNextPage, cursors } of pages) {
    const last = cursors.at(-1);
    if (!hasNextPage || last === undefined || (end !== undefined && last >= end)) continue;
    const behind = candidates.findIndex(({ cursor }) => cursor > last);
    const before = behind < 0 ? candidates.length : behind;
    found.set(node, { first: first - before, after: last });
  }
  return found;
}

/** Cursors end in the row's key: two that are equal are the same row, given twice. */
export function eachOnce(rows: readonly PageRow[]): readonly PageRow[] {
  return rows.filter(({ cursor }, index) => cursor !== rows[index - 1]?.cursor);
}

/**
 * How far a page may go: no further than the last row of any node that has more, for the rows which that node has not shown may come next.
 * (Only matters where rows were left out, a node's page was short, or it failed when it was to go on: the merged page is full before otherwise.)
 */
function boundOf(ends: readonly NodePage[]): string | undefined {
  let bound: string | undefined;
  for (const { hasNextPage, cursors } of ends) {
    const last = cursors.at(-1);
    if (hasNextPage && last !== undefined && (bound === undefined || last < bound)) bound = last;
  }
  return bound;
}

/** The `count` first of a rising list and a page. */
function mergePage(left: readonly PageRow[], page: NodePage, count: number): readonly PageRow[] {
  const { cursors } = page;
  const [least] = cursors;
  const last = left.at(-1);
  if (least === undefined || (last && left.length >= count && isBefore(last, least, page.node))) return left;
  const merged: PageRow[] = [];
  let l = 0;
  let position = 0;
  while (merged.length < count) {
    const row = left[l];
    const cursor = cursors[position];
    if (row && (cursor === undefined || isBefore(row, cursor, page.node))) {
      merged.push(row);
      l++;
    } else if (cursor !== undefined) {
      merged.push({ page, position, cursor });
      position++;
    } else break;
  }
  return merged;
}

// The same row of two nodes: which of them is shown must not depend on who has answered first.
function isBefore(row: PageRow, cursor: string, node: string): boolean {
  return row.cursor < cursor || (row.cursor === cursor && row.page.node < node);
}
