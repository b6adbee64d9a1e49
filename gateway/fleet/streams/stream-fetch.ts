import {
  type FieldDefinitionNode,
  type FieldNode,
  Kind,
  type SelectionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { codedError } from '../../../wire/coded-error.ts';
import type { Fetch } from '../../execute/subgraph.ts';
import { type ReadArgument, type Variables, compileArgument } from '../arguments.ts';
import { type FleetField, type FleetShape, argumentOf } from '../directives.ts';
import { type NodeDocument, createNodeDocument, pickVariables } from '../node-document.ts';
import { type PrivateNames, privateNamesFor } from '../private-names.ts';
import { fieldOf, namedType } from '../sdl-index.ts';
import { asFieldNode, flattenSelection, inlineFragments } from '../selection.ts';

/** What a subscription's fetch asks of each node, worked out once. */
export interface StreamFetch {
  readonly field: FleetField;
  readonly responseName: string;
  /** Asks for the mark as well, under `markName`; begins where `variablesFor` says. */
  readonly document: NodeDocument;
  /** Response name of what tells the event's place: a feed's cursor or a gauge's key. */
  readonly markName: string;
  /** From there to the mark itself: empty for a cursor, `['id']` for the key `node.id`. */
  readonly markPath: readonly string[];
  /** Whether the mark is the id of the node that sends it, by `@shard`. */
  readonly isMarkOfNode: boolean;
  readArgument(path: readonly string[]): ReadArgument;
  /** @param resumeAfter instead of what the client gave for the argument behind which a feed begins */
  variablesFor(variables: Variables, resumeAfter?: string): Record<string, unknown>;
}

/** Throws a GraphQLError for a fetch that no fleet can serve. */
export function readStreamFetch(shape: FleetShape, fetch: Fetch): StreamFetch {
  const operation = inlineFragments(fetch.document);
  const root = shape.index.roots.subscription;
  const [flat, ...others] = flattenSelection(shape.index, root, operation.selectionSet.selections);
  const field = flat && shape.rootFields.subscription.get(flat.name);
  if (!flat || !field || others.length > 0) {
    throw codedError('INTERNAL_SERVER_ERROR', `Expected a subscription with one field of ${shape.name}`);
  }
  const names = privateNamesFor(fetch.document);
  const client = asFieldNode(flat);
  const markName = names.name('mark');
  const [markField, ...markPath] = markOf(field);
  const marked =
    markField === undefined ? client : withSelection(client, select(markName, markField, markPath));

  const after = field.stream?.kind === 'feed' ? field.stream.after : undefined;
  const readArgument = (path: readonly string[]): ReadArgument =>
    compileArgument({ index: shape.index, field: client, definition: field.definition, path });
  const readAfter = after === undefined ? () => undefined : readArgument([after]);
  const { node, definitions } =
    after === undefined ? unchanged(marked) : beginBehind(marked, field, after, names);
  const document = createNodeDocument(
    'subscription',
    [withoutNodes(node, field)],
    [...(operation.variableDefinitions ?? []), ...definitions],
    names,
  );
  return {
    field,
    responseName: flat.responseName,
    document,
    markName,
    markPath,
    isMarkOfNode: isKeyOfNode(shape, field),
    readArgument,
    variablesFor: (variables, resumeAfter) =>
      pickVariables(document.variables, variables, {
        [names.name('after')]: resumeAfter ?? readAfter(variables),
      }),
  };
}

function markOf({ stream }: FleetField): readonly string[] {
  if (!stream) return [];
  return stream.kind === 'feed' ? [stream.cursor] : stream.key;
}

function isKeyOfNode({ index, shards }: FleetShape, field: FleetField): boolean {
  const path = markOf(field);
  let type = namedType(field.definition.type);
  for (const name of path.slice(0, -1)) {
    const definition: FieldDefinitionNode | undefined = fieldOf(index, type, name);
    if (!definition) return false;
    type = namedType(definition.type);
  }
  const shard = shards.get(type);
  return shard?.via === 'NODE' && shard.by === path.at(-1);
}

/** `alias: field { path { … } }` */
function select(alias: string, field: string, path: readonly string[]): FieldNode {
  const [next, ...rest] = path;
  return {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: alias },
    name: { kind: Kind.NAME, value: field },
    ...(next === undefined
      ? {}
      : { selectionSet: { kind: Kind.SELECTION_SET, selections: [select(next, next, rest)] } }),
  };
}

function withSelection(field: FieldNode, selection: SelectionNode): FieldNode {
  const selections = [...(field.selectionSet?.selections ?? []), selection];
  return { ...field, selectionSet: { kind: Kind.SELECTION_SET, selections } };
}

interface Begun {
  readonly node: FieldNode;
  readonly definitions: readonly VariableDefinitionNode[];
}

function unchanged(node: FieldNode): Begun {
  return { node, definitions: [] };
}

/** The field with a variable of ours for the argument behind which it begins: one text, wherever it begins. */
function beginBehind(node: FieldNode, field: FleetField, after: string, names: PrivateNames): Begun {
  const argument = argumentOf(field.definition, after);
  if (!argument) return unchanged(node);
  const variable = {
    kind: Kind.VARIABLE,
    name: { kind: Kind.NAME, value: names.name('after') },
  } as const;
  const others = (node.arguments ?? []).filter(({ name }) => name.value !== after);
  const own = { kind: Kind.ARGUMENT, name: argument.name, value: variable } as const;
  return {
    node: { ...node, arguments: [...others, own] },
    definitions: [{ kind: Kind.VARIABLE_DEFINITION, variable, type: argument.type }],
  };
}

/** Which nodes are meant is the gateway's business; a node need not know the others. */
function withoutNodes(node: FieldNode, { reach }: FleetField): FieldNode {
  if (reach?.kind !== 'scatter') return node;
  return { ...node, arguments: (node.arguments ?? []).filter(({ name }) => name.value !== 'nodes') };
}
