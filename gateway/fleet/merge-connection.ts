import { type FieldNode, valueFromASTUntyped } from 'graphql';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { type ReadArgument, type Variables, compileArgument } from './arguments.ts';
import {
  type NodePage,
  type PageBounds,
  type PageRow,
  isForged,
  listOf,
  looksLikeCursor,
  ownerOfRow,
  readPage,
} from './connection-page.ts';
import { type ConnectionSelection, compileConnectionSelection } from './connection-selection.ts';
import { type FleetField, type FleetShape, argumentOf } from './directives.ts';
import type { Homes } from './homes.ts';
import { type MergedPage, cutPage, firstRows } from './merge-pages.ts';
import type { Merge, Merger, OnForeign } from './merger.ts';
import { type Path, badAnswer, isRecord } from './node-answer.ts';
import type { PrivateNames } from './private-names.ts';

/**
 * Makes one page of the pages of all nodes. Their cursors are ASCII, rise bytewise in the order of the result and end in the row's key, so
 * that merging needs to know nothing of the order, and one node's cursor is a place on every node.
 */
export function createConnectionMerger(
  shape: FleetShape,
  field: FleetField,
  node: FieldNode,
  names: PrivateNames,
): Merger {
  const selection = compileConnectionSelection(shape, field, node, names);
  const { definition } = field;
  const argument = (name: string): ReadArgument =>
    compileArgument({ index: shape.index, field: node, definition, path: [name] });
  const first = argument('first');
  const after = argument('after');
  const ofSdl = argumentOf(definition, 'first')?.defaultValue;
  const defaultFirst: unknown = ofSdl && valueFromASTUntyped(ofSdl);
  return {
    ask: selection.ask,
    variables: selection.variables,
    begin: (variables) => {
      const bounds = {
        first: checkFirst(first(variables) ?? defaultFirst ?? limits.maxPageSize),
        after: checkAfter(after(variables) ?? undefined),
      };
      return new ConnectionMerge(selection, bounds, variables);
    },
  };
}

function checkFirst(first: unknown): number {
  if (typeof first === 'number' && Number.isInteger(first) && first >= 1 && first <= limits.maxPageSize) {
    return first;
  }
  throw codedError(
    'BAD_PAGE_SIZE',
    `Expected first to be from 1 to ${limits.maxPageSize}, got ${String(first)}`,
  );
}

function checkAfter(after: unknown): string | undefined {
  if (after === undefined || looksLikeCursor(after)) return after;
  throw codedError('BAD_CURSOR', 'Expected after to be a cursor of this field, got something else');
}

class ConnectionMerge implements Merge {
  readonly variables: Variables;
  readonly #selection: ConnectionSelection;
  readonly #bounds: PageBounds;
  readonly #given: Variables;
  readonly #pages = new Map<string, NodePage>();
  readonly #foreign = new Map<string, number>();
  /** How many rows are looked at: as many as make a page, twice as many each time that too many of them are not to be shown. */
  #window: number;
  #merged: MergedPage | undefined;

  constructor(selection: ConnectionSelection, bounds: PageBounds, given: Variables) {
    this.#selection = selection;
    this.#bounds = bounds;
    this.#given = given;
    // One more than is shown tells whether there are more.
    this.#window = bounds.first + 1;
    // Counting rows does not need them.
    this.variables = { [selection.names.first]: selection.needsRows ? bounds.first : 1 };
  }

  get hasAny(): boolean {
    return this.#pages.size > 0;
  }

  take(node: string, value: unknown, isExcused: boolean): void {
    if ((value === null || value === undefined) && isExcused) return;
    if (!isRecord(value)) throw badAnswer(node, 'a connection', value);
    for (const { responseName, isIncluded } of this.#selection.sums) {
      if (!isIncluded(this.#given) || (isExcused && value[responseName] === null)) continue;
      const sum = value[responseName];
      if (!Number.isFinite(sum)) throw badAnswer(node, `${responseName} to be a number`, sum);
    }
    this.#pages.set(
      node,
      this.#selection.needsRows
        ? readPage(node, value, this.#selection, this.#bounds)
        : { node, cursors: [], hasNextPage: false, value },
    );
  }

  drop(node: string): void {
    this.#pages.delete(node);
  }

  wantHomes(homes: Homes): boolean {
    for (;;) {
      const rows = firstRows([...this.#pages.values()], this.#window);
      if (rows.reduce((wanted, row) => this.#wantHome(row, homes) || wanted, false)) return true;
      const isAll = rows.length < this.#window;
      if (isAll || rows.filter((row) => this.#isShown(row, homes)).length > this.#bounds.first) return false;
      this.#window *= 2;
    }
  }

  finish(order: readonly string[], homes: Homes, onForeign: OnForeign): unknown {
    const pages = order.flatMap((node) => this.#pages.get(node) ?? []);
    const shown: PageRow[] = [];
    for (const row of firstRows(pages, this.#window)) {
      const { node } = row.page;
      if (this.#isShown(row, homes)) shown.push(row);
      else this.#foreign.set(node, (this.#foreign.get(node) ?? 0) + 1);
    }
    const merged = cutPage(pages, shown, this.#bounds.first);
    this.#merged = merged;
    for (const [node, rows] of this.#foreign) onForeign(node, rows);
    return this.#shape(merged, pages);
  }

  place(node: string, path: Path): Path | undefined {
    const [name, position, ...rest] = path;
    const list = this.#selection.lists.find(({ field }) => field.responseName === name);
    if (!list || name === undefined || typeof position !== 'number') {
      return this.#isClients(name) ? path.slice(0, 1) : [];
    }
    const place =
      this.#merged?.rows.findIndex((row) => row.page.node === node && row.position === position) ?? -1;
    return place < 0 ? undefined : [name, place, ...rest];
  }

  #wantHome(row: PageRow, homes: Homes): boolean {
    const owner = ownerOfRow(row, this.#selection);
    return owner !== undefined && homes.want(owner);
  }

  #isShown(row: PageRow, homes: Homes): boolean {
    const owner = ownerOfRow(row, this.#selection);
    if (owner && !homes.isOwner(row.page.node, owner)) return false;
    return !isForged(row, owner, this.#selection);
  }

  #isClients(name: string | number | undefined): boolean {
    const { lists, pageInfos, sums } = this.#selection;
    return [...lists.map(({ field }) => field), ...pageInfos.map(({ field }) => field), ...sums].some(
      (field) => field.responseName === name,
    );
  }

  #shape(merged: MergedPage, pages: readonly NodePage[]): Readonly<Record<string, unknown>> {
    const { lists, pageInfos, sums, typenames, type } = this.#selection;
    const shaped: Record<string, unknown> = {};
    for (const list of lists) {
      if (!list.field.isIncluded(this.#given)) continue;
      shaped[list.field.responseName] = merged.rows.map(
        (row) => listOf(row.page.value, list)?.[row.position] ?? null,
      );
    }
    for (const { field, parts } of pageInfos) {
      if (!field.isIncluded(this.#given)) continue;
      const included = parts.filter((part) => part.isIncluded(this.#given));
      shaped[field.responseName] = Object.fromEntries(
        included.map((part) => [part.responseName, this.#pageInfo(part.name, merged)]),
      );
    }
    for (const { responseName, isIncluded, name } of sums) {
      if (!isIncluded(this.#given)) continue;
      shaped[responseName] = sum(pages, responseName) - (name === 'totalCount' ? this.#countForeign() : 0);
    }
    for (const { responseName, isIncluded } of typenames) {
      if (isIncluded(this.#given)) shaped[responseName] = type;
    }
    return shaped;
  }

  #pageInfo(name: string, { rows, hasNextPage, endCursor }: MergedPage): unknown {
    switch (name) {
      case 'hasNextPage':
        return hasNextPage;
      case 'hasPreviousPage':
        return this.#bounds.after !== undefined;
      case 'startCursor':
        return rows[0]?.cursor ?? null;
      case 'endCursor':
        return endCursor;
      default:
        return 'PageInfo';
    }
  }

  #countForeign(): number {
    let count = 0;
    for (const rows of this.#foreign.values()) count += rows;
    return count;
  }
}

function sum(pages: readonly NodePage[], responseName: string): number {
  return pages.reduce((total, { value }) => {
    const one = value[responseName];
    return typeof one === 'number' ? total + one : total;
  }, 0);
}
