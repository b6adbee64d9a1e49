import type { PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { Role } from '../../wire/viewer.ts';
import { type ConditionValues, includeSelections } from '../plan/conditions.ts';
import type { LoadedSupergraph } from '../plan/load-supergraph.ts';
import { planOperation } from '../plan/plan-operation.ts';
import type { PreparedOperation } from '../plan/prepare-operation.ts';
import { createClientPaths } from './client-paths.ts';
import { compilePlan, compileSubscription } from './compile-plan.ts';
import type { FetchCompiler } from './fetch-call.ts';
import { compileIntrospection } from './introspection.ts';
import type { OperationEvent } from './operation.ts';
import type { RequestContext } from './request-context.ts';
import { createFastShape } from './fast-shape.ts';
import { createResponseShape } from './response-shape.ts';
import { compileRun } from './run-to-answer.ts';
import type { StreamKind, Subgraph } from './subgraph.ts';
import { compileRefusedStream, compileStream } from './compile-stream.ts';
import type { TypeConditions } from './type-conditions.ts';

/** Coerced, under the client's names. */
export type Variables = Readonly<Record<string, unknown>>;

/** An operation planned and compiled for one role and one set of values for `@include` and `@skip`. */
export type CompiledOperation = CompiledQuery | CompiledStream;

export interface CompiledQuery {
  readonly kind: 'query' | 'mutation';
  /** Never rejects. */
  execute(variables: Variables, context: RequestContext): Promise<ExecutionResult>;
}

export interface CompiledStream {
  readonly kind: 'subscription';
  readonly stream: StreamKind;
  readonly startsNow: ((variables: Variables) => boolean) | undefined;
  subscribe(
    variables: Variables,
    context: RequestContext,
    resumeAfter: string | undefined,
  ): AsyncIterableIterator<OperationEvent> | { readonly errors: readonly GraphQLFormattedError[] };
}

export interface OperationCompiler {
  readonly supergraph: LoadedSupergraph;
  readonly types: TypeConditions;
  readonly subgraphs: ReadonlyMap<string, Subgraph>;
}

/** Throws what the planner or a subgraph's `prepare` throws. */
export function compileOperation(
  compiler: OperationCompiler,
  operation: PreparedOperation,
  role: Role | undefined,
  conditions: ConditionValues,
): CompiledOperation {
  const { supergraph } = compiler;
  const { definition, fragments, rootType } = operation;
  const schema = supergraph.apiSchema;
  const selections = includeSelections(operation.selections, conditions);
  const plan = planOperation(supergraph, { ...operation, selections }, role);
  const fetches = createFetchCompiler(compiler, operation, plan);
  const answer = {
    fastShape: createFastShape({ schema, role }, rootType, selections),
    shape: createResponseShape({ schema, role }, rootType, selections),
    introspect: compileIntrospection({ schema, definition, fragments, selections }),
    clientPath: createClientPaths(selections),
  };
  if (definition.operation !== 'subscription') {
    return { kind: definition.operation, execute: compileRun(answer, compilePlan(plan, fetches)) };
  }
  return plan.node ? compileStream(answer, compileSubscription(plan, fetches)) : compileRefusedStream(answer);
}

function createFetchCompiler(
  { supergraph, types, subgraphs }: OperationCompiler,
  { definition, names }: PreparedOperation,
  plan: QueryPlan,
): FetchCompiler {
  const variables = (definition.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  return {
    schema: supergraph.fullSchema,
    types,
    subgraphs,
    clientVariables: new Map(variables.map((name) => [names.variable(name), name])),
    maySharePlaces: !usesContext(plan.node),
  };
}

/** Whether any fetch has arguments by `@fromContext`. */
function usesContext(node: PlanNode | SubscriptionNode | undefined): boolean {
  switch (node?.kind) {
    case undefined:
    case 'Condition':
    case 'Defer':
      return false;
    case 'Fetch':
      return node.contextRewrites !== undefined && node.contextRewrites.length > 0;
    case 'Flatten':
      return usesContext(node.node);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.some(usesContext);
    case 'Subscription':
      return usesContext(node.rest);
    default:
      return node satisfies never;
  }
}
