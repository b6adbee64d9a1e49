import type { QueryPlanFieldNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { type GraphQLSchema, isInterfaceType, isNonNullType, isObjectType, getNamedType } from 'graphql';
import { type Data, isData } from './data.ts';
import type { TypeConditions } from './type-conditions.ts';

/** What an `_entities` fetch needs to know of an object; undefined when it lacks something, or is of another type. */
export type Represent = (object: Data) => Data | undefined;

/** Adds to a representation; false when the object lacks something. */
type Part = (object: Data, representation: Data) => boolean;

/** @param requires of a fetch: fragments on the types of its entities */
export function compileRepresent(
  requires: readonly QueryPlanSelectionNode[],
  schema: GraphQLSchema,
  types: TypeConditions,
): Represent {
  const parts = compileParts(requires, undefined, schema, types);
  return (object) => {
    const representation: Data = {};
    if (!parts.every((part) => part(object, representation))) return undefined;
    return typeof representation['__typename'] === 'string' ? representation : undefined;
  };
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
    const inner = compileParts(selection.selections, typeCondition ?? parentType, schema, types);
    const matching = typeCondition === undefined ? undefined : types.matching(typeCondition);
    return (object, representation) => {
      if (matching && !matching.has(object['__typename'])) return true;
      // A fragment that cannot be filled is left out as a whole; another one may do.
      const filled: Data = {};
      if (inner.every((part) => part(object, filled))) mergeParts(representation, filled);
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
