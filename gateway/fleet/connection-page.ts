import { limits } from '../../schema/limits.ts';
import type { ConnectionSelection, RowList } from './connection-selection.ts';
import { badAnswer, isRecord } from './node-answer.ts';
import type { RowOwner } from './homes.ts';

/** One node's page, checked. Its rows are made into objects only where they may come onto the merged page. */
export interface NodePage {
  readonly node: string;
  /** Of its rows, rising. */
  readonly cursors: readonly string[];
  readonly hasNextPage: boolean;
  /** The node's own answer. */
  readonly value: Readonly<Record<string, unknown>>;
}

export interface PageRow {
  readonly page: NodePage;
  readonly position: number;
  readonly cursor: string;
}

export interface PageBounds {
  /** How many rows at the most. */
  readonly first: number;
  readonly after: string | undefined;
}

/** Whether a cursor may be one of ours: printable ASCII, not long. Only then is `<` the order of its bytes. */
export function looksLikeCursor(value: unknown): value is string {
  return typeof value === 'string' && value.length <= limits.maxCursorBytes && /^[\x20-\x7e]+$/.test(value);
}

/** Throws NODE_BAD_ANSWER when this is not a page as it was asked for. */
export function readPage(
  node: string,
  value: Readonly<Record<string, unknown>>,
  selection: ConnectionSelection,
  bounds: PageBounds,
): NodePage {
  const { names } = selection;
  const edges = value[names.edges];
  if (!Array.isArray(edges)) throw badAnswer(node, 'edges', edges);
  if (edges.length > bounds.first) throw badAnswer(node, `at most ${bounds.first} rows`, edges);
  const pageInfo = value[names.pageInfo];
  const hasNextPage = isRecord(pageInfo) ? pageInfo['hasNextPage'] : undefined;
  if (typeof hasNextPage !== 'boolean') throw badAnswer(node, 'hasNextPage', hasNextPage);
  if (hasNextPage && edges.length === 0) throw badAnswer(node, 'rows before there are more', edges);
  for (const list of selection.lists) checkList(node, value, list, edges.length);

  let last = bounds.after ?? '';
  const cursors = edges.map((edge: unknown) => {
    if (!isRecord(edge)) throw badAnswer(node, 'an edge', edge);
    const cursor = edge[names.cursor];
    if (!looksLikeCursor(cursor)) throw badAnswer(node, 'a cursor', cursor);
    if (cursor <= last) throw badAnswer(node, 'cursors that rise from the one asked for', cursor);
    readOwner(node, edge[names.row], selection);
    last = cursor;
    return cursor;
  });
  return { node, cursors, hasNextPage, value };
}

/** Whose row it is; undefined when it is nobody's in particular. */
export function ownerOfRow(
  { page, position }: PageRow,
  selection: ConnectionSelection,
): RowOwner | undefined {
  const edges = page.value[selection.names.edges];
  const edge: unknown = Array.isArray(edges) ? edges[position] : undefined;
  return readOwner(page.node, isRecord(edge) ? edge[selection.names.row] : undefined, selection);
}

/** Whether the client's own copies of the row contradict what the node told us about it. */
export function isForged(row: PageRow, owner: RowOwner | undefined, { lists }: ConnectionSelection): boolean {
  return lists.some((list) => contradicts(list, row, owner));
}

/** The list under the client's name, or undefined where it is null or was not asked for. */
export function listOf(
  value: Readonly<Record<string, unknown>>,
  list: RowList,
): readonly unknown[] | undefined {
  const items = value[list.field.responseName];
  return Array.isArray(items) ? items : undefined;
}

function checkList(
  node: string,
  value: Readonly<Record<string, unknown>>,
  list: RowList,
  length: number,
): void {
  const items = value[list.field.responseName];
  if (items === null || items === undefined) return;
  if (!Array.isArray(items) || items.length !== length) {
    throw badAnswer(node, `${list.field.name} to have ${length} rows as edges has`, items);
  }
}

function readOwner(node: string, row: unknown, { rowKey }: ConnectionSelection): RowOwner | undefined {
  if (rowKey.selections.length === 0) return undefined;
  if (!isRecord(row)) throw badAnswer(node, 'a row', row);
  return rowKey.read(node, row);
}

function contradicts(
  list: RowList,
  { page, position, cursor }: PageRow,
  owner: RowOwner | undefined,
): boolean {
  if (list.cursorNames.length === 0 && list.keyNames.length === 0) return false;
  const item = listOf(page.value, list)?.[position];
  if (!isRecord(item)) return false;
  if (differs(item, list.cursorNames, cursor)) return true;
  if (!owner) return false;
  const rows = list.rowNames ? list.rowNames.map((name) => item[name]) : [item];
  return rows.some((row) => isRecord(row) && differs(row, list.keyNames, owner.key));
}

function differs(
  object: Readonly<Record<string, unknown>>,
  names: readonly string[],
  expected: string,
): boolean {
  return names.some((name) => object[name] !== undefined && object[name] !== expected);
}
