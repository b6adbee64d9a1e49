import type { FormattedExecutionResult } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { codedError } from '../../wire/coded-error.ts';
import type { LinkExtensions } from '../../wire/link-vocabulary.ts';
import type { LinkRequest } from '../../wire/link.ts';
import type { Connection, ConnectionEnd, OperationEnd, OperationSink } from '../../wire/open-connection.ts';
import { parseErrors, parseResult } from './parse-answer.ts';

export interface LinkCallOptions {
  readonly node: string;
  readonly request: LinkRequest;
  /** Of the person on whose behalf it runs. */
  readonly viewerToken: string | undefined;
  readonly resolve: (result: FormattedExecutionResult) => void;
  readonly reject: (reason: unknown) => void;
  /** Once, when it needs the connection no more. */
  readonly onSettled: () => void;
}

/** One query or mutation on a link: waits for its turn, is sent once, and settles once. */
export class LinkCall implements OperationSink {
  readonly #options: LinkCallOptions;
  readonly #deadline: number;
  readonly #timer: NodeJS.Timeout | undefined;
  #phase: 'waiting' | 'sent' | 'settled' = 'waiting';
  #result: unknown;
  #stop: () => void = () => undefined;

  constructor(options: LinkCallOptions) {
    this.#options = options;
    const { timeoutMs, signal } = options.request;
    this.#deadline = performance.now() + (timeoutMs ?? Infinity);
    if (timeoutMs !== undefined && timeoutMs < 2 ** 31) {
      this.#timer = setTimeout(this.#onTimeout, Math.max(0, timeoutMs));
    }
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  send(connection: Connection): void {
    if (this.#phase !== 'waiting') return;
    this.#phase = 'sent';
    const { request, viewerToken } = this.#options;
    const timeLeftMs = this.#deadline - performance.now();
    this.#stop = connection.start(
      payloadOf(request, {
        viewerToken,
        timeoutMs: timeLeftMs === Infinity ? undefined : Math.max(1, Math.floor(timeLeftMs)),
      }),
      this,
    );
  }

  next(result: unknown): void {
    // One operation, one answer: what comes after the first would be a stream.
    this.#result ??= result;
  }

  end(end: OperationEnd): void {
    if (end.kind === 'lost') return this.fail(lostError(this.#options.node, end.connection));
    const result =
      end.kind === 'complete' ? parseResult(this.#result) : errorsResult(parseErrors(end.errors));
    if (!result) return this.fail(badAnswer(this.#options.node));
    if (this.#settle()) this.#options.resolve(result);
  }

  /** Gives up, telling the far end if it has been asked. */
  fail(reason: unknown): void {
    if (!this.#settle()) return;
    this.#stop();
    this.#options.reject(reason);
  }

  readonly #onTimeout = (): void => {
    const { node, request } = this.#options;
    const message = `Node ${node} did not answer in ${request.timeoutMs} ms`;
    this.fail(codedError('NODE_TIMEOUT', message, { node }));
  };
  readonly #onAbort = (): void => this.fail(this.#options.request.signal?.reason);

  #settle(): boolean {
    if (this.#phase === 'settled') return false;
    this.#phase = 'settled';
    clearTimeout(this.#timer);
    this.#options.request.signal?.removeEventListener('abort', this.#onAbort);
    this.#options.onSettled();
    return true;
  }
}

/** What is sent for a request. */
export function payloadOf(
  { query, variables, shape }: LinkRequest,
  {
    viewerToken,
    timeoutMs,
  }: { readonly viewerToken: string | undefined; readonly timeoutMs?: number | undefined },
): SubscribePayload {
  const extensions: LinkExtensions = {
    shape,
    ...(viewerToken === undefined ? {} : { viewer: viewerToken }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
  return { query, ...(variables ? { variables } : {}), extensions: { ...extensions } };
}

export function badAnswer(node: string): Error {
  return codedError('NODE_BAD_ANSWER', `Node ${node} answered with something that is no result`, { node });
}

/** Why what was under way on a connection has failed, by how it ended. */
export function lostError(node: string, { kind, reason }: ConnectionEnd): Error {
  switch (kind) {
    case 'closed':
      return codedError('NODE_UNREACHABLE', `The link to node ${node} was lost: ${reason}`, { node });
    case 'oversize':
      return codedError('NODE_ANSWER_TOO_LARGE', `Node ${node} sent more than is taken from one node`, {
        node,
      });
    case 'garbage':
      return codedError('NODE_BAD_ANSWER', `Node ${node} sent what is no message: ${reason}`, { node });
  }
}

function errorsResult(errors: FormattedExecutionResult['errors']): FormattedExecutionResult | undefined {
  return errors ? { errors } : undefined;
}
