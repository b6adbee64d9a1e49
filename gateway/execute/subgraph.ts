import type { DocumentNode, GraphQLFormattedError } from 'graphql';
import type { RequestContext } from './request-context.ts';

/** A fetch of a query plan, as far as it is the same for every run. */
export interface Fetch {
  readonly subgraph: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** One operation. For entities its only root field is `_entities(representations: $representations)`. */
  readonly document: DocumentNode;
  /** `document` printed; identical for identical fetches. */
  readonly text: string;
  readonly isEntityFetch: boolean;
}

/** An answer with keys as in the fetch's document. Error paths begin at its root; `['_entities', i, …]` counts the representations sent. */
export interface SubgraphResult {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
}

/**
 * How a stream behaves when its reader or its source falters. `feed`: every event has a cursor, and the stream can be opened again behind
 * any of them. `latest`: every event has a key, only the newest per key matters. `plain`: neither.
 */
export type StreamKind = 'feed' | 'latest' | 'plain';

export interface StreamEvent {
  readonly result: SubgraphResult;
  /** Of a `feed`. */
  readonly cursor?: string;
  /** Of a `latest`. */
  readonly key?: string;
}

/** A fetch made ready once per operation; its methods run per request and share nothing between runs. */
export interface PreparedFetch {
  /**
   * Never rejects: whatever went wrong is in `errors`, each with an `extensions.code` of the table; what did arrive is in `data`.
   * @param variables the operation's variables after coercion (names as in `document`), and `representations`
   */
  execute(variables: Readonly<Record<string, unknown>>, context: RequestContext): Promise<SubgraphResult>;
  readonly stream: StreamKind;
  /** Of a `feed`: whether these variables ask for events from here on only, so that a later reader must not get earlier ones. */
  startsNow?(variables: Readonly<Record<string, unknown>>): boolean;
  /**
   * Opens a stream; `resumeAfter` overrides the client's own `after` (only of a `feed`). Closing the iterator closes upstream. An end is the
   * source's own; a fault is an event with errors and then the end, except where the stream heals itself.
   */
  subscribe(
    variables: Readonly<Record<string, unknown>>,
    context: RequestContext,
    resumeAfter?: string,
  ): AsyncIterableIterator<StreamEvent>;
}

/** Where the fetches of a plan go: a fleet of nodes, this process, or a server over HTTP. */
export interface Subgraph {
  readonly name: string;
  /** Runs when an operation is compiled; may throw a GraphQLError for a fetch that can never work. */
  prepare(fetch: Fetch): PreparedFetch;
}
