import type { ExecutionResult, GraphQLError, OperationTypeNode } from 'graphql';
import type { Viewer } from './viewer.ts';

export interface ShapeRequest {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly viewer?: Viewer | undefined;
  /** Aborted when the answer is no longer wanted. */
  readonly signal?: AbortSignal | undefined;
  /** Where the person's connection comes from, when that is known. */
  readonly clientAddress?: string | undefined;
  /** The token by which a node was told who the viewer is; undefined where nobody had to tell it. */
  readonly viewerToken?: string | undefined;
  /** The program that the person uses, as it calls itself. */
  readonly userAgent?: string | undefined;
  /** What the carrier keeps for the connection on which this came; handed to the resolvers as it is. */
  readonly session?: object | undefined;
}

/**
 * One subgraph, ready to run: what subgraphs/<name>/subgraph.ts makes and what local links, link servers and HTTP endpoints run.
 * Parsed and validated documents are kept by text. Never throws for a fault of the operation: that is an `errors` in the result.
 */
export interface ExecutableShape {
  readonly name: string;
  /** As published: with directives of the fleet and of access. */
  readonly sdl: string;
  /** What an operation is, without running it; or why it cannot be run. */
  inspect(query: string, operationName?: string): OperationTypeNode | readonly GraphQLError[];
  execute(request: ShapeRequest): Promise<ExecutionResult>;
  /** An iterator of events, or a result with the errors for which there is none. */
  subscribe(request: ShapeRequest): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
}
