import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type VariableDefinitionNode,
  print,
  visit,
} from 'graphql';
import type { PrivateNames } from './private-names.ts';
import type { OperationKind } from './sdl-index.ts';

/** An operation as nodes are asked it. The same object for the same fetch, so that what is known of it can be kept beside it. */
export interface NodeDocument {
  readonly operation: OperationDefinitionNode;
  readonly text: string;
  /** Those that it uses; others are not sent. */
  readonly variables: readonly string[];
  readonly names: PrivateNames;
}

/** An operation of these root fields, with those of the variables that they use. */
export function createNodeDocument(
  kind: OperationKind,
  fields: readonly FieldNode[],
  variableDefinitions: readonly VariableDefinitionNode[],
  names: PrivateNames,
): NodeDocument {
  const operation: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: operationTypes[kind],
    variableDefinitions,
    selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
  };
  return finishDocument(operation, names);
}

const operationTypes = {
  query: OperationTypeNode.QUERY,
  mutation: OperationTypeNode.MUTATION,
  subscription: OperationTypeNode.SUBSCRIPTION,
} as const satisfies Record<OperationKind, OperationTypeNode>;

/** Leaves out the variables that an operation declares and does not use, and prints it. */
export function finishDocument(operation: OperationDefinitionNode, names: PrivateNames): NodeDocument {
  const used = new Set<string>();
  visit(operation.selectionSet, { Variable: (node) => void used.add(node.name.value) });
  const variableDefinitions = (operation.variableDefinitions ?? []).filter((definition) =>
    used.has(definition.variable.name.value),
  );
  const finished: OperationDefinitionNode = { ...operation, variableDefinitions };
  return { operation: finished, text: print(finished), variables: [...used], names };
}

/** The values for those variables of a document that have one. */
export function pickVariables(
  names: readonly string[],
  ...sources: readonly Readonly<Record<string, unknown>>[]
): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const name of names) {
    for (const source of sources) {
      if (source[name] !== undefined) picked[name] = source[name];
    }
  }
  return picked;
}
