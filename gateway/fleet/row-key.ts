import { type FieldNode, Kind, type SelectionNode } from 'graphql';
import type { FleetShape, Shard } from './directives.ts';
import type { RowOwner } from './homes.ts';
import { badAnswer } from './node-answer.ts';
import type { PrivateNames } from './private-names.ts';
import { flattenSelection } from './selection.ts';
import { possibleTypes } from './sdl-index.ts';

/** How rows of one type show whose they are. */
export interface RowKey {
  /** To be asked of every row, beside what the client wants. Empty when rows of this type belong to nobody in particular. */
  readonly selections: readonly SelectionNode[];
  /** undefined for a row that belongs to nobody in particular. Throws NODE_BAD_ANSWER when the key is not there. */
  read(node: string, row: Readonly<Record<string, unknown>>): RowOwner | undefined;
  /** Takes what was asked in private out of a row. */
  strip(row: Record<string, unknown>): void;
}

/** @param what a word of its own for each use in one selection */
export function compileRowKey(shape: FleetShape, type: string, names: PrivateNames, what = 'key'): RowKey {
  const alone = shape.shards.get(type);
  if (alone) return keyOfType(alone, names.name(what));
  const sharded = [...possibleTypes(shape.index, type)].flatMap((name) => {
    const shard = shape.shards.get(name);
    return shard ? [[name, keyOfType(shard, names.name(`${what}_${name}`))] as const] : [];
  });
  return sharded.length > 0 ? keyOfAbstractType(new Map(sharded), names.name(`${what}_type`)) : keyless;
}

const keyless: RowKey = { selections: [], read: () => undefined, strip: () => {} };

function keyOfType(shard: Shard, alias: string): RowKey {
  return {
    selections: [aliased(alias, shard.by)],
    read: (node, row) => {
      const key = row[alias];
      if (typeof key !== 'string') throw badAnswer(node, `the ${shard.by} of a row to be a string`, key);
      return { via: shard.via, key };
    },
    strip: (row) => void delete row[alias],
  };
}

function keyOfAbstractType(keys: ReadonlyMap<string, RowKey>, typeAlias: string): RowKey {
  return {
    selections: [
      aliased(typeAlias, '__typename'),
      ...[...keys].map(([type, key]) => onType(type, key.selections)),
    ],
    read: (node, row) => {
      const type = row[typeAlias];
      if (typeof type !== 'string') throw badAnswer(node, 'the type of a row', type);
      return keys.get(type)?.read(node, row);
    },
    strip: (row) => {
      for (const key of keys.values()) key.strip(row);
      delete row[typeAlias];
    },
  };
}

/** The names under which a client's own selection has the key of a row, where its type is known to be this one. */
export function keyNamesIn(
  shape: FleetShape,
  type: string,
  selections: readonly SelectionNode[],
): readonly string[] {
  const shard = shape.shards.get(type);
  if (!shard) return [];
  return flattenSelection(shape.index, type, selections)
    .filter((field) => field.name === shard.by)
    .map((field) => field.responseName);
}

export function aliased(alias: string, name: string, selections?: readonly SelectionNode[]): FieldNode {
  return {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: alias },
    name: { kind: Kind.NAME, value: name },
    ...(selections ? { selectionSet: { kind: Kind.SELECTION_SET, selections } } : {}),
  };
}

export function onType(type: string, selections: readonly SelectionNode[]): SelectionNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
}
