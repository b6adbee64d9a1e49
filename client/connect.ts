import { requireData, requireDone, type Answer } from './answer.ts';
import type { TypedDocumentString } from './generated/graphql.ts';
import { post, type Fetch } from './post.ts';
import { clientError } from './request-error.ts';
import { openSocket, type ConnectionState, type Socket } from './socket.ts';
import { openStream, type Stream, type StreamOptions } from './stream.ts';
import { limits } from '../schema/limits.ts';

export interface ConnectOptions {
  /** Of a session, as `signIn` gives it. */
  readonly token?: string;
  /** Instead of the platform's own, or that of `ws`. */
  readonly webSocketImpl?: unknown;
  /** Instead of the platform's own `fetch`; for one that trusts a certificate of your own. */
  readonly fetchImpl?: Fetch;
  /** What a query or a mutation may take; the server's own deadline is shorter. */
  readonly timeoutMs?: number;
  /** Events of one stream that wait for their reader. */
  readonly maxBufferedEvents?: number;
  /** The wait before attempt 0, 1, 2, … to get a lost stream back. */
  readonly retryDelayMs?: (attempt: number) => number;
  /** Silence after which a WebSocket is pinged, and how long its answer may take. */
  readonly pingMs?: number;
  readonly pongMs?: number;
  /** Follows the WebSocket: for a light that shows whether what is on the page is live. */
  readonly onConnectionChange?: (state: ConnectionState) => void;
}

interface RequestOptions {
  /** Aborting it gives the request up; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Variables may be left out where none is required. */
type Arguments<Variables, Rest extends unknown[] = []> =
  Record<never, never> extends Variables
    ? [variables?: Variables, ...rest: Rest]
    : [variables: Variables, ...rest: Rest];

/** A document of a feed selects `cursor` in its root field and takes `$after`. */
type FeedResult = Readonly<Record<string, { readonly cursor: string } | null>>;
interface FeedVariables {
  readonly after?: string | null | undefined;
}

/** The network as seen by a program or a page. Whoever connects closes. */
export interface NetworkClient {
  /** Rejects only when there is no data at all; rows of nodes that are down are missing, and `errors` says so. */
  readonly query: <Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    ...args: Arguments<Variables, [options?: RequestOptions]>
  ) => Promise<Answer<Result>>;
  /** Rejects when any of its fields was not carried out. Never sent twice. */
  readonly mutate: <Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    ...args: Arguments<Variables, [options?: RequestOptions]>
  ) => Promise<Answer<Result>>;
  /** A gauge: opened again after a drop, but what happened meanwhile is lost; a slow reader loses the oldest. Leaving the loop ends it. */
  readonly subscribe: <Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    ...args: Arguments<Variables>
  ) => AsyncIterableIterator<Answer<Result>>;
  /** Every event once, in order, across drops and pauses: it resumes behind the last event that came. Leaving the loop ends it. */
  readonly feed: <Result extends FeedResult, Variables extends FeedVariables>(
    document: TypedDocumentString<Result, Variables>,
    ...args: Arguments<Variables>
  ) => AsyncIterableIterator<Answer<Result>>;
  /** From the next request on; open streams are opened again as this person. */
  readonly setToken: (token: string | undefined) => void;
  /** Requests under way reject with CLOSED, streams end. Idempotent. */
  readonly close: () => void;
}

/**
 * Connects to a network's initial node. Nothing is sent before the first operation.
 * @param url `http://host:port`, with `/graphql` understood where there is no path
 */
export function connect(url: string, options: ConnectOptions = {}): NetworkClient {
  const endpoint = new URL(url);
  if (!/^https?:$/.test(endpoint.protocol)) throw new TypeError(`Expected an http or https URL, got ${url}`);
  if (endpoint.pathname === '/') endpoint.pathname = '/graphql';
  const { timeoutMs = 30_000, maxBufferedEvents = 256, retryDelayMs = fullJitter } = options;
  let { token } = options;
  let socket: Socket | undefined;
  const closing = new AbortController();
  // One for each request that is under way: a listener of each on one signal would be taken for a leak.
  const requests = new Set<AbortController>();
  const streams = new Set<Stream<unknown>>();

  // Queries go by HTTP: each stands alone, so that a dropped socket never leaves an answer unknown, and they work where WebSockets do not.
  const send = async (query: string, variables: unknown, { signal }: RequestOptions = {}) => {
    closing.signal.throwIfAborted();
    const request = new AbortController();
    requests.add(request);
    try {
      return await post({
        fetch: options.fetchImpl ?? fetch,
        url: endpoint.href,
        query,
        variables: toRecord(variables),
        token,
        timeoutMs,
        signals: [request.signal, signal],
      });
    } finally {
      requests.delete(request);
    }
  };

  const getSocket = () =>
    (socket ??= openSocket({
      url: endpoint.href.replace(/^http/, 'ws'),
      token: () => token,
      webSocketImpl: options.webSocketImpl,
      retryDelayMs,
      pingMs: options.pingMs ?? 10_000,
      pongMs: options.pongMs ?? 5_000,
      onStateChange: (state) => options.onConnectionChange?.(state),
    }));

  const open = <Result>(kind: StreamOptions['kind'], query: string, variables: unknown) => {
    closing.signal.throwIfAborted();
    const stream: Stream<Result> = openStream({
      client: () => getSocket().client,
      query,
      variables: toRecord(variables) ?? {},
      kind,
      maxBufferedEvents,
      retryDelayMs,
      onEnd: () => streams.delete(stream),
    });
    streams.add(stream);
    return stream.events;
  };

  return {
    query: async (document, ...[variables, request]) =>
      requireData(await send(document.toString(), variables, request)),
    mutate: async (document, ...[variables, request]) =>
      requireDone(await send(document.toString(), variables, request)),
    subscribe: (document, ...[variables]) => open('gauge', document.toString(), variables),
    feed: (document, ...[variables]) => open('feed', document.toString(), variables),
    setToken(next) {
      if (next === token) return;
      token = next;
      socket?.restart();
    },
    close() {
      if (closing.signal.aborted) return;
      closing.abort(clientError('CLOSED', 'The client has been closed'));
      for (const request of requests) request.abort(closing.signal.reason);
      for (const stream of streams) stream.close();
      socket?.close();
    },
  };
}

/** Anything up to a bound that doubles: a thousand clients that were cut off together do not come back together. */
function fullJitter(attempt: number): number {
  return Math.random() * Math.min(limits.linkRetryCapMs, limits.linkRetryFirstMs * 2 ** attempt);
}

function toRecord(variables: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof variables === 'object' && variables !== null ? { ...variables } : undefined;
}
