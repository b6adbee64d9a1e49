import { GraphQLError, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { Role } from '../../wire/viewer.ts';
import { AccessRules } from '../plan/access-rules.ts';
import { readConditions } from '../plan/conditions.ts';
import { loadSupergraph } from '../plan/load-supergraph.ts';
import { type PreparedOperation, prepareOperation } from '../plan/prepare-operation.ts';
import { OperationErrors } from '../plan/read-operation.ts';
import { createVariableCoercion } from './coerce-variables.ts';
import { type CompiledOperation, type Variables, compileOperation } from './compile-operation.ts';
import { createOperation } from './create-operation.ts';
import type { CompileOutcome, Operation, OperationRequest, Operations } from './operation.ts';
import type { Subgraph } from './subgraph.ts';
import { TypeConditions } from './type-conditions.ts';

export interface OperationsOptions {
  readonly supergraphSdl: string;
  /** One for each subgraph that the supergraph names. */
  readonly subgraphs: ReadonlyMap<string, Subgraph>;
  /** The role that a field needs, by `Type.field`. */
  readonly access: ReadonlyMap<string, Role>;
  /** Told of what neither clients nor subgraphs are to blame for. */
  readonly onFault?: (error: unknown) => void;
}

/** What is kept of a text and an operation's name. */
interface Entry {
  readonly prepared: PreparedOperation;
  /** By what a role may see of it. */
  readonly operations: Map<string, Operation>;
  /** By role and by the values for `@include` and `@skip`. */
  readonly compiled: LRUCache<string, CompiledOperation>;
}

/** Per operation. A client that plays with its conditions only throws out its own plans. */
const maxCompiledPerOperation = 16;

/** Loads a supergraph. Throws when it is none, needs what is not supported, or a subgraph of it is missing. */
export function createOperations(
  options: OperationsOptions,
): Operations & { readonly apiSchema: GraphQLSchema } {
  const supergraph = loadSupergraph(options.supergraphSdl);
  const subgraphs = new Map(options.subgraphs);
  const missing = supergraph.subgraphNames.filter((name) => !subgraphs.has(name));
  if (missing.length > 0)
    throw new Error(`Expected a subgraph for each name, got none for ${missing.join(', ')}`);
  const access = new AccessRules(supergraph.apiSchema, options.access);
  const compiler = { supergraph, subgraphs, types: new TypeConditions(supergraph.fullSchema) };
  const entries = new LRUCache<string, Entry>({ max: limits.maxCachedOperations });
  const toErrors = (error: unknown) => describeErrors(error, options.onFault);

  const compiledFor = (entry: Entry, role: Role | undefined, variables: Variables): CompiledOperation => {
    const key = compiledKey(entry.prepared, role, variables);
    const known = entry.compiled.get(key);
    if (known) return known;
    const conditions = readConditions(entry.prepared.conditions, variables);
    const compiled = compileOperation(compiler, entry.prepared, role, conditions);
    entry.compiled.set(key, compiled);
    return compiled;
  };

  const create = (entry: Entry, request: OperationRequest): Operation => {
    const { prepared } = entry;
    const { role } = request;
    const coerce = createVariableCoercion(supergraph.apiSchema, prepared.definition, prepared.conditions);
    const first = () => compiledFor(entry, role, request.variables ?? {});
    const { operation } = prepared.definition;
    if (prepared.conditions.size > 0) {
      const find = (variables: Variables) => compiledFor(entry, role, variables);
      return createOperation(operation, { coerce, compiledFor: find, toErrors }, first);
    }
    const only = first();
    return createOperation(operation, { coerce, compiledFor: () => only, toErrors }, () => only);
  };

  const cached = (request: OperationRequest): Operation | undefined => {
    const entry = entries.get(keyOf(request));
    const operation = entry?.operations.get(entry.prepared.variantFor(request.role));
    if (!entry || !operation || !request.variables || entry.prepared.conditions.size === 0) return operation;
    return entry.compiled.has(compiledKey(entry.prepared, request.role, request.variables))
      ? operation
      : undefined;
  };

  const compile = (request: OperationRequest): Operation => {
    const key = keyOf(request);
    const entry = entries.get(key) ?? {
      prepared: prepareOperation(supergraph, access, request),
      operations: new Map<string, Operation>(),
      compiled: new LRUCache<string, CompiledOperation>({ max: maxCompiledPerOperation }),
    };
    const variant = entry.prepared.variantFor(request.role);
    const operation = entry.operations.get(variant) ?? create(entry, request);
    if (request.variables) compiledFor(entry, request.role, request.variables);
    entry.operations.set(variant, operation);
    entries.set(key, entry);
    return operation;
  };

  return {
    apiSchema: supergraph.apiSchema,
    cached,
    compile(request): CompileOutcome {
      try {
        return { ok: true, operation: cached(request) ?? compile(request) };
      } catch (error) {
        return { ok: false, errors: toErrors(error).map((one) => one.toJSON()) };
      }
    },
  };
}

function keyOf({ query, operationName }: OperationRequest): string {
  return operationName ? `${operationName}\n${query}` : query;
}

function compiledKey(prepared: PreparedOperation, role: Role | undefined, variables: Variables): string {
  const variant = prepared.variantFor(role);
  if (prepared.conditions.size === 0) return variant;
  return `${variant} ${[...readConditions(prepared.conditions, variables).values()].join()}`;
}

function describeErrors(error: unknown, onFault: OperationsOptions['onFault']): readonly GraphQLError[] {
  if (error instanceof OperationErrors) return error.errors;
  // A subgraph may refuse a fetch that can never work.
  if (error instanceof GraphQLError && error.extensions.code !== undefined) return [error];
  onFault?.(error);
  return [codedError('INTERNAL_SERVER_ERROR', 'The operation could not be planned')];
}
