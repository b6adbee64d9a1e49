import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { codedError } from '../../wire/coded-error.ts';
import { type ReadArgument, type Variables, compileArgument } from './arguments.ts';
import type { FleetField, FleetShape, Reach, Via } from './directives.ts';
import { createConnectionMerger } from './merge-connection.ts';
import { createListMerger } from './merge-list.ts';
import { createRouteMerger } from './merge-route.ts';
import { createSumMerger } from './merge-sum.ts';
import type { Merger } from './merger.ts';
import { ownerWhenAbsent } from './owner-when-absent.ts';
import { type PrivateNames, privateNamesFor } from './private-names.ts';
import type { OperationKind } from './sdl-index.ts';
import { type Condition, asFieldNode, flattenSelection, inlineFragments } from './selection.ts';

/** Which nodes a root field means in one run. */
export type Targets =
  | { readonly kind: 'everybody' }
  /** Each once, in the client's order; they need not exist. */
  | { readonly kind: 'nodes'; readonly nodes: readonly string[] }
  | { readonly kind: 'owner'; readonly via: Via; readonly key: string };

/** A root field of a fetch, understood. */
export interface RootField {
  readonly responseName: string;
  readonly isIncluded: Condition;
  readonly fleetField: FleetField;
  readonly isNullable: boolean;
  /** As the client's operation has it, fragments and conditions resolved. */
  readonly node: FieldNode;
  /** Throws a GraphQLError when an argument that should name nodes does not. */
  targets(variables: Variables): Targets;
  readonly merger: Merger;
}

/** A root field that the gateway knows the answer to. */
interface OwnField {
  readonly responseName: string;
  readonly isIncluded: Condition;
  readonly value: unknown;
}

export interface RootFetch {
  readonly kind: OperationKind;
  readonly fields: readonly RootField[];
  readonly ownFields: readonly OwnField[];
  readonly variableDefinitions: readonly VariableDefinitionNode[];
  readonly names: PrivateNames;
}

/** Reads a fetch of root fields. Throws a GraphQLError for a field that says nothing of nodes. */
export function readRootFetch(shape: FleetShape, document: DocumentNode): RootFetch {
  const operation: OperationDefinitionNode = inlineFragments(document);
  const kind = operation.operation;
  const names = privateNamesFor(document);
  const root = shape.index.roots[kind];
  const fields: RootField[] = [];
  const ownFields: OwnField[] = [];
  for (const flat of flattenSelection(shape.index, root, operation.selectionSet.selections)) {
    const { responseName, isIncluded, name } = flat;
    const node = asFieldNode(flat);
    if (name === '__typename') ownFields.push({ responseName, isIncluded, value: root });
    else if (name === '_service')
      ownFields.push({ responseName, isIncluded, value: describeService(shape, node) });
    else {
      const fleetField = shape.rootFields[kind].get(name);
      if (!fleetField?.reach) {
        throw codedError(
          'SUBGRAPH_FAILED',
          `Expected @route or @scatter on ${root}.${name} of ${shape.name}`,
        );
      }
      const { reach } = fleetField;
      const merger = createMerger(shape, fleetField, reach, withoutNodes(node, reach), names);
      const targets = compileTargets(shape, fleetField, reach, node);
      const isNullable = fleetField.definition.type.kind !== Kind.NON_NULL_TYPE;
      fields.push({ responseName, isIncluded, fleetField, isNullable, node, targets, merger });
    }
  }
  return { kind, fields, ownFields, variableDefinitions: operation.variableDefinitions ?? [], names };
}

function createMerger(
  shape: FleetShape,
  field: FleetField,
  reach: Reach,
  node: FieldNode,
  names: PrivateNames,
): Merger {
  if (reach.kind === 'route') return createRouteMerger(shape, field, node, names);
  switch (reach.merge) {
    case 'LIST':
      return createListMerger(shape, field, node, names);
    case 'SUM':
      return createSumMerger(shape, field, node);
    case 'CONNECTION':
      return createConnectionMerger(shape, field, node, names);
  }
}

function compileTargets(
  shape: FleetShape,
  field: FleetField,
  reach: Reach,
  node: FieldNode,
): RootField['targets'] {
  const { definition } = field;
  const argument = (path: readonly string[]): ReadArgument =>
    compileArgument({ index: shape.index, field: node, definition, path });
  if (reach.kind === 'route') {
    const read = argument(reach.by);
    return (variables) => {
      const value = read(variables);
      const fallback = ownerWhenAbsent(reach, value);
      if (fallback) return { kind: 'owner', ...fallback };
      return { kind: 'owner', via: reach.via, key: expectId(value, reach.by.join('.')) };
    };
  }
  if (!reach.hasNodesArgument) return () => ({ kind: 'everybody' });
  const read = argument(['nodes']);
  return (variables) => {
    const value = read(variables);
    if (value === undefined || value === null) return { kind: 'everybody' };
    const ids: readonly unknown[] = Array.isArray(value) ? value : [value];
    return { kind: 'nodes', nodes: [...new Set(ids.map((id) => expectId(id, 'nodes')))] };
  };
}

function expectId(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number') return String(value);
  throw codedError(
    'BAD_USER_INPUT',
    `Expected ${name} to be an id, got ${JSON.stringify(value) ?? 'nothing'}`,
  );
}

// Each node answers for itself; a list of a thousand nodes need not go to a thousand nodes.
function withoutNodes(node: FieldNode, reach: Reach): FieldNode {
  if (reach.kind !== 'scatter' || !reach.hasNodesArgument) return node;
  return { ...node, arguments: (node.arguments ?? []).filter((argument) => argument.name.value !== 'nodes') };
}

function describeService(shape: FleetShape, node: FieldNode): Readonly<Record<string, unknown>> {
  const fields = flattenSelection(shape.index, '_Service', node.selectionSet?.selections ?? []);
  return Object.fromEntries(
    fields.map(({ responseName, name }) => [responseName, name === 'sdl' ? shape.sdl : '_Service']),
  );
}
