import {
  type FieldNode,
  Kind,
  type SelectionNode,
  type TypeNode,
  type VariableDefinitionNode,
} from 'graphql';
import { codedError } from '../../wire/coded-error.ts';
import { type FleetField, type FleetShape, argumentOf } from './directives.ts';
import { isNumber } from './merge-sum.ts';
import type { PrivateNames } from './private-names.ts';
import { type RowKey, aliased, compileRowKey, keyNamesIn } from './row-key.ts';
import { type FlatField, flattenSelection, responseNameOf, selectionsBelow } from './selection.ts';
import { fieldOf, namedType } from './sdl-index.ts';

/** What a client selects of a connection, by how it is made of the nodes' answers. */
export interface ConnectionSelection {
  readonly type: string;
  readonly rowKey: RowKey;
  /** `edges` and `nodes`, under the client's names: lists that run parallel to our own. */
  readonly lists: readonly RowList[];
  readonly pageInfos: readonly PageInfoField[];
  /** `totalCount`, and whatever else is a number. */
  readonly sums: readonly FlatField[];
  readonly typenames: readonly FlatField[];
  /** Whether rows must be fetched at all. */
  readonly needsRows: boolean;
  readonly names: ConnectionNames;
  /** What nodes are asked. */
  readonly ask: FieldNode;
  /** What they are asked for rows behind those that they have shown; undefined where there is no way to. */
  readonly askMore: FieldNode | undefined;
  readonly variables: readonly VariableDefinitionNode[];
}

export interface RowList {
  readonly field: FlatField;
  /** From an item of the list to its row: response names of `edges { node }`; undefined when the item is the row. */
  readonly rowNames: readonly string[] | undefined;
  readonly cursorNames: readonly string[];
  /** Under which names the client itself asks for the row's key. */
  readonly keyNames: readonly string[];
}

interface PageInfoField {
  readonly field: FlatField;
  readonly parts: readonly FlatField[];
}

/** Private response names. */
interface ConnectionNames {
  readonly edges: string;
  readonly cursor: string;
  readonly row: string;
  readonly pageInfo: string;
  /** The variables with the size and, for `askMore`, the beginning of a node's page. */
  readonly first: string;
  readonly after: string;
}

/** Throws a GraphQLError when a field of the connection is selected that cannot be merged. */
export function compileConnectionSelection(
  shape: FleetShape,
  field: FleetField,
  node: FieldNode,
  names: PrivateNames,
): ConnectionSelection {
  const type = namedType(field.definition.type);
  const edgeType = typeOf(shape, type, 'edges');
  const rowType = typeOf(shape, edgeType, 'node');
  const rowKey = compileRowKey(shape, rowType, names);
  const lists: RowList[] = [];
  const pageInfos: PageInfoField[] = [];
  const sums: FlatField[] = [];
  const typenames: FlatField[] = [];
  for (const flat of flattenSelection(shape.index, type, node.selectionSet?.selections ?? [])) {
    const below = selectionsBelow(flat);
    if (flat.name === 'edges') lists.push(readEdges(shape, flat, below, { edgeType, rowType }));
    else if (flat.name === 'nodes') {
      lists.push({
        field: flat,
        rowNames: undefined,
        cursorNames: [],
        keyNames: keyNamesIn(shape, rowType, below),
      });
    } else if (flat.name === 'pageInfo')
      pageInfos.push(readPageInfo(shape, flat, typeOf(shape, type, 'pageInfo')));
    else if (flat.name === '__typename') typenames.push(flat);
    else if (isNumber(typeOf(shape, type, flat.name))) sums.push(flat);
    else
      throw codedError('SUBGRAPH_FAILED', `There is no way to merge ${type}.${flat.name} of several nodes`);
  }
  const needsRows = lists.length > 0 || pageInfos.length > 0;
  const own = {
    edges: names.name('edges'),
    cursor: names.name('cursor'),
    row: names.name('row'),
    pageInfo: names.name('page'),
    first: names.name(`first_${responseNameOf(node)}`),
    after: names.name(`after_${responseNameOf(node)}`),
  };
  const clients = node.selectionSet?.selections ?? [];
  const ours = needsRows ? ownSelections(own, rowKey) : [];
  const ask = withArgument(withSelections(node, [...clients, ...ours]), 'first', own.first);
  const after = needsRows ? argumentOf(field.definition, 'after') : undefined;
  const askMore =
    after && withArgument(withSelections(ask, [...withoutSums(clients, sums), ...ours]), 'after', own.after);
  const variables = [variableOf(own.first, pageSize), ...(after ? [variableOf(own.after, after.type)] : [])];
  return { type, rowKey, lists, pageInfos, sums, typenames, needsRows, names: own, ask, askMore, variables };
}

function readEdges(
  shape: FleetShape,
  field: FlatField,
  below: readonly SelectionNode[],
  types: { readonly edgeType: string; readonly rowType: string },
): RowList {
  const parts = flattenSelection(shape.index, types.edgeType, below);
  const rows = parts.filter((part) => part.name === 'node');
  return {
    field,
    rowNames: rows.map((part) => part.responseName),
    cursorNames: parts.filter((part) => part.name === 'cursor').map((part) => part.responseName),
    keyNames: rows.flatMap((part) => keyNamesIn(shape, types.rowType, selectionsBelow(part))),
  };
}

const pageInfoFields = new Set(['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor', '__typename']);

function readPageInfo(shape: FleetShape, field: FlatField, type: string): PageInfoField {
  const parts = flattenSelection(shape.index, type, selectionsBelow(field));
  const odd = parts.find((part) => !pageInfoFields.has(part.name));
  if (odd)
    throw codedError('SUBGRAPH_FAILED', `There is no way to merge ${type}.${odd.name} of several nodes`);
  return { field, parts };
}

function ownSelections(own: ConnectionNames, rowKey: RowKey): readonly SelectionNode[] {
  const row = rowKey.selections.length > 0 ? [aliased(own.row, 'node', rowKey.selections)] : [];
  return [
    aliased(own.edges, 'edges', [aliased(own.cursor, 'cursor'), ...row]),
    aliased(own.pageInfo, 'pageInfo', [aliased('hasNextPage', 'hasNextPage')]),
  ];
}

function withSelections(node: FieldNode, selections: readonly SelectionNode[]): FieldNode {
  return { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections } };
}

// What a node says of all its rows it has said, and counting them may be dear.
function withoutSums(selections: readonly SelectionNode[], sums: readonly FlatField[]): SelectionNode[] {
  return selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const inner = withoutSums(selection.selectionSet.selections, sums);
      return inner.length > 0
        ? [{ ...selection, selectionSet: { kind: Kind.SELECTION_SET, selections: inner } }]
        : [];
    }
    const isSum = selection.kind === Kind.FIELD && sums.some(({ name }) => name === selection.name.value);
    return isSum ? [] : [selection];
  });
}

// The page's size goes to every node as the gateway has understood it: nodes of other versions may have other defaults.
function withArgument(node: FieldNode, name: string, variable: string): FieldNode {
  const others = (node.arguments ?? []).filter((argument) => argument.name.value !== name);
  return {
    ...node,
    arguments: [
      ...others,
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: name },
        value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable } },
      },
    ],
  };
}

const pageSize: TypeNode = {
  kind: Kind.NON_NULL_TYPE,
  type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'Int' } },
};

function variableOf(name: string, type: TypeNode): VariableDefinitionNode {
  return {
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
    type,
  };
}

function typeOf(shape: FleetShape, type: string, field: string): string {
  const definition = fieldOf(shape.index, type, field);
  if (!definition)
    throw codedError('SUBGRAPH_FAILED', `Expected ${type} to be part of a connection, with ${field}`);
  return namedType(definition.type);
}
