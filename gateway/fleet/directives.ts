import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  valueFromASTUntyped,
} from 'graphql';
import { type OperationKind, type SdlIndex, indexSdl, namedType } from './sdl-index.ts';

/**
 * How a value names a node. NODE: it is the node's id. PREFIX: the node's id stands before its first `/`. DIRECTORY: it is the id of an
 * agent, and the directory knows.
 */
const vias = ['NODE', 'PREFIX', 'DIRECTORY'] as const;
export type Via = (typeof vias)[number];

/** Where a root field runs whose argument names nobody. */
const fallbacks = ['INITIAL'] as const;

const merges = ['LIST', 'SUM', 'CONNECTION'] as const;
type Merge = (typeof merges)[number];

/** `@shard`: the field of the key that names the owner. */
export interface Shard {
  readonly by: string;
  readonly via: Via;
}

/** `@route`: the argument that names the owner, and the node that is meant where it is absent. */
export interface Route {
  readonly kind: 'route';
  readonly by: readonly string[];
  readonly via: Via;
  readonly otherwise: string | undefined;
}

/** Which nodes a root field means. */
export type Reach =
  Route | { readonly kind: 'scatter'; readonly merge: Merge; readonly hasNodesArgument: boolean };

/** What becomes of a stream whose reader or source falters: `@feed` or `@latest`. */
type StreamDirective =
  | { readonly kind: 'feed'; readonly cursor: string; readonly after: string }
  | { readonly kind: 'latest'; readonly key: readonly string[] };

export interface FleetField {
  readonly name: string;
  readonly definition: FieldDefinitionNode;
  /** undefined for a field that says nothing of nodes. */
  readonly reach: Reach | undefined;
  readonly stream: StreamDirective | undefined;
}

/** A shape that many nodes publish, with what its directives say. Read once per shape. */
export interface FleetShape {
  readonly name: string;
  readonly sdl: string;
  readonly index: SdlIndex;
  readonly shards: ReadonlyMap<string, Shard>;
  readonly rootFields: Readonly<Record<OperationKind, ReadonlyMap<string, FleetField>>>;
}

/**
 * Throws a GraphQLError when the SDL does not parse, an Error when a directive names what is not there.
 * @param initial id of the initial node; needed by a shape with `@route(otherwise:)` only
 */
export function readFleetShape(
  shape: { readonly name: string; readonly sdl: string },
  initial?: string,
): FleetShape {
  const index = indexSdl(shape.sdl);
  const shards = new Map<string, Shard>();
  for (const type of index.types.values()) {
    const directive = findDirective(type.directives, 'shard');
    if (!directive) continue;
    const shard = {
      by: text(directive, 'by', 'id'),
      via: oneOf(vias, text(directive, 'via', 'NODE'), type.name),
    };
    if (!type.fields.has(shard.by)) {
      throw new Error(`Expected @shard(by:) of ${type.name} to be one of its fields, got ${shard.by}`);
    }
    shards.set(type.name, shard);
  }
  const fieldsOf = (kind: OperationKind) => readRootFields(index, kind, initial);
  return {
    ...shape,
    index,
    shards,
    rootFields: {
      query: fieldsOf('query'),
      mutation: fieldsOf('mutation'),
      subscription: fieldsOf('subscription'),
    },
  };
}

function readRootFields(
  index: SdlIndex,
  kind: OperationKind,
  initial: string | undefined,
): ReadonlyMap<string, FleetField> {
  const root = index.roots[kind];
  const fields = new Map<string, FleetField>();
  for (const [name, definition] of index.types.get(root)?.fields ?? []) {
    const place = `${root}.${name}`;
    fields.set(name, {
      name,
      definition,
      reach: readReach(index, definition, { place, initial }),
      stream: readStream(definition, place),
    });
  }
  return fields;
}

interface RootPlace {
  /** For messages. */
  readonly place: string;
  readonly initial: string | undefined;
}

function readReach(
  index: SdlIndex,
  definition: FieldDefinitionNode,
  { place, initial }: RootPlace,
): Reach | undefined {
  const route = findDirective(definition.directives, 'route');
  const scatter = findDirective(definition.directives, 'scatter');
  if (route && scatter) throw new Error(`Expected @route or @scatter on ${place}, got both`);
  if (scatter) {
    const merge = oneOf(merges, text(scatter, 'merge'), place);
    return { kind: 'scatter', merge, hasNodesArgument: argumentOf(definition, 'nodes') !== undefined };
  }
  if (!route) return undefined;
  const by = text(route, 'by').split('.');
  assertArgumentPath(index, definition, by, place);
  const via = oneOf(vias, text(route, 'via', 'NODE'), place);
  if (!hasArgument(route, 'otherwise')) return { kind: 'route', by, via, otherwise: undefined };
  oneOf(fallbacks, text(route, 'otherwise'), place);
  if (initial === undefined)
    throw new Error(`Expected to know the initial node, which ${place} falls back to`);
  return { kind: 'route', by, via, otherwise: initial };
}

function hasArgument(directive: ConstDirectiveNode, name: string): boolean {
  return directive.arguments?.some((argument) => argument.name.value === name) ?? false;
}

function readStream(definition: FieldDefinitionNode, place: string): StreamDirective | undefined {
  const feed = findDirective(definition.directives, 'feed');
  if (feed) {
    const after = text(feed, 'after', 'after');
    if (!argumentOf(definition, after))
      throw new Error(`Expected @feed on ${place} to name one of its arguments`);
    return { kind: 'feed', cursor: text(feed, 'cursor', 'cursor'), after };
  }
  const latest = findDirective(definition.directives, 'latest');
  return latest && { kind: 'latest', key: text(latest, 'key').split('.') };
}

/** The definition of an argument of a field. */
export function argumentOf(field: FieldDefinitionNode, name: string): InputValueDefinitionNode | undefined {
  return field.arguments?.find((argument) => argument.name.value === name);
}

function assertArgumentPath(
  index: SdlIndex,
  field: FieldDefinitionNode,
  [first = '', ...rest]: readonly string[],
  place: string,
): void {
  let input = argumentOf(field, first);
  for (const name of rest) input = input && index.types.get(namedType(input.type))?.inputFields.get(name);
  if (!input)
    throw new Error(
      `Expected @route(by:) of ${place} to name an argument, got ${[first, ...rest].join('.')}`,
    );
}

function findDirective(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: string,
): ConstDirectiveNode | undefined {
  return directives?.find((directive) => directive.name.value === name);
}

function text(directive: ConstDirectiveNode, name: string, otherwise?: string): string {
  const argument = directive.arguments?.find((candidate) => candidate.name.value === name);
  const value: unknown = argument ? valueFromASTUntyped(argument.value) : otherwise;
  if (typeof value === 'string') return value;
  throw new Error(`Expected @${directive.name.value}(${name}:) to be a string, got ${String(value)}`);
}

function oneOf<T extends string>(allowed: readonly T[], value: string, place: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found) return found;
  throw new Error(`Expected one of ${allowed.join(', ')} at ${place}, got ${value}`);
}
