import type { SelectionNode } from 'graphql';
import type { FleetShape, Via } from './directives.ts';
import { ownsByName } from './homes.ts';
import { type Path, isRecord } from './node-answer.ts';
import type { NodeDocument } from './node-document.ts';
import type { PrivateNames } from './private-names.ts';
import { flattenSelection, selectionsBelow } from './selection.ts';
import { fieldOf, namedType, possibleTypes } from './sdl-index.ts';

/** Where in an answer there are objects that carry the id of a node: they may only carry that of the node that sent them. */
export interface OwnerGuard {
  /** By object type. */
  readonly types: ReadonlyMap<string, ObjectGuard>;
  /** Response names of `__typename`, to tell the types apart where there are several. */
  readonly typeNames: readonly string[];
}

interface ObjectGuard {
  readonly keys: readonly { readonly name: string; readonly via: Via }[];
  readonly fields: readonly { readonly name: string; readonly guard: OwnerGuard }[];
}

export interface ForeignObjects {
  readonly count: number;
  readonly first: Path;
}

/** undefined for a document whose answers show no such ids. (Agents' are for the directory, and only looked up where rows are merged.) */
export function compileOwnerGuard(shape: FleetShape, document: NodeDocument): OwnerGuard | undefined {
  const { operation, names } = document;
  return compileGuard(
    { shape, names },
    shape.index.roots[operation.operation],
    operation.selectionSet.selections,
  );
}

interface Guarded {
  readonly shape: FleetShape;
  readonly names: PrivateNames;
}

function compileGuard(
  guarded: Guarded,
  type: string,
  selections: readonly SelectionNode[],
): OwnerGuard | undefined {
  const { index, shards } = guarded.shape;
  const types = new Map<string, ObjectGuard>();
  const typeNames = new Set<string>();
  for (const objectType of possibleTypes(index, type)) {
    const shard = shards.get(objectType);
    const keys: ObjectGuard['keys'][number][] = [];
    const fields: ObjectGuard['fields'][number][] = [];
    for (const field of flattenSelection(index, objectType, selections)) {
      const name = field.responseName;
      if (field.name === '__typename') typeNames.add(name);
      // What we ask for ourselves is judged by whoever asked.
      if (guarded.names.has(name)) continue;
      if (shard && shard.via !== 'DIRECTORY' && field.name === shard.by) keys.push({ name, via: shard.via });
      const definition = fieldOf(index, objectType, field.name);
      const guard = definition && compileGuard(guarded, namedType(definition.type), selectionsBelow(field));
      if (guard) fields.push({ name, guard });
    }
    if (keys.length > 0 || fields.length > 0) types.set(objectType, { keys, fields });
  }
  return types.size > 0 ? { types, typeNames: [...typeNames] } : undefined;
}

/** Puts null in the place of each object that the node does not own; whether null may stand there is for whoever completes the answer. */
export function removeForeign(node: string, data: unknown, guard: OwnerGuard): ForeignObjects | undefined {
  let count = 0;
  let first: Path | undefined;

  const isForeign = (value: Readonly<Record<string, unknown>>, { keys }: ObjectGuard): boolean =>
    keys.some(({ name, via }) => {
      const key = value[name];
      return typeof key === 'string' && !ownsByName(node, via, key);
    });
  /** What should stand where the value stands. */
  const checked = (value: unknown, inside: OwnerGuard, path: () => Path): unknown => {
    if (Array.isArray(value)) {
      value.forEach((item: unknown, position) => {
        value[position] = checked(item, inside, () => [...path(), position]);
      });
      return value;
    }
    const object = isRecord(value) ? guardOf(value, inside) : undefined;
    if (!isRecord(value) || !object) return value;
    if (isForeign(value, object)) {
      count++;
      first ??= path();
      return null;
    }
    for (const { name, guard: deeper } of object.fields) {
      const inner = value[name];
      if (typeof inner === 'object' && inner !== null) {
        value[name] = checked(inner, deeper, () => [...path(), name]);
      }
    }
    return value;
  };
  checked(data, guard, () => []);
  return first && { count, first };
}

function guardOf(
  value: Readonly<Record<string, unknown>>,
  { types, typeNames }: OwnerGuard,
): ObjectGuard | undefined {
  for (const name of typeNames) {
    const type = value[name];
    if (typeof type === 'string') return types.get(type);
  }
  // Without its type an object can be judged only where there is but one.
  return types.size === 1 ? [...types.values()][0] : undefined;
}
