import type { QueryPlanFieldNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { type GraphQLSchema, isInterfaceType, isNonNullType, isObjectType, getNamedType } from 'graphql';
import { type Data, isData } from './data.ts';
import type { TypeConditions } from './type-conditions.ts';

/** What an `_entities` fetch needs to know of an object; undefined when it lacks something, or is of another type. */
export type Represent = (object: Data) => Data | undefined;

/** Adds to a representation; false when the object lacks something. */
type Part = (object: Data, representation: Data) => boolean;

interface Fragment {
  readonly matching: ReadonlySet<unknown>;
  readonly parts: readonly Part[];
}

/** @param requires of a fetch: fragments on the types of its entities */
export function compileRepresent(
  requires: readonly QueryPlanSelectionNode[],
  schema: GraphQLSchema,
  types: TypeConditions,
): Represent {
  const fragments = requires.flatMap((selection): Fragment[] => {
    if (selection.kind === 'Field' || selection.typeCondition === undefined) return [];
    const parts = compileParts(selection.selections, selection.typeCondition, schema, types);
    return [{ matching: types.matching(selection.typeCondition), parts }];
  });
  return (object) => {
    const typename = object['__typename'];
    const applying = fragments.filter(({ matching }) => matching.has(typename));
    const [only, ...others] = applying;
    if (!only) return undefined;
    const representation =
      others.length === 0 ? fillFragment(object, only.parts) : fillFragments(object, applying);
    return typeof representation?.['__typename'] === 'string' ? representation : undefined;
  };
}

function fillFragment(object: Data, parts: readonly Part[]): Data | undefined {
  const filled: Data = {};
  for (const part of parts) {
    if (!part(object, filled)) return undefined;
  }
  return filled;
}

/** A fragment that cannot be filled is left out as a whole; another one may do. */
function fillFragments(object: Data, fragments: readonly Fragment[]): Data {
  const representation: Data = {};
  for (const fragment of fragments) mergeParts(representation, fillFragment(object, fragment.parts) ?? {});
  return representation;
}

/**
 * What tells representations of a fetch apart, to be used as the key of a map. May tell apart what is equal where keys are objects: that costs a
 * little and changes nothing.
 */
export function compileIdentify(
  requires: readonly QueryPlanSelectionNode[],
  types: TypeConditions,
): (representation: Data) => unknown {
  const key = soleKey(requires, types);
  return key === undefined
    ? (representation) => JSON.stringify(representation)
    : (representation) => representation[key];
}

/** The field that alone differs among representations, when all are of one type and have one. */
function soleKey(requires: readonly QueryPlanSelectionNode[], types: TypeConditions): string | undefined {
  const [fragment, ...others] = requires;
  if (
    fragment?.kind !== 'InlineFragment' ||
    others.length > 0 ||
    !types.isObjectType(fragment.typeCondition)
  ) {
    return undefined;
  }
  const [typename, field, ...more] = fragment.selections;
  if (typename?.kind !== 'Field' || typename.name !== '__typename') return undefined;
  return field?.kind === 'Field' && !field.selections && more.length === 0
    ? (field.alias ?? field.name)
    : undefined;
}

function compileParts(
  selections: readonly QueryPlanSelectionNode[],
  parentType: string | undefined,
  schema: GraphQLSchema,
  types: TypeConditions,
): readonly Part[] {
  return selections.map((selection) => {
    if (selection.kind === 'Field') return compileField(selection, parentType, schema, types);
    const { typeCondition } = selection;
    const parts = compileParts(selection.selections, typeCondition ?? parentType, schema, types);
    const matching = typeCondition === undefined ? undefined : types.matching(typeCondition);
    return (object, representation) => {
      if (matching && !matching.has(object['__typename'])) return true;
      mergeParts(representation, fillFragment(object, parts) ?? {});
      return true;
    };
  });
}

/** Fragments that both apply may each have a part of the same object. */
function mergeParts(target: Data, source: Data): void {
  for (const [key, value] of Object.entries(source)) {
    const existing = target[key];
    if (isData(existing) && isData(value)) mergeParts(existing, value);
    else if (Array.isArray(existing) && Array.isArray(value)) {
      existing.forEach((item, index) => {
        if (isData(item) && isData(value[index])) mergeParts(item, value[index]);
      });
    } else target[key] = value;
  }
}

function compileField(
  field: QueryPlanFieldNode,
  parentType: string | undefined,
  schema: GraphQLSchema,
  types: TypeConditions,
): Part {
  const key = field.alias ?? field.name;
  const definition = fieldOf(schema, parentType, field.name);
  const mayBeNull = definition ? !isNonNullType(definition.type) : field.name !== '__typename';
  const inner = field.selections
    ? compileParts(field.selections, definition && getNamedType(definition.type).name, schema, types)
    : undefined;
  return (object, representation) => {
    const value = object[key];
    if (value === undefined || (value === null && !mayBeNull)) return false;
    const filled = inner ? fill(value, inner) : value;
    representation[key] = filled;
    return filled !== undefined;
  };
}

/** undefined when anything in it is missing. */
function fill(value: unknown, parts: readonly Part[]): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) {
    const items = value.map((item) => fill(item, parts));
    return items.includes(undefined) ? undefined : items;
  }
  if (!isData(value)) return undefined;
  const filled: Data = {};
  return parts.every((part) => part(value, filled)) ? filled : undefined;
}

function fieldOf(schema: GraphQLSchema, typeName: string | undefined, fieldName: string) {
  const type = typeName === undefined ? undefined : schema.getType(typeName);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
}
