import { GraphQLError } from 'graphql';
import type { ErrorCode } from '../schema/error-codes.ts';

/** An error for whoever asked, with a code from the one table. `details` become further `extensions`. */
export function codedError(
  code: ErrorCode,
  message: string,
  details?: Readonly<Record<string, unknown>> & { readonly cause?: unknown },
): GraphQLError {
  const { cause, ...extensions } = details ?? {};
  return new GraphQLError(message, {
    extensions: { ...extensions, code },
    ...(cause instanceof Error ? { originalError: cause } : {}),
  });
}
