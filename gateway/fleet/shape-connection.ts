import type { Variables } from './arguments.ts';
import { type NodePage, listOf } from './connection-page.ts';
import type { ConnectionSelection } from './connection-selection.ts';
import type { MergedPage } from './merge-pages.ts';

export interface ConnectionParts {
  readonly merged: MergedPage;
  readonly hasPreviousPage: boolean;
  /** The first page of each node: what it says of all its rows. */
  readonly pages: readonly NodePage[];
  /** Rows that nodes have counted and do not own. */
  readonly foreign: number;
}

/** The merged page as the client selects it. */
export function shapeConnection(
  { lists, pageInfos, sums, typenames, type }: ConnectionSelection,
  given: Variables,
  parts: ConnectionParts,
): Readonly<Record<string, unknown>> {
  const { merged, pages, foreign } = parts;
  const shaped: Record<string, unknown> = {};
  for (const list of lists) {
    if (!list.field.isIncluded(given)) continue;
    shaped[list.field.responseName] = merged.rows.map(
      (row) => listOf(row.page.value, list)?.[row.position] ?? null,
    );
  }
  for (const { field, parts: selected } of pageInfos) {
    if (!field.isIncluded(given)) continue;
    const included = selected.filter((part) => part.isIncluded(given));
    shaped[field.responseName] = Object.fromEntries(
      included.map((part) => [part.responseName, pageInfo(part.name, parts)]),
    );
  }
  for (const { responseName, isIncluded, name } of sums) {
    if (!isIncluded(given)) continue;
    shaped[responseName] = sum(pages, responseName) - (name === 'totalCount' ? foreign : 0);
  }
  for (const { responseName, isIncluded } of typenames) {
    if (isIncluded(given)) shaped[responseName] = type;
  }
  return shaped;
}

function pageInfo(name: string, { merged, hasPreviousPage }: ConnectionParts): unknown {
  switch (name) {
    case 'hasNextPage':
      return merged.hasNextPage;
    case 'hasPreviousPage':
      return hasPreviousPage;
    case 'startCursor':
      return merged.rows[0]?.cursor ?? null;
    case 'endCursor':
      return merged.endCursor;
    default:
      return 'PageInfo';
  }
}

function sum(pages: readonly NodePage[], responseName: string): number {
  return pages.reduce((total, { value }) => {
    const one = value[responseName];
    return typeof one === 'number' ? total + one : total;
  }, 0);
}
