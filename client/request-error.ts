import type { GraphQLFormattedError } from 'graphql';
import { type ErrorCode, errorCodes, isErrorCode } from '../schema/error-codes.ts';

/** Faults that arise on this side, beside the codes that a server sends (schema/error-codes.ts). */
export const clientCodes = {
  CONNECTION_FAILED: 'The server cannot be reached, or the connection broke before it had answered.',
  BAD_ANSWER: 'What came back is not an answer to a GraphQL operation.',
  CLOSED: 'The client has been closed.',
} as const;
export type ClientCode = keyof typeof clientCodes;

/**
 * The one error of this client. `code` is that of the first fault, `codes` those of all; a server that is newer than this client may send
 * codes that it does not know. What did succeed is in `data`: with two mutations in one operation, the other's answer.
 */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: string;
  readonly codes: readonly string[];
  /** As the server sent them; empty when the fault arose on this side. */
  readonly errors: readonly GraphQLFormattedError[];
  readonly data: Readonly<Record<string, unknown>> | null;

  constructor(
    message: string,
    details: {
      readonly codes: readonly string[];
      readonly errors?: readonly GraphQLFormattedError[];
      readonly data?: Readonly<Record<string, unknown>> | null;
      readonly cause?: unknown;
    },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.codes = details.codes;
    this.code = details.codes[0] ?? ('BAD_ANSWER' satisfies ClientCode);
    this.errors = details.errors ?? [];
    this.data = details.data ?? null;
  }

  /** Whether waiting may help: every fault is one that passes by itself, such as a node that is down. */
  get isTemporary(): boolean {
    return this.codes.length > 0 && this.codes.every(isTemporaryCode);
  }
}

/** A fault on this side of the connection. */
export function clientError(code: ClientCode | ErrorCode, message: string, cause?: unknown): RequestError {
  return new RequestError(message, { codes: [code], cause });
}

/** The server's own errors as one exception. */
export function answerError(
  errors: readonly GraphQLFormattedError[],
  data: Readonly<Record<string, unknown>> | null = null,
): RequestError {
  const [first, ...rest] = errors;
  const message = first?.message ?? 'The server answered with neither data nor errors.';
  return new RequestError(rest.length > 0 ? `${message} (and ${rest.length} more)` : message, {
    codes: errors.map((error) => codeOf(error)),
    errors,
    data,
  });
}

function codeOf(error: GraphQLFormattedError): string {
  const code = error.extensions?.['code'];
  return typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR';
}

function isTemporaryCode(code: string): boolean {
  if (code === 'CONNECTION_FAILED') return true;
  return isErrorCode(code) && errorCodes[code][0] === 'later';
}
