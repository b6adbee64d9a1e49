import type { FormattedExecutionResult } from 'graphql';
import { limits } from '../../schema/limits.ts';
import { asError } from '../../wire/as-error.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { LinkRequest } from '../../wire/link.ts';
import type { Connection, OperationEnd } from '../../wire/open-connection.ts';
import { badAnswer, lostError, payloadOf } from './link-call.ts';
import { parseErrors, parseResult } from './parse-answer.ts';

type Step = IteratorResult<FormattedExecutionResult, undefined>;

export interface LinkStreamOptions {
  readonly node: string;
  readonly request: LinkRequest;
  /** Once, when it needs the connection no more. */
  readonly onEnd: () => void;
}

/** One subscription on a link: what has arrived and not been read, within bounds, and how it ended. */
export class LinkStream implements AsyncIterableIterator<FormattedExecutionResult> {
  readonly #options: LinkStreamOptions;
  readonly #events: FormattedExecutionResult[] = [];
  readonly #readers: { resolve(step: Step): void; reject(reason: unknown): void }[] = [];
  #isOpen = true;
  #failure: { readonly reason: unknown } | undefined;
  #stop: () => void = () => undefined;

  constructor(options: LinkStreamOptions) {
    this.#options = options;
    options.request.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** @param viewerToken of the person on whose behalf it runs */
  send(connection: Connection, viewerToken: string | undefined): void {
    if (!this.#isOpen) return;
    this.#stop = connection.start(payloadOf(this.#options.request, { viewerToken }), {
      next: (result) => this.#arrived(result),
      end: (end) => this.#ended(end),
    });
  }

  /** Ends it with a reason, after what has arrived before. */
  fail(reason: unknown): void {
    if (!this.#isOpen) return;
    this.#failure = { reason };
    this.#close();
  }

  next(): Promise<Step> {
    const event = this.#events.shift();
    if (event) return Promise.resolve({ done: false, value: event });
    if (this.#isOpen) return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
    const failure = this.#failure;
    if (!failure) return Promise.resolve(finished());
    this.#failure = undefined;
    return Promise.reject(asError(failure.reason));
  }

  return(): Promise<Step> {
    this.#events.length = 0;
    this.#failure = undefined;
    this.#close();
    return Promise.resolve(finished());
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #arrived(result: unknown): void {
    const event = parseResult(result);
    if (!event) return this.fail(badAnswer(this.#options.node));
    const reader = this.#readers.shift();
    if (reader) return reader.resolve({ done: false, value: event });
    if (this.#events.length < limits.maxLinkLagEvents) this.#events.push(event);
    else this.fail(tooSlow(this.#options.node));
  }

  #ended(end: OperationEnd): void {
    if (end.kind === 'complete') return this.#close();
    if (end.kind === 'lost') return this.fail(lostError(this.#options.node, end.connection));
    const errors = parseErrors(end.errors);
    if (!errors) return this.fail(badAnswer(this.#options.node));
    this.#arrived({ errors });
    this.#close();
  }

  readonly #onAbort = (): void => {
    this.#events.length = 0;
    this.fail(this.#options.request.signal?.reason);
  };

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#options.request.signal?.removeEventListener('abort', this.#onAbort);
    this.#stop();
    this.#options.onEnd();
    const [first, ...others] = this.#readers.splice(0);
    if (!first) return;
    if (this.#failure) first.reject(this.#failure.reason);
    else first.resolve(finished());
    this.#failure = undefined;
    for (const other of others) other.resolve(finished());
  }
}

function finished(): Step {
  return { done: true, value: undefined };
}

function tooSlow(node: string): Error {
  return codedError('SUBSCRIBER_TOO_SLOW', `A stream of node ${node} was not read as fast as it came`, {
    node,
  });
}
