import { GraphQLError } from 'graphql';
import type { ErrorCode } from '../schema/error-codes.ts';
import { cutMessage } from './cut-message.ts';

/** An error for whoever asked, with a code from the one table. `details` become further `extensions`; a long message is cut. */
export function codedError(
  code: ErrorCode,
  message: string,
  details?: Readonly<Record<string, unknown>> & { readonly cause?: unknown },
): GraphQLError {
  const { cause, ...extensions } = details ?? {};
  return new GraphQLError(cutMessage(message), {
    extensions: { ...extensions, code },
    ...(cause instanceof Error ? { originalError: cause } : {}),
  });
}
