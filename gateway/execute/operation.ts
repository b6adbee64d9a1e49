import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { Role } from '../../wire/viewer.ts';
import type { RequestContext } from './request-context.ts';
import type { StreamKind } from './subgraph.ts';

/** An operation of a client, parsed, validated, planned and compiled: made once, run many times. */
export type Operation = QueryOperation | SubscriptionOperation;

export interface QueryOperation {
  readonly kind: 'query' | 'mutation';
  /** Never rejects. Variables as the client sent them: coerced inside, faults of theirs are errors without data. */
  execute(variables: Readonly<Record<string, unknown>>, context: RequestContext): Promise<ExecutionResult>;
}

export interface SubscriptionOperation {
  readonly kind: 'subscription';
  readonly stream: StreamKind;
  /** As of its first fetch (PreparedFetch), for variables as the client sent them. */
  startsNow?(variables: Readonly<Record<string, unknown>>): boolean;
  /** Errors for which there can be no stream (variables); otherwise the stream. */
  subscribe(
    variables: Readonly<Record<string, unknown>>,
    context: RequestContext,
    resumeAfter?: string,
  ): AsyncIterableIterator<OperationEvent> | { readonly errors: readonly GraphQLFormattedError[] };
}

/** One event of a subscription, complete and shaped as the client asked. */
export interface OperationEvent {
  readonly result: ExecutionResult;
  readonly cursor?: string;
  readonly key?: string;
}

export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | undefined;
  /** Of the viewer: fields beyond it are answered with null and UNAUTHENTICATED or FORBIDDEN. */
  readonly role: Role | undefined;
  /** As the client sent them: an operation is planned once for each set of values for `@include` and `@skip`; without them when it runs. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

export type CompileOutcome =
  | { readonly ok: true; readonly operation: Operation }
  | { readonly ok: false; readonly errors: readonly GraphQLFormattedError[] };

/** The one way from an operation's text to something that runs; holds the bounded cache. */
export interface Operations {
  /** What is in the cache already, without any work; undefined when it would have to be planned. */
  cached(request: OperationRequest): Operation | undefined;
  compile(request: OperationRequest): CompileOutcome;
}
