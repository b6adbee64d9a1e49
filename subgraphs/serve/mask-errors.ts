import { type ExecutionResult, GraphQLError } from 'graphql';
import { errorCodes } from '../../schema/error-codes.ts';

/**
 * Lets through what was meant for the caller (it has a code of the table) and what graphql-js itself says of arguments and variables; replaces
 * everything else by INTERNAL_SERVER_ERROR, so that no message of SQLite or of the file system leaves the node.
 */
export function maskErrors(result: ExecutionResult, onFault: (error: GraphQLError) => void): ExecutionResult {
  if (!result.errors) return result;
  return { ...result, errors: result.errors.map((error) => mask(error, onFault)) };
}

function mask(error: GraphQLError, onFault: (error: GraphQLError) => void): GraphQLError {
  const code = error.extensions.code;
  if (typeof code === 'string' && Object.hasOwn(errorCodes, code)) return error;
  const place = {
    ...(error.nodes ? { nodes: error.nodes } : {}),
    ...(error.path ? { path: error.path } : {}),
  };
  if (!error.originalError) {
    return new GraphQLError(error.message, { ...place, extensions: { code: 'BAD_USER_INPUT' } });
  }
  onFault(error);
  return new GraphQLError('Internal server error', {
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
}
