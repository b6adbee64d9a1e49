import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import { limits } from '../../schema/limits.ts';
import type { Viewer } from '../../wire/viewer.ts';
import { isErrorCode } from '../../schema/error-codes.ts';
import { HttpRefusal } from './http-answer.ts';

/** Who a session's token stands for; undefined when it is not valid, a rejection with a GraphQLError when that cannot be told. */
export type Authenticate = (token: string) => Promise<Viewer | undefined>;

/**
 * The person whose token a request carries as `Authorization: Bearer`, undefined without one. Rejects with UNAUTHENTICATED for a token that is
 * not valid: whoever sends one means to be somebody.
 */
export async function identify(
  request: IncomingMessage,
  authenticate: Authenticate,
): Promise<Viewer | undefined> {
  const { authorization } = request.headers;
  if (authorization === undefined) return undefined;
  const [, token] = /^Bearer +([^ ]+) *$/i.exec(authorization) ?? [];
  const viewer = token && (await authenticate(token).catch(refuse));
  if (viewer) return viewer;
  throw new HttpRefusal('UNAUTHENTICATED', 'The session is not valid, or not any more: sign in again', {
    headers: { 'www-authenticate': 'Bearer' },
  });
}

function refuse(error: unknown): never {
  if (!(error instanceof GraphQLError) || !isErrorCode(error.extensions.code)) throw error;
  throw new HttpRefusal(error.extensions.code, error.message);
}

/** When a request has to be answered, as `performance.now()` counts: our limit, or less if `x-deadline-ms` asks for it. */
export function deadlineOf(request: IncomingMessage): number {
  const header = request.headers['x-deadline-ms'];
  if (header === undefined) return performance.now() + limits.requestDeadlineMs;
  const milliseconds = typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : 0;
  if (milliseconds > 0) return performance.now() + Math.min(milliseconds, limits.requestDeadlineMs);
  throw new HttpRefusal('BAD_REQUEST', 'Expected x-deadline-ms to be a number of milliseconds above 0');
}

/** Aborted when the client goes away before it has been answered. */
export function signalOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
