import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { ErrorCode } from '../../schema/error-codes.ts';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';

export type Prepared = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] };

/** Parses and validates operations against the schema; never throws. What it made of a text is kept, within bounds. */
export function createDocumentCache(schema: GraphQLSchema): (query: string) => Prepared {
  const documents = new LRUCache<string, Prepared>({
    max: limits.maxCachedDocuments,
    maxSize: limits.maxCachedDocumentBytes,
    sizeCalculation: (_, query) => query.length + 1,
  });
  return (query) => {
    const known = documents.get(query);
    if (known) return known;
    const prepared = parseAndValidate(schema, query);
    documents.set(query, prepared);
    return prepared;
  };
}

function parseAndValidate(schema: GraphQLSchema, query: string): Prepared {
  const bytes = Buffer.byteLength(query);
  if (bytes > limits.maxOperationBytes) {
    const message = `Expected an operation of at most ${limits.maxOperationBytes} bytes, got ${bytes}`;
    return { errors: [codedError('OPERATION_TOO_LARGE', message)] };
  }
  let document: DocumentNode;
  try {
    document = parse(query, { maxTokens: limits.maxOperationTokens });
  } catch (error) {
    return { errors: [withCode(error, 'GRAPHQL_PARSE_FAILED')] };
  }
  try {
    const errors = validate(schema, document);
    if (errors.length === 0) return { document };
    return { errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) };
  } catch (error) {
    // graphql-js throws for `subscription($x: Boolean!) { s @include(if: $x) }` (SingleFieldSubscriptionsRule).
    return { errors: [withCode(error, 'GRAPHQL_VALIDATION_FAILED')] };
  }
}

function withCode(error: unknown, code: ErrorCode): GraphQLError {
  if (!(error instanceof GraphQLError)) throw error;
  error.extensions.code ??= code;
  return error;
}
