import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { limits } from '../../schema/limits.ts';
import { CallScope } from '../../wire/call-scope.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import type { Viewer } from '../../wire/viewer.ts';
import { openShapeSocket, type ShapeSocket } from './open-shape-socket.ts';
import { HttpProblem, readOperation } from './read-operation.ts';

export interface ShapeEndpointOptions {
  readonly shape: ExecutableShape;
  /**
   * Who sends this `Authorization` header (over WebSocket: the `authorization` in the payload of `connection_init`). Rejects with a `GraphQLError` for
   * one that is not valid. Without this function everybody is a stranger.
   */
  readonly authenticate?: (authorization: string) => Promise<Viewer>;
}

export interface ShapeEndpoint extends ShapeSocket {
  /** Answers one HTTP request that has been routed here; never rejects. */
  handleRequest(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/**
 * One subgraph by itself, for tools and other gateways: queries and mutations by POST, everything over graphql-transport-ws. `_service { sdl }` gives
 * its SDL. A stranger may only read, and only what needs no role. Apollo Server would want the schema, which a shape keeps to itself, and has little left to
 * do where there is neither a page nor a plugin.
 */
export function createShapeEndpoint({ shape, authenticate }: ShapeEndpointOptions): ShapeEndpoint {
  const recognise = async (authorization: unknown): Promise<Viewer | undefined> =>
    authenticate && typeof authorization === 'string' ? authenticate(authorization) : undefined;
  const socket = openShapeSocket({
    accept: async (hello) => {
      const viewer = await recognise(hello['authorization']);
      return {
        route: ({ query, operationName }) => {
          assertMayRun(shape.inspect(query, operationName ?? undefined), viewer);
          return { shape, viewer, timeoutMs: limits.requestDeadlineMs };
        },
      };
    },
  });

  return {
    ...socket,
    async handleRequest(request, response) {
      const mediaType = chooseMediaType(request.headers.accept);
      try {
        const viewer = await recognise(request.headers.authorization);
        const result = await run(shape, viewer, request);
        const isRefused = result.data === undefined && mediaType === responseType;
        respond(response, isRefused ? 400 : 200, mediaType, result);
      } catch (error) {
        respond(response, ...asProblem(error, mediaType));
      }
    },
  };
}

async function run(
  shape: ExecutableShape,
  viewer: Viewer | undefined,
  request: IncomingMessage,
): Promise<ExecutionResult> {
  const operation = await readOperation(request);
  const kind = shape.inspect(operation.query, operation.operationName);
  if (typeof kind !== 'string') return { errors: kind };
  assertMayRun(kind, viewer);
  if (kind === 'subscription') {
    throw new HttpProblem(400, 'SUBSCRIPTION_OVER_HTTP', 'Subscriptions go over a WebSocket to this path');
  }
  const scope = new CallScope({
    timeoutMs: limits.requestDeadlineMs,
    onTimeout: () => codedError('DEADLINE_EXCEEDED', `Not answered in ${limits.requestDeadlineMs} ms`),
  });
  const goneAway = (): void => scope.end(new Error('The client has gone'));
  request.socket.once('close', goneAway);
  try {
    const { signal } = scope;
    const clientAddress = request.socket.remoteAddress;
    return await scope.race(shape.execute({ ...operation, viewer, signal, clientAddress }));
  } finally {
    scope.dispose();
    request.socket.off('close', goneAway);
  }
}

function assertMayRun(kind: ReturnType<ExecutableShape['inspect']>, viewer: Viewer | undefined): void {
  if (kind !== 'mutation' || viewer) return;
  throw codedError('UNAUTHENTICATED', 'Only people who are signed in may change something here');
}

const responseType = 'application/graphql-response+json';

/** The older type unless the client asks for the newer one. */
function chooseMediaType(accept: string | undefined): string {
  return accept?.includes(responseType) ? responseType : 'application/json';
}

function asProblem(error: unknown, mediaType: string): [status: number, mediaType: string, result: object] {
  if (error instanceof HttpProblem) {
    return [error.status, mediaType, { errors: [codedError(error.code, error.message)] }];
  }
  if (error instanceof GraphQLError) return [200, mediaType, { errors: [error] }];
  return [500, mediaType, { errors: [codedError('INTERNAL_SERVER_ERROR', 'Internal server error')] }];
}

function respond(response: ServerResponse, status: number, mediaType: string, result: object): void {
  if (response.headersSent || response.destroyed) return;
  const body = Buffer.from(JSON.stringify(result));
  response.writeHead(status, {
    'content-type': `${mediaType}; charset=utf-8`,
    'content-length': body.length,
    ...(status === 405 ? { allow: 'POST' } : {}),
    // Nobody waits for the rest of what is too large.
    ...(status === 413 ? { connection: 'close' } : {}),
  });
  response.end(body);
}
