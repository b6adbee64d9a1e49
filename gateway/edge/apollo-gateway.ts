import { DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES } from '@apollo/federation-internals';
import { ApolloGateway } from '@apollo/gateway';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { codedError } from '../../wire/coded-error.ts';
import type { Operations } from '../execute/operation.ts';
import type { RequestContext } from '../execute/request-context.ts';
import { supportedFeatures } from '../plan/load-supergraph.ts';
import { RelayedError } from './apollo-relayed-error.ts';
import { statusOfResult } from './http-status.ts';

type Loaded = Awaited<ReturnType<ApolloGateway['load']>>;
type Request = Parameters<Loaded['executor']>[0];
type Result = Awaited<ReturnType<Loaded['executor']>>;

/** What Apollo Server carries from a request to the executor. */
export interface EdgeContext {
  readonly request: RequestContext;
}

export interface OperationsGatewayOptions {
  readonly supergraphSdl: string;
  readonly operations: Operations;
}

/**
 * Apollo's gateway with another executor: it loads the supergraph and hands the API schema to Apollo Server; the operations run on ours. It
 * plans nothing and opens no connection.
 */
export class OperationsGateway extends ApolloGateway {
  readonly #operations: Operations;

  constructor({ supergraphSdl, operations }: OperationsGatewayOptions) {
    // Otherwise the constructor sets out to send metrics to Apollo's servers, every minute, from every network.
    process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
    // Its loader refuses more than our executor does, and has no option for it: it asks this set.
    for (const feature of supportedFeatures) DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES.add(feature);
    super({ supergraphSdl, logger: silent });
    this.#operations = operations;
  }

  override async load(...options: Parameters<ApolloGateway['load']>): Promise<Loaded> {
    const loaded = await super.load(...options);
    return { ...loaded, executor: (request) => this.#execute(request) };
  }

  async #execute({ source, request, context }: Request): Promise<Result> {
    const { request: requestContext } = context as EdgeContext;
    const compiled = this.#operations.compile({
      query: source,
      operationName: request.operationName,
      variables: request.variables,
      role: requestContext.viewer?.role,
    });
    if (!compiled.ok) return forApollo({ errors: compiled.errors });
    if (compiled.operation.kind === 'subscription') {
      const message = 'Subscriptions go over a WebSocket on this path, subprotocol graphql-transport-ws';
      return forApollo({ errors: [codedError('SUBSCRIPTION_OVER_HTTP', message).toJSON()] });
    }
    // As the client sent them: Apollo Server has neither put in defaults nor coerced anything.
    return forApollo(await compiled.operation.execute(request.variables ?? {}, requestContext));
  }
}

/** Without a status of ours Apollo Server would answer 400 to every error that stands alone, to faults of ours as well. */
function forApollo(result: CompileFailure | ExecutionResult): Result {
  const { errors, ...rest } = result;
  if (!errors) return rest;
  const status = statusOfResult(result);
  const relay = (error: GraphQLError | GraphQLFormattedError) =>
    new RelayedError(error instanceof GraphQLError ? error.toJSON() : error, status);
  return { ...rest, errors: errors.map(relay) };
}

interface CompileFailure {
  readonly errors: readonly GraphQLFormattedError[];
}

const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
