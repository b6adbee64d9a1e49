import { Kind, type SelectionSetNode } from 'graphql';
import { type Data, isData } from './data.ts';
import type { TypeConditions } from './type-conditions.ts';

/** The response names of a selection set, whatever the types: what of an answer is put into the data. */
export type MergeTree = readonly MergeField[];

interface MergeField {
  readonly key: string;
  /** undefined for leaf values, which are never looked into: an object may be a custom scalar's. */
  readonly children: MergeTree | undefined;
}

/** @param renamed by the fetch's output rewrites, which are applied before anything is merged */
export function createMergeTree(
  selectionSet: SelectionSetNode,
  renamed: ReadonlyMap<string, string>,
): MergeTree {
  const found = new Map<string, SelectionSetNode[]>();
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet);
      if (selection.kind !== Kind.FIELD) continue;
      const name = selection.alias?.value ?? selection.name.value;
      const key = renamed.get(name) ?? name;
      const nested = found.get(key) ?? [];
      if (selection.selectionSet) nested.push(selection.selectionSet);
      found.set(key, nested);
    }
  };
  visit(selectionSet);
  return [...found].map(([key, nested]) => ({
    key,
    children:
      nested.length === 0
        ? undefined
        : createMergeTree(
            { kind: Kind.SELECTION_SET, selections: nested.flatMap(({ selections }) => selections) },
            renamed,
          ),
  }));
}

/** Puts an answer's fields into an object. Objects and lists that are there already are added to; null never takes a value's place. */
export function mergeObject(target: Data, source: Data, tree: MergeTree, types: TypeConditions): void {
  for (const { key, children } of tree) {
    const value = source[key];
    if (value === undefined) continue;
    const existing = target[key];
    if (existing === undefined || existing === null) target[key] = value;
    else if (value === null || value === existing) continue;
    else if (children) mergeValue(existing, value, children, types);
    else if (key !== '__typename' || !types.isObjectType(existing)) target[key] = value;
  }
}

function mergeValue(existing: unknown, value: unknown, tree: MergeTree, types: TypeConditions): void {
  if (Array.isArray(existing) && Array.isArray(value)) {
    if (existing.length !== value.length) return;
    for (let index = 0; index < value.length; index += 1) {
      if (existing[index] === null) existing[index] = value[index];
      else mergeValue(existing[index], value[index], tree, types);
    }
  } else if (isData(existing) && isData(value)) {
    mergeObject(existing, value, tree, types);
  }
}

/** A copy of what `tree` names, so that places which must not see each other's later changes do not share objects. */
export function copyObject(source: Data, tree: MergeTree): Data {
  const copy: Data = {};
  for (const { key, children } of tree) {
    if (source[key] !== undefined) copy[key] = children ? copyValue(source[key], children) : source[key];
  }
  return copy;
}

function copyValue(value: unknown, tree: MergeTree): unknown {
  if (Array.isArray(value)) return value.map((item) => copyValue(item, tree));
  return isData(value) ? copyObject(value, tree) : value;
}
