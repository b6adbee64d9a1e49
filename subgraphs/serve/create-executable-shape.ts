import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  execute,
  getOperationAST,
  parse,
  subscribe,
} from 'graphql';
import { codedError } from '../../wire/coded-error.ts';
import type { ExecutableShape, ShapeRequest } from '../../wire/executable-shape.ts';
import { guardAccess } from './guard-access.ts';
import { limitRows, refuseTooLarge } from './limit-rows.ts';
import { maskErrors, maskFault } from './mask-errors.ts';
import { createDocumentCache } from './prepare-document.ts';
import type { ShapeContext } from './shape-context.ts';

type Modules = Parameters<typeof buildSubgraphSchema>[0];
type Resolvers = NonNullable<Extract<Modules, { typeDefs: unknown; resolvers?: unknown }>['resolvers']>;

export interface ShapeOptions {
  readonly name: string;
  /** With the definitions of the fleet's and the access directives, where it applies them. */
  readonly sdl: string;
  readonly resolvers: unknown;
  /** Told of every error that is a fault of ours, before it is masked. */
  readonly onFault: (error: GraphQLError) => void;
}

/** Builds a subgraph from its SDL and resolvers. `@access` is enforced on every field that has it, and no answer has too many rows. */
export function createExecutableShape(options: ShapeOptions): ExecutableShape {
  const { name, sdl, resolvers, onFault } = options;
  // The generated resolver types are closed interfaces; @apollo/subgraph wants index signatures.
  const built = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as Resolvers });
  const schema = guardAccess(limitRows(built));
  const prepare = createDocumentCache(schema);
  const find = (query: string, operationName: string | undefined) => {
    const prepared = prepare(query);
    if ('errors' in prepared) return prepared;
    const definition = getOperationAST(prepared.document, operationName);
    if (!definition) return { errors: [noSuchOperation(operationName)] };
    return { document: prepared.document, operation: definition.operation };
  };

  return {
    name,
    sdl,
    inspect(query, operationName) {
      const found = find(query, operationName);
      return 'errors' in found ? found.errors : found.operation;
    },
    async execute(request) {
      const found = find(request.query, request.operationName);
      if ('errors' in found) return found;
      const result = await execute(executionArgs(schema, found.document, request));
      return maskErrors(refuseTooLarge(result), onFault);
    },
    async subscribe(request) {
      const found = find(request.query, request.operationName);
      if ('errors' in found) return found;
      try {
        const outcome = await subscribe(executionArgs(schema, found.document, request));
        return Symbol.asyncIterator in outcome ? maskEvents(outcome, onFault) : maskErrors(outcome, onFault);
      } catch (error) {
        return { errors: [maskFault(error, onFault)] };
      }
    },
  };
}

function noSuchOperation(operationName: string | undefined): GraphQLError {
  return codedError(
    'OPERATION_RESOLUTION_FAILURE',
    operationName
      ? `The document has no operation named ${JSON.stringify(operationName)}`
      : 'Expected a document with one operation, or the name of one',
  );
}

function executionArgs(schema: GraphQLSchema, document: DocumentNode, request: ShapeRequest): ExecutionArgs {
  const { viewer, viewerToken, signal, clientAddress, userAgent, session } = request;
  const contextValue: ShapeContext = {
    viewer,
    viewerToken,
    signal,
    clientAddress,
    userAgent,
    session,
  };
  return {
    schema,
    document,
    contextValue,
    variableValues: request.variables ?? {},
    operationName: request.operationName ?? null,
  };
}

/** A source that fails midway ends with one event that says so, masked as the errors of a field are. */
function maskEvents(
  source: AsyncIterator<ExecutionResult, unknown>,
  onFault: (error: GraphQLError) => void,
): AsyncIterableIterator<ExecutionResult> {
  let failed = false;
  return {
    async next() {
      if (failed) return { done: true, value: undefined };
      try {
        const step = await source.next();
        if (step.done) return { done: true, value: undefined };
        return { done: false, value: maskErrors(step.value, onFault) };
      } catch (error) {
        failed = true;
        return { done: false, value: { errors: [maskFault(error, onFault)] } };
      }
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
