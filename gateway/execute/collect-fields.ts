import { type GraphQLCompositeType, type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';
import type { ClientField, ClientSelection } from '../plan/client-selection.ts';

/** The selections for one answered field, by response name, in the order in which the answer has them. */
export type CollectedFields = ReadonlyMap<string, readonly ClientField[]>;

/** CollectFields of the specification, for an object whose type is known. */
export function collectFields(
  schema: GraphQLSchema,
  selectionSets: readonly (readonly ClientSelection[])[],
  type: GraphQLObjectType,
): CollectedFields {
  return collect(selectionSets, (condition) => applies(schema, condition, type)) ?? new Map();
}

/** The same for an object whose type nobody told; undefined when the answer depends on it. */
export function collectTypelessFields(
  schema: GraphQLSchema,
  selectionSets: readonly (readonly ClientSelection[])[],
  staticType: GraphQLCompositeType,
): CollectedFields | undefined {
  const fields = collect(selectionSets, (condition) =>
    applies(schema, condition, staticType) ? true : undefined,
  );
  const all = [...(fields?.values() ?? [])].flat();
  const needsType = all.some((field) => field.privateName === '__typename' || field.required.size > 0);
  return needsType ? undefined : fields;
}

function applies(
  schema: GraphQLSchema,
  condition: GraphQLCompositeType,
  type: GraphQLCompositeType,
): boolean {
  if (condition === type) return true;
  return !isObjectType(condition) && !(type.name === condition.name) && isSubType(schema, condition, type);
}

function isSubType(
  schema: GraphQLSchema,
  condition: Exclude<GraphQLCompositeType, GraphQLObjectType>,
  type: GraphQLCompositeType,
): boolean {
  return 'getInterfaces' in type && schema.isSubType(condition, type);
}

/** undefined as soon as `matches` cannot tell for a type condition. */
function collect(
  selectionSets: readonly (readonly ClientSelection[])[],
  matches: (condition: GraphQLCompositeType) => boolean | undefined,
): Map<string, ClientField[]> | undefined {
  const fields = new Map<string, ClientField[]>();
  const visit = (selections: readonly ClientSelection[]): boolean =>
    selections.every((selection) => {
      if (selection.kind === 'fragment') {
        const isMatch = matches(selection.typeCondition);
        if (isMatch === undefined) return false;
        return isMatch ? visit(selection.selections) : true;
      }
      const known = fields.get(selection.responseName);
      if (known) known.push(selection);
      else fields.set(selection.responseName, [selection]);
      return true;
    });
  return selectionSets.every(visit) ? fields : undefined;
}
