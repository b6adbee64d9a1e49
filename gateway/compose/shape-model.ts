import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DirectiveNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';
import { type Shape, parseShape } from './shape.ts';

export type OurDirective = 'shard' | 'route' | 'scatter' | 'feed' | 'latest' | 'access';
export type Field = GraphQLField<unknown, unknown>;
type RootKind = 'query' | 'mutation' | 'subscription';

/** A `@key` of a type: its fields at the top level, and whether this shape can complete rows that it is given. */
interface Key {
  readonly fields: readonly string[];
  readonly isResolvable: boolean;
}

interface Owned {
  readonly by: string;
  readonly via: string;
}

/** What the rules ask of a shape. */
export interface ShapeModel {
  readonly name: string;
  readonly schema: GraphQLSchema;
  /** Without those of introspection and of federation. */
  readonly objects: readonly GraphQLObjectType[];
  /** Published by many nodes: any of its fields or types has `@shard`, `@route` or `@scatter`. */
  readonly isFleet: boolean;
  rootKind(type: GraphQLObjectType): RootKind | undefined;
  keys(type: GraphQLNamedType): readonly Key[];
  /** `@shard` of a type. */
  shard(type: GraphQLNamedType): Owned | undefined;
  /** Arguments with which a directive stands on a field, with their defaults; all of ours are strings. */
  directive(name: OurDirective, field: Field): Readonly<Record<string, string>> | undefined;
}

/** Builds a shape's schema, as @apollo/subgraph does on a node; throws when that is impossible. */
export function createShapeModel(shape: Shape): ShapeModel {
  const schema = buildSubgraphSchema({ typeDefs: parseShape(shape) });
  const values = (name: OurDirective, nodes: readonly DirectiveNode[]) => {
    const node = nodes.find((candidate) => candidate.name.value === name);
    const definition = schema.getDirective(name);
    if (!node || !definition) return undefined;
    const entries = Object.entries(getArgumentValues(definition, node));
    return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
  };
  const objects = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !type.name.startsWith('_'));
  const shard = (type: GraphQLNamedType): Owned | undefined => {
    const found = values('shard', directivesOf(type));
    return found && { by: found['by'] ?? '', via: found['via'] ?? '' };
  };
  const directive = (name: OurDirective, field: Field) => values(name, field.astNode?.directives ?? []);
  const isRouted = (field: Field) => directive('route', field) ?? directive('scatter', field);
  return {
    name: shape.name,
    schema,
    objects,
    isFleet: objects.some((type) => shard(type) ?? fieldsOf(type).some(isRouted)),
    rootKind: (type) => {
      if (type === schema.getQueryType()) return 'query';
      if (type === schema.getMutationType()) return 'mutation';
      return type === schema.getSubscriptionType() ? 'subscription' : undefined;
    },
    keys: (type) =>
      directivesOf(type)
        .filter((node) => node.name.value === 'key')
        .map(readKey),
    shard,
    directive,
  };
}

/** A type's fields without those of federation. */
export function fieldsOf(type: GraphQLObjectType): readonly Field[] {
  return Object.values(type.getFields()).filter((field) => !field.name.startsWith('_'));
}

/** A field as rules name it in their complaints. */
export function placeOf(shape: ShapeModel, type: GraphQLNamedType, field?: Field): string {
  return `${shape.name}: ${type.name}${field ? `.${field.name}` : ''}`;
}

function directivesOf(type: GraphQLNamedType): readonly DirectiveNode[] {
  return [type.astNode, ...type.extensionASTNodes].flatMap((node) => node?.directives ?? []);
}

function readKey(node: DirectiveNode): Key {
  const argument = (name: string): unknown => {
    const found = node.arguments?.find((candidate) => candidate.name.value === name);
    return found && valueFromASTUntyped(found.value);
  };
  return {
    fields: topLevelNames(String(argument('fields'))),
    isResolvable: argument('resolvable') !== false,
  };
}

/** The names outside braces in a field set: `id owner { name }` gives id and owner. */
function topLevelNames(fieldSet: string): readonly string[] {
  const names: string[] = [];
  let depth = 0;
  for (const [token] of fieldSet.matchAll(/[{}]|\w+/g)) {
    if (token === '{') depth += 1;
    else if (token === '}') depth -= 1;
    else if (depth === 0) names.push(token);
  }
  return names;
}
