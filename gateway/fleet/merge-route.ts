import { type FieldNode, Kind } from 'graphql';
import type { Variables } from './arguments.ts';
import type { FleetField, FleetShape } from './directives.ts';
import type { Homes, RowOwner } from './homes.ts';
import type { Merge, Merger, OnForeign } from './merger.ts';
import { badAnswer, isRecord } from './node-answer.ts';
import type { PrivateNames } from './private-names.ts';
import { type RowKey, compileRowKey } from './row-key.ts';
import { isComposite, isListType, namedType } from './sdl-index.ts';

/** The answer of the one node that a routed field runs on, if the row in it is that node's. */
export function createRouteMerger(
  shape: FleetShape,
  field: FleetField,
  node: FieldNode,
  names: PrivateNames,
): Merger {
  const type = namedType(field.definition.type);
  const composite = isComposite(shape.index, type);
  const rowKey = compileRowKey(shape, type, names);
  const ask: FieldNode =
    composite && node.selectionSet
      ? {
          ...node,
          selectionSet: {
            kind: Kind.SELECTION_SET,
            selections: [...node.selectionSet.selections, ...rowKey.selections],
          },
        }
      : node;
  const isList = isListType(field.definition.type);
  return { ask, variables: [], begin: () => new RouteMerge(rowKey, { composite, isList }) };
}

interface Form {
  readonly composite: boolean;
  readonly isList: boolean;
}

class RouteMerge implements Merge {
  readonly #rowKey: RowKey;
  readonly #form: Form;
  #answer: { readonly node: string; readonly value: unknown; readonly rows: readonly Row[] } | undefined;

  constructor(rowKey: RowKey, form: Form) {
    this.#rowKey = rowKey;
    this.#form = form;
  }

  variablesFor(): Variables {
    return {};
  }

  get hasAny(): boolean {
    return this.#answer !== undefined;
  }

  take(node: string, value: unknown, isExcused: boolean): void {
    if (value === undefined && !isExcused) throw badAnswer(node, 'an answer to the field', value);
    if (this.#form.isList && Array.isArray(value)) {
      this.#answer = { node, value, rows: value.flatMap((item: unknown) => this.#read(node, item)) };
    } else {
      this.#answer = { node, value, rows: this.#read(node, value) };
    }
  }

  drop(): void {
    this.#answer = undefined;
  }

  wantHomes(homes: Homes): boolean {
    let wanted = false;
    for (const { owner } of this.#answer?.rows ?? []) wanted = homes.want(owner) || wanted;
    return wanted;
  }

  finish(_order: readonly string[], homes: Homes, onForeign: OnForeign): unknown {
    if (!this.#answer) return null;
    const { node, value, rows } = this.#answer;
    const foreign = new Set<unknown>();
    for (const { row, owner } of rows) {
      if (!homes.isOwner(node, owner)) foreign.add(row);
      this.#rowKey.strip(row);
    }
    if (foreign.size === 0) return value ?? null;
    onForeign(node, foreign.size);
    return Array.isArray(value) ? value.map((item: unknown) => (foreign.has(item) ? null : item)) : null;
  }

  place(_node: string, path: readonly (string | number)[]) {
    return path;
  }

  #read(node: string, value: unknown): readonly Row[] {
    if (value === null || value === undefined || !this.#form.composite) return [];
    if (!isRecord(value)) throw badAnswer(node, 'an object', value);
    const owner = this.#rowKey.read(node, value);
    return owner ? [{ row: value, owner }] : [];
  }
}

interface Row {
  readonly row: Record<string, unknown>;
  readonly owner: RowOwner;
}
