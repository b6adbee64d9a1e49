import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Viewer } from '../../wire/viewer.ts';
import { createNetworkReport } from '../execute/network-report.ts';
import type { Operations } from '../execute/operation.ts';
import { excessOf } from '../plan/excess-of.ts';
import { startApolloEdge } from './apollo-edge.ts';
import { type HttpAnswer, HttpRefusal, sendAnswer } from './http-answer.ts';
import { type Authenticate, deadlineOf, identify, signalOf } from './http-context.ts';
import { type CorsOptions, applyCors } from './http-cors.ts';
import { FastPath } from './http-fast-path.ts';
import { type Question, readQuestion } from './http-question.ts';

export interface HttpEdgeOptions {
  readonly operations: Operations;
  /** That from which the operations were made. */
  readonly supergraphSdl: string;
  /** Without it nobody is anybody, and tokens are not looked at. */
  readonly authenticate?: Authenticate;
  /** Whether the client at this address may have one more operation planned now. */
  readonly allowNewOperation: (address: string) => boolean | Promise<boolean>;
  /** Where a connection comes from; behind a proxy of one's own that is in a header. */
  readonly addressOf?: (request: IncomingMessage) => string;
  /** Without it pages of other sites cannot read answers. */
  readonly cors?: CorsOptions;
  /** Faults of ours, for the log. */
  readonly onFault: (error: unknown) => void;
  /** false sends everything through Apollo Server, to compare the two ways. */
  readonly isFastPathOpen?: boolean;
}

export interface HttpEdge {
  /** For a route of `startHttpServer`: rejects with an HttpRefusal. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Call it when the HTTP server has closed. */
  readonly close: () => Promise<void>;
}

function assertNoExcess({ query }: Question): void {
  const excess = query === undefined ? undefined : excessOf(query);
  if (excess) throw new HttpRefusal('OPERATION_TOO_LARGE', excess);
}

/** GraphQL over HTTP: queries and mutations by POST, queries by GET, behind Apollo Server and, for what is repeated, past it. */
export async function startHttpEdge(options: HttpEdgeOptions): Promise<HttpEdge> {
  const { operations, supergraphSdl, onFault, isFastPathOpen = true } = options;
  const apollo = await startApolloEdge({ operations, supergraphSdl, onFault });
  const fastPath = isFastPathOpen ? new FastPath(operations) : undefined;
  const addressOf = options.addressOf ?? ((request) => request.socket.remoteAddress ?? '');

  const assertNotTooMany = async (question: Question, viewer: Viewer | undefined, address: string) => {
    const { query, operationName, variables } = question;
    if (query === undefined) return;
    if (operations.cached({ query, operationName, variables, role: viewer?.role })) return;
    if (await options.allowNewOperation(address)) return;
    throw new HttpRefusal('RATE_LIMITED', 'Too many new operations from this address; wait a second', {
      headers: { 'retry-after': '1' },
    });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<HttpAnswer> => {
    const deadline = deadlineOf(request);
    const viewer = options.authenticate && (await identify(request, options.authenticate));
    const question = await readQuestion(request);
    const { accept, 'user-agent': userAgent } = request.headers;
    const clientAddress = addressOf(request);
    const run = fastPath?.find(question, accept, viewer);
    if (!run) {
      await assertNotTooMany(question, viewer, clientAddress);
      // Apollo Server parses before it asks us.
      assertNoExcess(question);
    }
    const signal = signalOf(response);
    const network = createNetworkReport();
    const context = { viewer, deadline, signal, clientAddress, userAgent, network };
    if (run) return run(context);
    const answered = await apollo.answer(question, request.headers, context);
    fastPath?.learn(accept, answered);
    return answered;
  };

  return {
    handle: async (request, response) => {
      if (options.cors && applyCors(options.cors, request, response)) return;
      sendAnswer(response, await answer(request, response));
    },
    close: () => apollo.close(),
  };
}
