import { type FieldNode, valueFromASTUntyped } from 'graphql';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { type ReadArgument, type Variables, compileArgument } from './arguments.ts';
import {
  type NodePage,
  type PageBounds,
  type PageRow,
  isForged,
  looksLikeCursor,
  ownerOfRow,
  readPage,
} from './connection-page.ts';
import { type ConnectionSelection, compileConnectionSelection } from './connection-selection.ts';
import { type FleetField, type FleetShape, argumentOf } from './directives.ts';
import type { Homes } from './homes.ts';
import { type MergedPage, continuations, cutPage, eachOnce, firstRows } from './merge-pages.ts';
import type { Merge, Merger, OnForeign, SecondRound } from './merger.ts';
import { type Path, badAnswer, isRecord } from './node-answer.ts';
import type { PageShare } from './page-share.ts';
import type { PrivateNames } from './private-names.ts';
import { shapeConnection } from './shape-connection.ts';

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
    askMore: selection.askMore,
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

interface SiftedRows {
  /** Each once. */
  readonly shown: readonly PageRow[];
  /** Of nodes that do not own them. */
  readonly foreign: readonly PageRow[];
}

class ConnectionMerge implements Merge {
  readonly #selection: ConnectionSelection;
  readonly #bounds: PageBounds;
  readonly #given: Variables;
  /** By node: its page of the first round, and the one behind it. */
  readonly #pages = new Map<string, NodePage>();
  readonly #morePages = new Map<string, NodePage>();
  /** How many rows are looked at: as many as make a page, twice as many each time that too many of them are not to be shown. */
  #window: number;
  /** How many rows each node was asked for in the first round. */
  #share: number;
  /** The rows that are looked at, once it is known whose they are. */
  #sifted: SiftedRows | undefined;
  #merged: MergedPage | undefined;

  constructor(selection: ConnectionSelection, bounds: PageBounds, given: Variables) {
    this.#selection = selection;
    this.#bounds = bounds;
    this.#given = given;
    // One more than is shown tells whether there are more.
    this.#window = bounds.first + 1;
    this.#share = bounds.first;
  }

  variablesFor(nodes: number, share: PageShare): Variables {
    const { needsRows, askMore, names } = this.#selection;
    if (askMore) this.#share = share(this.#bounds.first, nodes);
    // Counting rows does not need them.
    return { [names.first]: needsRows ? this.#share : 1 };
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
    this.#sifted = undefined;
    this.#pages.set(
      node,
      this.#selection.needsRows
        ? readPage(node, value, this.#selection, { ...this.#bounds, first: this.#share })
        : { node, cursors: [], hasNextPage: false, value },
    );
  }

  drop(node: string): void {
    this.#sifted = undefined;
    this.#pages.delete(node);
  }

  wantHomes(homes: Homes): boolean {
    while (!this.#sifted) {
      const rows = this.#firstRows();
      if (rows.reduce((wanted, row) => this.#wantHome(row, homes) || wanted, false)) return true;
      const isAll = rows.length < this.#window;
      const sifted = this.#sift(rows, homes);
      if (isAll || sifted.shown.length > this.#bounds.first) this.#sifted = sifted;
      else this.#window *= 2;
    }
    return false;
  }

  askMore(homes: Homes): SecondRound | undefined {
    const { first } = this.#bounds;
    if (this.#share >= first) return undefined;
    const { shown } = this.#sifted ?? this.#sift(this.#firstRows(), homes);
    return this.#secondRound(continuations([...this.#pages.values()], shown, first));
  }

  finish(order: readonly string[], homes: Homes, onForeign: OnForeign): unknown {
    const pages = order.flatMap((node) => this.#pages.get(node) ?? []);
    const ends = pages.map((page) => this.#morePages.get(page.node) ?? page);
    const { shown, foreign } = this.#sifted ?? this.#sift(this.#firstRows(), homes);
    const merged = cutPage(ends, shown, this.#bounds.first);
    this.#merged = merged;
    const rowsOf = new Map<string, number>();
    for (const { page } of foreign) rowsOf.set(page.node, (rowsOf.get(page.node) ?? 0) + 1);
    for (const [node, rows] of rowsOf) onForeign(node, rows);
    return shapeConnection(this.#selection, this.#given, {
      merged,
      pages,
      hasPreviousPage: this.#bounds.after !== undefined,
      foreign: foreign.length,
    });
  }

  place(node: string, path: Path): Path | undefined {
    return this.#placeOn(this.#pages.get(node), path);
  }

  #secondRound(bounds: ReadonlyMap<string, PageBounds>): SecondRound {
    const { names } = this.#selection;
    const variables = [...bounds].map(
      ([node, { first, after }]) => [node, { [names.first]: first, [names.after]: after }] as const,
    );
    return {
      variables: new Map(variables),
      take: (node, value, isExcused) => {
        const asked = bounds.get(node);
        if (!asked || ((value === null || value === undefined) && isExcused)) return;
        if (!isRecord(value)) throw badAnswer(node, 'a connection', value);
        this.#sifted = undefined;
        this.#morePages.set(node, readPage(node, value, this.#selection, asked));
      },
      drop: (node) => {
        this.#sifted = undefined;
        this.#morePages.delete(node);
      },
      place: (node, path) => this.#placeOn(this.#morePages.get(node), path),
    };
  }

  #placeOn(page: NodePage | undefined, path: Path): Path | undefined {
    const [name, position, ...rest] = path;
    const list = this.#selection.lists.find(({ field }) => field.responseName === name);
    if (!list || name === undefined || typeof position !== 'number') {
      return this.#isClients(name) ? path.slice(0, 1) : [];
    }
    const place = this.#merged?.rows.findIndex((row) => row.page === page && row.position === position) ?? -1;
    return place < 0 ? undefined : [name, place, ...rest];
  }

  #firstRows(): readonly PageRow[] {
    return firstRows([...this.#pages.values(), ...this.#morePages.values()], this.#window);
  }

  #sift(rows: readonly PageRow[], homes: Homes): SiftedRows {
    const shown: PageRow[] = [];
    const foreign: PageRow[] = [];
    for (const row of rows) (this.#isShown(row, homes) ? shown : foreign).push(row);
    return { shown: eachOnce(shown), foreign };
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
}
