import type { NodePage, PageRow } from './connection-page.ts';

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
 * @param candidates rising; more than `first`, or all that the pages have and that may be shown
 */
export function cutPage(
  pages: readonly NodePage[],
  candidates: readonly PageRow[],
  first: number,
): MergedPage {
  const bound = boundOf(pages);
  // Cursors end in the row's key: two that are equal are the same row, given twice.
  const possible = candidates.filter(
    ({ cursor }, index) =>
      cursor !== candidates[index - 1]?.cursor && (bound === undefined || cursor <= bound),
  );
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
 * How far a page may go: no further than the last row of any node that has more, for the rows which that node has not shown may come next.
 * (Only matters where rows were left out or a node's page was short: a full page ends the merged one before its own end.)
 */
function boundOf(pages: readonly NodePage[]): string | undefined {
  let bound: string | undefined;
  for (const { hasNextPage, cursors } of pages) {
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
  if (least === undefined || (last && left.length >= count && last.cursor <= least)) return left;
  const merged: PageRow[] = [];
  let l = 0;
  let position = 0;
  while (merged.length < count) {
    const row = left[l];
    const cursor = cursors[position];
    if (row && (cursor === undefined || row.cursor <= cursor)) {
      merged.push(row);
      l++;
    } else if (cursor !== undefined) {
      merged.push({ page, position, cursor });
      position++;
    } else break;
  }
  return merged;
}
