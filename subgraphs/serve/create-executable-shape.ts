import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  GraphQLError,
  execute,
  parse,
  subscribe,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { ExecutableShape, ShapeRequest } from '../../wire/executable-shape.ts';
import { mapIterator } from '../../wire/map-iterator.ts';
import { guardAccess } from './guard-access.ts';
import { maskErrors } from './mask-errors.ts';
import type { ShapeContext } from './shape-context.ts';

type Modules = Parameters<typeof buildSubgraphSchema>[0];
type Resolvers = NonNullable<Extract<Modules, { typeDefs: unknown; resolvers?: unknown }>['resolvers']>;

export interface ShapeOptions {
  readonly name: string;
  /** With the fleet's and the access directives applied; their definitions are added here. */
  readonly sdl: string;
  readonly directives: string;
  readonly resolvers: unknown;
  /** Told of every error that is a fault of ours, before it is masked. */
  readonly onFault: (error: GraphQLError) => void;
}

/** Builds a subgraph from its SDL and resolvers. `@access` is enforced on every field that has it. */
export function createExecutableShape(options: ShapeOptions): ExecutableShape {
  const sdl = `${options.sdl}\n${options.directives}`;
  const schema = guardAccess(
    // The generated resolver types are closed interfaces; @apollo/subgraph wants index signatures.
    buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: options.resolvers as Resolvers }),
  );
  const documents = new LRUCache<string, Prepared>({ max: limits.maxCachedDocuments });

  const prepare = (query: string): Prepared => {
    const known = documents.get(query);
    if (known) return known;
    const prepared = parseAndValidate(schema, query);
    documents.set(query, prepared);
    return prepared;
  };
  const run = async (request: ShapeRequest, start: typeof execute | typeof subscribe) => {
    const prepared = prepare(request.query);
    if ('errors' in prepared) return prepared;
    const { viewer, signal, clientAddress, session } = request;
    const contextValue: ShapeContext = { viewer, signal, clientAddress, session };
    return start({
      schema,
      document: prepared.document,
      contextValue,
      variableValues: request.variables ?? {},
      operationName: request.operationName ?? null,
    });
  };

  return {
    name: options.name,
    sdl,
    execute: async (request) => maskErrors((await run(request, execute)) as ExecutionResult, options.onFault),
    subscribe: async (request) => {
      const outcome = await run(request, subscribe);
      if (!(Symbol.asyncIterator in outcome)) return maskErrors(outcome, options.onFault);
      return mapIterator(outcome, (event) => maskErrors(event, options.onFault));
    },
  };
}

type Prepared = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] };

function parseAndValidate(schema: GraphQLSchema, query: string): Prepared {
  try {
    if (query.length > limits.maxOperationBytes) {
      throw codedError(
        'OPERATION_TOO_LARGE',
        `Expected at most ${limits.maxOperationBytes} bytes, got ${query.length}`,
      );
    }
    const document = parse(query, { maxTokens: limits.maxOperationTokens });
    // validate throws for some subscriptions with @include (graphql-js SingleFieldSubscriptionsRule).
    const errors = validate(schema, document);
    if (errors.length === 0) return { document };
    return { errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { errors: [withCode(error, 'GRAPHQL_PARSE_FAILED')] };
  }
}

function withCode(
  error: GraphQLError,
  code: 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED',
): GraphQLError {
  if (error.extensions.code === undefined) error.extensions.code = code;
  return error;
}
