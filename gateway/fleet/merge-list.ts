import { type FieldNode, Kind } from 'graphql';
import type { Variables } from './arguments.ts';
import type { FleetField, FleetShape } from './directives.ts';
import type { Homes, RowOwner } from './homes.ts';
import type { Merge, Merger, OnForeign } from './merger.ts';
import { type Path, badAnswer, isRecord } from './node-answer.ts';
import type { PrivateNames } from './private-names.ts';
import { type RowKey, compileRowKey } from './row-key.ts';
import { isComposite, namedType } from './sdl-index.ts';

/** Joins the lists of all nodes, in the order in which the nodes were asked. */
export function createListMerger(
  shape: FleetShape,
  field: FleetField,
  node: FieldNode,
  names: PrivateNames,
): Merger {
  const type = namedType(field.definition.type);
  const rowKey = compileRowKey(shape, type, names);
  const ask: FieldNode = node.selectionSet
    ? {
        ...node,
        selectionSet: {
          kind: Kind.SELECTION_SET,
          selections: [...node.selectionSet.selections, ...rowKey.selections],
        },
      }
    : node;
  const composite = isComposite(shape.index, type);
  return { ask, variables: [], begin: () => new ListMerge(rowKey, composite) };
}

interface Item {
  readonly value: unknown;
  readonly owner: RowOwner | undefined;
}

class ListMerge implements Merge {
  readonly #rowKey: RowKey;
  readonly #composite: boolean;
  readonly #items = new Map<string, readonly Item[]>();
  readonly #places = new Map<string, readonly (number | undefined)[]>();

  constructor(rowKey: RowKey, composite: boolean) {
    this.#rowKey = rowKey;
    this.#composite = composite;
  }

  variablesFor(): Variables {
    return {};
  }

  get hasAny(): boolean {
    return this.#items.size > 0;
  }

  take(node: string, value: unknown, isExcused: boolean): void {
    if ((value === null || value === undefined) && isExcused) return;
    if (!Array.isArray(value)) throw badAnswer(node, 'a list', value);
    this.#items.set(
      node,
      value.map((item: unknown) => this.#read(node, item)),
    );
  }

  drop(node: string): void {
    this.#items.delete(node);
  }

  wantHomes(homes: Homes): boolean {
    let wanted = false;
    for (const items of this.#items.values()) {
      for (const { owner } of items) if (owner) wanted = homes.want(owner) || wanted;
    }
    return wanted;
  }

  finish(order: readonly string[], homes: Homes, onForeign: OnForeign): unknown {
    const merged: unknown[] = [];
    for (const node of order) {
      const items = this.#items.get(node) ?? [];
      const places = items.map(({ value, owner }) => {
        if (owner && !homes.isOwner(node, owner)) return undefined;
        if (owner && isRecord(value)) this.#rowKey.strip(value);
        return merged.push(value) - 1;
      });
      this.#places.set(node, places);
      const foreign = places.filter((place) => place === undefined).length;
      if (foreign > 0) onForeign(node, foreign);
    }
    return merged;
  }

  place(node: string, [position, ...rest]: Path): Path | undefined {
    if (typeof position !== 'number') return [];
    const place = this.#places.get(node)?.[position];
    return place === undefined ? undefined : [place, ...rest];
  }

  #read(node: string, value: unknown): Item {
    if (!this.#composite || value === null) return { value, owner: undefined };
    if (!isRecord(value)) throw badAnswer(node, 'a list of objects', value);
    return { value, owner: this.#rowKey.read(node, value) };
  }
}
