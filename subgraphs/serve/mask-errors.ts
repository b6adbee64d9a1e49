import { type ExecutionResult, GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { isErrorCode } from '../../schema/error-codes.ts';
import { cutMessage } from '../../wire/cut-message.ts';

/**
 * Lets through what was meant for the caller (it has a code of the table) and what graphql-js itself says of arguments and variables; replaces
 * everything else by INTERNAL_SERVER_ERROR, so that no message of SQLite or of the file system leaves the node.
 */
export function maskErrors(result: ExecutionResult, onFault: (error: GraphQLError) => void): ExecutionResult {
  if (!result.errors) return result;
  return { ...result, errors: result.errors.map((error) => mask(error, onFault)) };
}

/** The same for whatever was thrown outside of a field. */
export function maskFault(fault: unknown, onFault: (error: GraphQLError) => void): GraphQLError {
  if (fault instanceof GraphQLError && hasCode(fault)) return fault;
  const originalError = fault instanceof Error ? fault : new Error(String(fault));
  onFault(new GraphQLError(originalError.message, { originalError }));
  return internalError();
}

function mask(error: GraphQLError, onFault: (error: GraphQLError) => void): GraphQLError {
  if (hasCode(error)) return error;
  const place = {
    ...(error.nodes ? { nodes: error.nodes } : {}),
    ...(error.path ? { path: error.path } : {}),
  };
  if (isAboutInput(error)) {
    return new GraphQLError(cutMessage(error.message), { ...place, extensions: { code: 'BAD_USER_INPUT' } });
  }
  onFault(error);
  return internalError(place);
}

function hasCode({ extensions }: GraphQLError): boolean {
  return isErrorCode(extensions.code);
}

/**
 * graphql-js finds fault with variables before there is a path, and with arguments at their place in the document. What it says of a value that
 * a resolver returned has neither, and is ours.
 */
function isAboutInput({ originalError, path }: GraphQLError): boolean {
  if (originalError && !(originalError instanceof GraphQLError)) return false;
  return path === undefined || originalError?.nodes !== undefined;
}

function internalError(place: GraphQLErrorOptions = {}): GraphQLError {
  return new GraphQLError('Internal server error', {
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
}
