import { ApolloServer, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { IncomingHttpHeaders } from 'node:http';
import { cutMessage } from '../../wire/cut-message.ts';
import type { RequestContext } from '../execute/request-context.ts';
import { type EdgeContext, OperationsGateway, type OperationsGatewayOptions } from './apollo-gateway.ts';
import { RelayedError } from './apollo-relayed-error.ts';
import { type HttpAnswer, jsonType } from './http-answer.ts';
import type { Question } from './http-question.ts';

export interface ApolloEdgeOptions extends OperationsGatewayOptions {
  /** Told of faults of ours, before their message is hidden from the client. */
  readonly onFault: (error: unknown) => void;
}

export interface ApolloEdge {
  /** Never rejects for what a client has sent, as long as `excessOf` found nothing about its text. */
  answer(question: Question, headers: IncomingHttpHeaders, context: RequestContext): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/**
 * Apollo Server, as documented, before our operations: it reads the request (GET, POST, persisted queries, content negotiation, protection
 * against requests forged by other sites), parses the operation and writes the answer. It reports to nobody and shows no page of its own.
 */
export async function startApolloEdge(options: ApolloEdgeOptions): Promise<ApolloEdge> {
  const server = new ApolloServer<EdgeContext>({
    gateway: new OperationsGateway(options),
    // What holds for one operation is looked at in one place, gateway/execute/operations.ts, whichever way it came.
    dangerouslyDisableValidation: true,
    // The operations are kept compiled; what comes here again is parsed again.
    documentStore: null,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    introspection: true,
    nodeEnv: 'production',
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
    formatError: (formatted, error) => {
      if (error instanceof RelayedError) return formatted;
      if (formatted.extensions?.['code'] !== 'INTERNAL_SERVER_ERROR') {
        return { ...formatted, message: cutMessage(formatted.message) };
      }
      options.onFault(error);
      return { ...formatted, message: 'Internal server error' };
    },
  });
  await server.start();

  return {
    answer: async ({ method, search, body }, headers, context) => {
      const answer = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: { method, search, body, headers: toHeaderMap(headers) },
        context: () => Promise.resolve({ request: context }),
      });
      return toAnswer(answer);
    },
    close: () => server.stop(),
  };
}

type ApolloAnswer = Awaited<ReturnType<ApolloServer['executeHTTPGraphQLRequest']>>;

function toAnswer({ status = 200, headers, body }: ApolloAnswer): HttpAnswer {
  const { 'content-type': contentType = jsonType, ...others } = Object.fromEntries(headers);
  // Only `@defer` and `@stream` come in parts, and no schema of ours has them.
  if (body.kind !== 'complete') throw new Error('Expected a whole answer of Apollo Server, got one in parts');
  return { status, contentType, headers: others, body: body.string };
}

function toHeaderMap(headers: IncomingHttpHeaders): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
