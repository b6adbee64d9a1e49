import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { codedError } from '../../wire/coded-error.ts';

/** An error that ended a stream, for its readers: one with a code as it is, anything else without its message. */
export function formatFault(error: unknown): GraphQLFormattedError {
  if (error instanceof GraphQLError && error.extensions.code !== undefined) return error.toJSON();
  return codedError('INTERNAL_SERVER_ERROR', 'The stream failed').toJSON();
}
