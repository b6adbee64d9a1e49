import { type FieldNode, Kind, type SelectionNode } from 'graphql';
import { codedError } from '../../wire/coded-error.ts';
import type { Fetch, PreparedFetch } from '../execute/subgraph.ts';
import type { FleetShape } from './directives.ts';
import { type EntityTypes, runEntities } from './entity-run.ts';
import type { Fleet } from './fleet.ts';
import { createNodeDocument } from './node-document.ts';
import { type PrivateNames, privateNamesFor } from './private-names.ts';
import { aliased, onType } from './row-key.ts';
import { possibleTypes } from './sdl-index.ts';
import { inlineFragments } from './selection.ts';

/** Makes a fetch of entities ready. Throws a GraphQLError for a type of which nobody says which node owns it. */
export function prepareEntityFetch(fleet: Fleet, fetch: Fetch): Pick<PreparedFetch, 'execute'> {
  const operation = inlineFragments(fetch.document);
  const names = privateNamesFor(fetch.document);
  const [field] = operation.selectionSet.selections;
  if (field?.kind !== Kind.FIELD || field.name.value !== '_entities') {
    throw codedError(
      'INTERNAL_SERVER_ERROR',
      'Expected a fetch of entities to have the root field _entities',
    );
  }
  const types = readTypes(fleet.shape, field, names);
  const definitions = operation.variableDefinitions ?? [];
  const document = createNodeDocument('query', [withKeys(field, types)], definitions, names);
  return {
    execute: (variables, context) => runEntities({ fleet, types, document, variables, context }),
  };
}

function readTypes(shape: FleetShape, field: FieldNode, names: PrivateNames): EntityTypes {
  const shards = new Map<string, EntityTypes['shards'] extends ReadonlyMap<string, infer S> ? S : never>();
  const conditions = field.selectionSet?.selections.flatMap(conditionOf) ?? [];
  for (const type of conditions.flatMap((condition) => [...possibleTypes(shape.index, condition)])) {
    const shard = shape.shards.get(type);
    if (!shard) {
      // Any node would do only if all nodes had the same rows; then the type would belong into a shape of its own.
      throw codedError(
        'SUBGRAPH_FAILED',
        `Expected @shard on ${type} of ${shape.name}: its rows are fetched by key`,
      );
    }
    shards.set(type, shard);
  }
  return {
    shards,
    typeName: names.name('type'),
    keyName: names.name('key'),
    covers: (condition, type) => condition === type || possibleTypes(shape.index, condition).has(type),
  };
}

function conditionOf(selection: SelectionNode): readonly string[] {
  if (selection.kind !== Kind.INLINE_FRAGMENT) return [];
  if (selection.typeCondition) return [selection.typeCondition.name.value];
  return selection.selectionSet.selections.flatMap(conditionOf);
}

// Asked for last: what is taken out of an object in the reverse order of its making leaves it a fast one.
function withKeys(field: FieldNode, types: EntityTypes): FieldNode {
  const keys = [...types.shards].map(([type, { by }]) => onType(type, [aliased(types.keyName, by)]));
  return {
    ...field,
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [...(field.selectionSet?.selections ?? []), aliased(types.typeName, '__typename'), ...keys],
    },
  };
}
