import { type DocumentNode, type ExecutionResult, type GraphQLSchema, Kind, execute, parse } from 'graphql';
import { type GraphOptions, composeGraph } from './compose-graph.ts';
import type { GraphModel } from './random-supergraph.ts';
import { type FieldModel, type Row, type World, typeOfId, valueOf } from './random-world.ts';

/** Composes a random graph over subgraphs that compute their fields from the world. Throws when it does not compose. */
export function createRandomGraph(model: GraphModel, options: GraphOptions = {}) {
  const sources = [...model.sdl].map(([name, sdl]) => [
    name,
    { sdl, resolvers: createResolvers(model, sdl) },
  ]);
  return composeGraph(Object.fromEntries(sources) as Parameters<typeof composeGraph>[0], options);
}

function createResolvers(model: GraphModel, sdl: string): Record<string, unknown> {
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const definition of parse(sdl).definitions) {
    if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      resolvers[definition.name.value] = {
        __resolveType: ({ __typename }: Row) => __typename,
        __resolveReference: ({ id }: Row) => ({ __typename: typeOfId(id), id }),
      };
    }
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const type = definition.name.value;
    const made: Record<string, unknown> = {};
    for (const { name } of definition.fields ?? []) made[name.value] = resolverOf(model, type, name.value);
    if (definition.directives?.some(({ name }) => name.value === 'key')) {
      made['__resolveReference'] = (reference: Partial<Row> & { readonly code?: string }) => ({
        __typename: type,
        id: reference.id ?? reference.code?.slice(2),
        reference,
      });
    }
    resolvers[type] = made;
  }
  return resolvers;
}

function resolverOf(model: GraphModel, type: string, name: string) {
  const field = fieldOf(model, type, name);
  return (source: Row | undefined, { n }: { readonly n?: number }) => {
    if (!field) return null;
    const row = source ?? queryRow;
    const missing = field.requires?.some(({ field: needed }) => !(needed.name in (row.reference ?? {})));
    if (missing) return 'not told what it requires';
    const value = valueOf(model.world, type, row, field, n);
    const provided = field.provides && fieldOf(model, field.type.base, field.provides);
    return provided ? withProvided(model.world, value, provided) : value;
  };
}

function withProvided(world: World, value: unknown, field: FieldModel): unknown {
  if (Array.isArray(value)) return value.map((item) => withProvided(world, item, field));
  if (value === null) return null;
  const row = value as Row;
  return { ...row, reference: { [field.name]: valueOf(world, row.__typename, row, field, undefined) } };
}

const queryRow: Row = { __typename: 'Query', id: 'Query-0' };
const keys: ReadonlyMap<string, FieldModel> = new Map(
  ['id', 'code'].map((name) => [name, { name, type: { base: 'ID', wraps: ['!'] }, hasArgument: false }]),
);

function fieldOf(model: GraphModel, type: string, name: string): FieldModel | undefined {
  return model.fields.get(type)?.get(name) ?? (type === 'Query' ? undefined : keys.get(name));
}

/** The same graph as one graphql-js schema: what every answer should be. */
export async function runMonolith(
  model: GraphModel,
  schema: GraphQLSchema,
  document: DocumentNode,
  variableValues: Readonly<Record<string, unknown>>,
): Promise<ExecutionResult> {
  return execute({
    schema,
    document,
    variableValues,
    typeResolver: ({ __typename }: Row) => __typename,
    fieldResolver: (
      source: Row | undefined,
      { n }: { readonly n?: number },
      _,
      { parentType, fieldName },
    ) => {
      const isShared = parentType.name !== 'Query' && model.interfaceObjectFields.has(fieldName);
      const owner = isShared ? 'Thing' : parentType.name;
      const field = fieldOf(model, owner, fieldName);
      return field ? valueOf(model.world, owner, source ?? queryRow, field, n) : null;
    },
  });
}
