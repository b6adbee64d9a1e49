import type { FetchNode } from '@apollo/query-planner';
import {
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  parse,
} from 'graphql';
import { invariant } from '../../wire/invariant.ts';
import { type MergeTree, createMergeTree } from './merge.ts';
import type { DataPath } from './places.ts';
import { type Rewrite, compileRewrites, renamedKeys } from './rewrites.ts';
import type { Fetch, PreparedFetch, Subgraph } from './subgraph.ts';
import type { TypeConditions } from './type-conditions.ts';

export interface FetchCompiler {
  readonly schema: GraphQLSchema;
  readonly types: TypeConditions;
  readonly subgraphs: ReadonlyMap<string, Subgraph>;
  /** From the names that variables were planned under to the client's. */
  readonly clientVariables: ReadonlyMap<string, string>;
  /** Whether equal answers may be one object in several places: not where what is around an object decides about its fields. */
  readonly maySharePlaces: boolean;
}

/** What every fetch of a plan has, made ready once. */
export interface FetchCall {
  readonly subgraph: string;
  readonly prepared: PreparedFetch;
  readonly isEntityFetch: boolean;
  /** Of the operation, or of its entities. */
  readonly tree: MergeTree;
  readonly rewriteOutput: Rewrite | undefined;
  /** Of the client's coerced variables those that the fetch uses, under its names; a new object each time. */
  pickVariables(variables: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** A path of the subgraph's answer as the data has it. */
  dataPath(path: DataPath): DataPath;
}

export function compileFetchCall(node: FetchNode, compiler: FetchCompiler): FetchCall {
  const subgraph = compiler.subgraphs.get(node.serviceName);
  invariant(subgraph, `there is a subgraph for each name in the supergraph, also for ${node.serviceName}`);
  const isEntityFetch = node.requires !== undefined;
  const fetch = readFetch(node, isEntityFetch);
  const renamed = renamedKeys(node.outputRewrites);
  const names = (node.variableUsages ?? []).flatMap((name): [string, string][] => {
    const clientName = compiler.clientVariables.get(name);
    return clientName === undefined ? [] : [[name, clientName]];
  });
  return {
    subgraph: subgraph.name,
    prepared: subgraph.prepare(fetch),
    isEntityFetch,
    tree: createMergeTree(answeredSelections(fetch), renamed),
    rewriteOutput: compileRewrites(node.outputRewrites, compiler.types),
    pickVariables(variables) {
      const picked: Record<string, unknown> = {};
      for (const [name, clientName] of names) {
        const value = variables[clientName];
        if (value !== undefined) picked[name] = value;
      }
      return picked;
    },
    dataPath: (path) =>
      renamed.size === 0
        ? path
        : path.map((key) => (typeof key === 'string' ? (renamed.get(key) ?? key) : key)),
  };
}

function readFetch(node: FetchNode, isEntityFetch: boolean): Fetch {
  return {
    subgraph: node.serviceName,
    kind: node.operationKind,
    document: parse(node.operation, { noLocation: true }),
    text: node.operation,
    isEntityFetch,
  };
}

function answeredSelections(fetch: Fetch): SelectionSetNode {
  const operation = fetch.document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  invariant(operation, 'a fetch is an operation');
  if (!fetch.isEntityFetch) return operation.selectionSet;
  const [entities] = operation.selectionSet.selections;
  invariant(entities?.kind === Kind.FIELD && entities.selectionSet, 'an entity fetch asks for _entities');
  return entities.selectionSet;
}
