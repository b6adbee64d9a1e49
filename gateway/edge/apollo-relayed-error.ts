import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/**
 * An error of our executor on its way through Apollo Server: it comes out as it went in, locations and all. A GraphQLError would want to find
 * them in a document.
 */
export class RelayedError extends GraphQLError {
  readonly #formatted: GraphQLFormattedError;

  /** Apollo Server takes the answer's status from an error's `extensions.http`, and removes it there. */
  constructor(formatted: GraphQLFormattedError, status: number) {
    super(formatted.message, { extensions: { ...formatted.extensions, http: { status } } });
    this.#formatted = formatted;
  }

  override toJSON(): GraphQLFormattedError {
    return this.#formatted;
  }
}
