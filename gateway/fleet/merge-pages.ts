import type { NodePage, PageRow } from './connection-page.ts';

export interface MergedPage {
  readonly rows: readonly PageRow[];
  readonly hasNextPage: boolean;
  /** Where the next page begins; null when nothing was shown and nothing follows. */
  readonly endCursor: string | null;
}

/**
 * The first rows of all pages together, in the order of their cursors. Knows nothing of what is sorted by.
 * @param isShown whether a row may be shown; the others take no place on the page
 */
export function mergePages(
  pages: readonly NodePage[],
  first: number,
  isShown: (row: PageRow) => boolean,
): MergedPage {
  // One more than is shown tells whether there are more.
  let merged: readonly PageRow[] = [];
  for (const page of pages) merged = mergeSorted(merged, page.rows.filter(isShown), first + 1);
  const bound = boundOf(pages);
  if (bound !== undefined) merged = merged.filter((row) => row.cursor <= bound);

  const rows = merged.slice(0, first);
  const last = rows.at(-1)?.cursor ?? null;
  return {
    rows,
    hasNextPage: bound !== undefined || merged.length > first,
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
  for (const { hasNextPage, rows } of pages) {
    const last = rows.at(-1)?.cursor;
    if (hasNextPage && last !== undefined && (bound === undefined || last < bound)) bound = last;
  }
  return bound;
}

/** The `count` smallest of two rising lists. Cursors end in the row's key: two that are equal are the same row, given twice. */
function mergeSorted(left: readonly PageRow[], right: readonly PageRow[], count: number): readonly PageRow[] {
  if (right.length === 0) return left;
  const merged: PageRow[] = [];
  let l = 0;
  let r = 0;
  while (merged.length < count) {
    const a = left[l];
    const b = right[r];
    if (a && (!b || a.cursor <= b.cursor)) {
      if (a.cursor === b?.cursor) r++;
      merged.push(a);
      l++;
    } else if (b) {
      merged.push(b);
      r++;
    } else break;
  }
  return merged;
}
