import type { Client } from 'graphql-ws/client';
import { isFormattedError, isRecord, parseAnswer, requireData, type Answer } from './answer.ts';
import { closeCodes } from '../schema/close-codes.ts';
import { EventBuffer } from './event-buffer.ts';
import { answerError, clientError, RequestError } from './request-error.ts';

export interface StreamOptions {
  readonly client: () => Promise<Client>;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /**
   * `feed`: every event counts. The stream is opened again behind the last event that came, after a drop as well as after a pause, which it
   * makes when its reader falls behind. `gauge`: the newest counts. A slow reader loses the oldest, and a drop what happened meanwhile.
   */
  readonly kind: 'feed' | 'gauge';
  /** Events that may wait for their reader for longer than a moment. */
  readonly maxBufferedEvents: number;
  readonly retryDelayMs: (attempt: number) => number;
  readonly onEnd: () => void;
}

export interface Stream<Result> {
  readonly events: AsyncIterableIterator<Answer<Result>>;
  /** Ends it from this side: what was not read yet is dropped. Idempotent. */
  close(): void;
}

/** Opens a subscription and keeps it open until its reader or the server ends it, or a fault that does not pass by itself. */
export function openStream<Result>(options: StreamOptions): Stream<Result> {
  let after: string | undefined;
  let isPaused = false;
  let failures = 0;
  let check: ReturnType<typeof setTimeout> | undefined;
  let stop = () => {};

  const events = new EventBuffer<Answer<Result>>({
    onDrained() {
      if (!isPaused) return;
      isPaused = false;
      open();
    },
    onReturn: finish,
  });

  function open(): void {
    let isCurrent = true;
    let dispose = () => {};
    stop = () => {
      isCurrent = false;
      // Not in the midst of a batch of messages: graphql-ws would count the operation's end twice if its `complete` were among them, and
      // later take its last stream for gone.
      queueMicrotask(() => dispose());
    };
    // graphql-ws prints the payload anew at each of its own attempts, so that a drop is followed by the latest cursor.
    const payload = {
      query: options.query,
      get variables() {
        return after === undefined ? options.variables : { ...options.variables, after };
      },
    };
    const whenCurrent =
      <Args extends unknown[]>(act: (...args: Args) => void) =>
      (...args: Args) => {
        if (isCurrent) act(...args);
      };
    const sink = {
      next: whenCurrent(receive),
      error: whenCurrent((reason: unknown) => fault(toError(reason))),
      complete: whenCurrent(() => finish(() => events.end())),
    };
    options.client().then(
      whenCurrent((client: Client) => {
        dispose = client.subscribe(payload, sink);
      }),
      sink.error,
    );
  }

  function receive(payload: unknown): void {
    try {
      const answer = parseAnswer(payload);
      const { data } = answer;
      if (options.kind === 'feed') {
        const cursor = data && readCursor(data);
        if (!cursor) throw feedError(answer.errors.length > 0 ? answerError(answer.errors, data) : undefined);
        after = cursor;
      }
      events.push(requireData<Result>(answer));
      failures = 0;
    } catch (error) {
      fault(toError(error));
    }
    if (events.size > options.maxBufferedEvents) check ??= setTimeout(relieve, 0);
  }

  /** Looked at after a turn of the event loop: one chunk of bytes may bring more than the limit to a reader that keeps up well. */
  function relieve(): void {
    check = undefined;
    if (events.size <= options.maxBufferedEvents) return;
    if (options.kind === 'feed') {
      isPaused = true;
      stop();
    } else {
      while (events.size > options.maxBufferedEvents) events.dropOldest();
    }
  }

  function fault(error: RequestError): void {
    if (!error.isTemporary) return finish(() => events.fail(error));
    stop();
    const timer = setTimeout(open, options.retryDelayMs(failures++));
    stop = () => clearTimeout(timer);
  }

  function finish(end?: () => void): void {
    stop();
    stop = () => {};
    clearTimeout(check);
    isPaused = false;
    end?.();
    options.onEnd();
  }

  open();
  return { events, close: () => void events.return() };
}

/** The cursor of a feed's event: a document of a feed has one root field, whose `cursor` it selects. */
function readCursor(data: Readonly<Record<string, unknown>>): string | undefined {
  for (const field of Object.values(data)) {
    if (isRecord(field) && typeof field['cursor'] === 'string') return field['cursor'];
  }
  return undefined;
}

function feedError(error: RequestError | undefined): RequestError {
  return error ?? clientError('BAD_ANSWER', 'Expected an event with a cursor, got one without');
}

/** What graphql-ws ends an operation with: the server's errors, a close event of the socket, or an exception. */
function toError(reason: unknown): RequestError {
  if (reason instanceof RequestError) return reason;
  if (Array.isArray(reason) && reason.every(isFormattedError)) return answerError(reason);
  const { code, reason: why } = isRecord(reason) ? reason : {};
  if (code === closeCodes.UNAUTHORIZED || code === closeCodes.FORBIDDEN) {
    return clientError('UNAUTHENTICATED', 'The server refused the connection', reason);
  }
  const how =
    typeof code === 'number' ? `was closed with ${code} ${String(why)}` : `failed: ${String(reason)}`;
  return clientError('BAD_ANSWER', `The connection ${how}`, reason);
}
