import { parseAnswer, type RawAnswer } from './answer.ts';
import { clientError } from './request-error.ts';

/** As much of the platform's `fetch` as is used here. */
export type Fetch = (
  url: string,
  request: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body: string;
    readonly signal: AbortSignal;
  },
) => Promise<{ readonly status: number; text(): Promise<string> }>;

export interface PostOptions {
  readonly fetch: Fetch;
  readonly url: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly token: string | undefined;
  readonly timeoutMs: number;
  /** Aborting any of them gives the request up; the promise rejects with that signal's reason. */
  readonly signals: readonly (AbortSignal | undefined)[];
}

/**
 * Sends a query or a mutation by HTTP. Rejects with a `RequestError` of CONNECTION_FAILED, DEADLINE_EXCEEDED or BAD_ANSWER; errors of the
 * operation itself are in the answer. Never sends twice: after a failure a mutation may have been carried out or not.
 */
export async function post(options: PostOptions): Promise<RawAnswer> {
  // Called by itself: a browser's fetch refuses to be a method of anything.
  const { fetch: send, url, query, variables, token, timeoutMs } = options;
  const giveUp = new AbortController();
  const unlink = options.signals.map((signal) => follow(giveUp, signal));
  const late = () => clientError('DEADLINE_EXCEEDED', `No answer from ${url} within ${timeoutMs} ms`);
  const timer = setTimeout(() => giveUp.abort(late()), timeoutMs);
  try {
    const response = await send(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
      signal: giveUp.signal,
    });
    return parseAnswer(parseJson(await response.text(), `${response.status} from ${url}`));
  } catch (error) {
    if (giveUp.signal.aborted) throw giveUp.signal.reason;
    // What fetch rejects with; anything else has been thrown above, with its code.
    if (error instanceof TypeError) {
      throw clientError('CONNECTION_FAILED', `No answer from ${url}: ${reasonOf(error)}`, error);
    }
    throw error;
  } finally {
    clearTimeout(timer);
    for (const stop of unlink) stop();
  }
}

/** Not AbortSignal.any: on Node 20 each result stays reachable from a signal that lives long, as the client's own does. */
function follow(controller: AbortController, signal: AbortSignal | undefined): () => void {
  if (signal === undefined) return () => {};
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return () => signal.removeEventListener('abort', abort);
}

/** On Node the error says no more than that it failed, and its cause the rest. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

function parseJson(text: string, origin: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw clientError('BAD_ANSWER', `Expected JSON, got ${origin}: ${text.slice(0, 120)}`, cause);
  }
}
