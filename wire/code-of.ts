import { type ErrorCode, isErrorCode } from '../schema/error-codes.ts';

/** The code of an error, thrown here or told by another node, when it is one of the table. */
export function codeOf(error: unknown): ErrorCode | undefined {
  const { code }: { readonly code?: unknown } = Object(Object(error).extensions);
  return isErrorCode(code) ? code : undefined;
}
