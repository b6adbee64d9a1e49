import type { FormattedExecutionResult } from 'graphql';
import type { Viewer } from './viewer.ts';

/** One operation for one of the subgraphs ("shapes") at the other end of a link. */
export interface LinkRequest {
  /** `world`, `traffic`, `registry`, or an extension. */
  readonly shape: string;
  /** The same text for the same operation: the far end keeps what it parsed, by text. */
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly viewer?: Viewer | undefined;
  /** Time left of the client's deadline; the far end gives up then as well. Streams have none. */
  readonly timeoutMs?: number;
  /** Cancels at the far end too; what waits here rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * CONNECTING: not yet, or not again. UP: operations go through. INCOMPATIBLE: the far end answers, but its SDL cannot be read; tried again
 * when it reconnects. CLOSED: by us, for good.
 */
export type LinkState = 'CONNECTING' | 'UP' | 'INCOMPATIBLE' | 'CLOSED';

/**
 * A way to run operations on one node. Implementations: `gateway/links/websocket-link.ts` (another process) and
 * `wire/local-link.ts` (this process); both pass test/link-contract.test.ts.
 * Whoever opened a link closes it.
 */
export interface Link {
  readonly node: string;
  readonly state: LinkState;
  /** The SDL that the far end publishes for a shape, as of its latest connection; undefined when it has none such. */
  sdl(shape: string): string | undefined;
  /**
   * Runs a query or a mutation. Errors of the operation itself are in the result. Rejects with a `GraphQLError` whose code is
   * NODE_UNREACHABLE (link down, or lost before the answer: the operation may or may not have run; never sent twice),
   * NODE_TIMEOUT, NODE_INCOMPATIBLE, NODE_ANSWER_TOO_LARGE or NODE_BAD_ANSWER.
   */
  execute(request: LinkRequest): Promise<FormattedExecutionResult>;
  /**
   * Runs a subscription, beginning at once. The iterator ends when the far end completes it, throws as `execute` rejects (and
   * SUBSCRIBER_TOO_SLOW when its reader lags too far), and is not resumed by the link. Where there can be no stream, its one event has the
   * errors. `return()` tells the far end to stop and does not wait for it, also while a `next()` is pending.
   */
  subscribe(request: LinkRequest): AsyncIterableIterator<FormattedExecutionResult>;
  /** Calls back after each change of `state`; returns the function that ends it. */
  onStateChange(listener: (state: LinkState) => void): () => void;
  /** Idempotent; what is under way rejects with NODE_UNREACHABLE. */
  close(): Promise<void>;
}
