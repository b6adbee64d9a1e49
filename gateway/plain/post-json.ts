import type { Dispatcher } from 'undici';

export interface PostRequest {
  readonly path: string;
  readonly body: string;
  readonly maxAnswerBytes: number;
  /** As `performance.now()` counts; may be `Infinity`. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
}

export interface PostAnswer {
  readonly status: number;
  readonly text: string;
}

/** `refused`: no connection. `lost`: it broke before any answer. `cut`: it broke within the answer. `aborted`: by the caller's signal. */
export type PostFault = 'refused' | 'lost' | 'cut' | 'too-large' | 'timeout' | 'aborted';

export class PostError extends Error {
  readonly kind: PostFault;

  constructor(kind: PostFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'PostError';
    this.kind = kind;
  }
}

const headers = [
  'content-type',
  'application/json',
  'accept',
  'application/graphql-response+json, application/json;q=0.9',
];

/**
 * Posts JSON and reads the whole answer, whatever its status. Rejects with a `PostError` and nothing else. Works on `dispatch`, because a
 * stream and its promises per answer cost more than all the rest of a small request (bench/gateway.ts shows both).
 */
export function postJson(dispatcher: Dispatcher, request: PostRequest): Promise<PostAnswer> {
  return new Promise((resolve, reject) => {
    const exchange = new Exchange(request, resolve, reject);
    if (!exchange.isOpen) return;
    dispatcher.dispatch({ path: request.path, method: 'POST', headers, body: request.body }, exchange);
  });
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: PostRequest;
  readonly #resolve: (answer: PostAnswer) => void;
  readonly #reject: (error: PostError) => void;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #bytes = 0;
  #isOpen = true;

  constructor(
    request: PostRequest,
    resolve: (answer: PostAnswer) => void,
    reject: (error: PostError) => void,
  ) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    if (request.signal?.aborted) {
      this.handleEvent();
      return;
    }
    request.signal?.addEventListener('abort', this);
    if (request.deadline === Infinity) return;
    this.#timer = setTimeout(timeOut, Math.max(0, request.deadline - performance.now()), this);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while it waited for a connection.
    if (!this.#isOpen) controller.abort(new Error('No longer wanted'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, statusCode: number): void {
    this.#status = statusCode;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#request.maxAnswerBytes) {
      this.fail(new PostError('too-large', `Expected at most ${this.#request.maxAnswerBytes} bytes`));
      return;
    }
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.#settle()) return;
    const [first] = this.#chunks;
    const whole = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status, text: whole.toString() });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(new PostError(this.#kindOfLoss(), error.message || describe(error), error));
  }

  /** `abort` of the caller's signal. */
  handleEvent(): void {
    this.fail(new PostError('aborted', 'The client has gone'));
  }

  /** Rejects, unless it is settled, and lets the connection go. */
  fail(error: PostError): void {
    if (!this.#settle()) return;
    this.#reject(error);
    this.#controller?.abort(error);
  }

  #kindOfLoss(): PostFault {
    if (!this.#controller) return 'refused';
    return this.#status === 0 ? 'lost' : 'cut';
  }

  #settle(): boolean {
    if (!this.#isOpen) return false;
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener('abort', this);
    return true;
  }
}

function timeOut(exchange: Exchange): void {
  exchange.fail(new PostError('timeout', 'No answer in time'));
}

/** A refused connection to a name with several addresses is an AggregateError without a message. */
function describe(error: Error): string {
  return 'code' in error ? String(error.code) : error.name;
}
