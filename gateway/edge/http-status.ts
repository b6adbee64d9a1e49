import { type ErrorCode, errorCodes, isErrorCode } from '../../schema/error-codes.ts';

const special: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  OPERATION_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  DEADLINE_EXCEEDED: 504,
  // Apollo's clients expect it so, and send the text next.
  PERSISTED_QUERY_NOT_SUPPORTED: 200,
};

const byBlame = { caller: 400, later: 503, us: 500 } as const;

/** The HTTP status of an error that stands alone, without data. An unknown code is a fault of ours. */
export function statusOfCode(code: unknown): number {
  if (!isErrorCode(code)) return 500;
  return special[code] ?? byBlame[errorCodes[code][0]];
}

/** The HTTP status of a GraphQL answer: 200 as soon as anything was run, be it with errors beside it. */
export function statusOfResult(result: {
  readonly data?: unknown;
  readonly errors?:
    readonly { readonly extensions?: Readonly<Record<string, unknown>> | undefined }[] | undefined;
}): number {
  if (result.data !== undefined || !result.errors?.[0]) return 200;
  return statusOfCode(result.errors[0].extensions?.['code']);
}
