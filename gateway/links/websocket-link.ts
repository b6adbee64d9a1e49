import type { FormattedExecutionResult, GraphQLError } from 'graphql';
import { closeCodes } from '../../schema/close-codes.ts';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { type KeptConnection, keepConnected, type RetryOptions } from '../../wire/keep-connected.ts';
import type { Dial } from '../../wire/dial.ts';
import { LINK_PATH } from '../../wire/link-vocabulary.ts';
import type { Viewer } from '../../wire/viewer.ts';
import type { Link, LinkRequest, LinkState } from '../../wire/link.ts';
import type { Connection, ConnectionEnd } from '../../wire/open-connection.ts';
import { LinkCall, lostError } from './link-call.ts';
import { LinkStream } from './link-stream.ts';
import { parseWelcome, WrongNodeError } from './parse-answer.ts';

export interface WebSocketLinkOptions extends RetryOptions {
  /** Who must be at the other end. */
  readonly node: string;
  /** Opens the stream to it, on which it has proved by its key who it is. */
  readonly dial: Dial;
  /** By which the node knows on whose behalf it is asked; without it everybody is a stranger there. */
  readonly tokenFor?: ((viewer: Viewer, node: string) => Promise<string>) | undefined;
  readonly pingMs?: number;
  readonly pongMs?: number;
  /** A larger message of the node ends the connection. Defaults to `limits.maxNodeAnswerBytes`. */
  readonly maxAnswerBytes?: number;
  /** Calls at a time; more wait. Defaults to `limits.maxRequestsPerLink`. */
  readonly maxRequests?: number;
  /** Calls that wait; more fail at once. Defaults to `limits.maxWaitingPerLink`. */
  readonly maxWaiting?: number;
}

export interface WebSocketLink extends Link {
  /** How long the last ping took; undefined before the first. */
  readonly latencyMs: number | undefined;
  /** Why it is not UP, for people; undefined when it is. */
  readonly problem: string | undefined;
  /** Dials at once if it waits to do so: the node has been heard of. */
  retryNow(): void;
}

/** Opens a link to a node in another process: one connection for everything, which is made again whenever it is lost. */
export function openWebSocketLink(options: WebSocketLinkOptions): WebSocketLink {
  return new LinkOverWebSocket(options);
}

class LinkOverWebSocket implements WebSocketLink {
  readonly node: string;
  readonly #tokenFor: WebSocketLinkOptions['tokenFor'];
  readonly #maxRequests: number;
  readonly #maxWaiting: number;
  readonly #kept: KeptConnection;
  readonly #listeners = new Set<(state: LinkState) => void>();
  readonly #waiting = new Set<LinkCall>();
  readonly #running = new Set<LinkCall>();
  readonly #streams = new Set<LinkStream>();
  #state: LinkState = 'CONNECTING';
  #problem: string | undefined = 'Not connected yet';
  #connection: Connection | undefined;
  #shapes: ReadonlyMap<string, string> = new Map();
  #latencyMs: number | undefined;
  /** We have closed the latest connection, as the wrong node answered. */
  #isRefused = false;

  constructor(options: WebSocketLinkOptions) {
    const { node, dial, pingMs, pongMs, now } = options;
    this.node = node;
    this.#tokenFor = options.tokenFor;
    this.#maxRequests = options.maxRequests ?? limits.maxRequestsPerLink;
    this.#maxWaiting = options.maxWaiting ?? limits.maxWaitingPerLink;
    const onLatency = (latencyMs: number): void => {
      this.#latencyMs = latencyMs;
    };
    this.#kept = keepConnected({
      ...options,
      connection: () => ({
        dial,
        path: LINK_PATH,
        maxMessageBytes: options.maxAnswerBytes ?? limits.maxNodeAnswerBytes,
        liveness: { pingMs, pongMs, now, onLatency },
      }),
      onOpen: (connection, welcome) => this.#opened(connection, welcome),
      onClose: (end) => this.#lost(end),
    });
  }

  get state(): LinkState {
    return this.#state;
  }

  get latencyMs(): number | undefined {
    return this.#latencyMs;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  sdl(shape: string): string | undefined {
    return this.#shapes.get(shape);
  }

  retryNow(): void {
    this.#kept.retryNow();
  }

  async execute(request: LinkRequest): Promise<FormattedExecutionResult> {
    const viewerToken = await this.#tokenOf(request);
    const refusal = this.#refusal(request);
    if (refusal) throw refusal;
    return new Promise((resolve, reject) => {
      const onSettled = (): void => {
        this.#waiting.delete(call);
        if (this.#running.delete(call)) this.#sendWaiting();
      };
      const call = new LinkCall({ node: this.node, request, viewerToken, resolve, reject, onSettled });
      this.#waiting.add(call);
      this.#sendWaiting();
    });
  }

  subscribe(request: LinkRequest): AsyncIterableIterator<FormattedExecutionResult> {
    const onEnd = (): void => void this.#streams.delete(stream);
    const stream = new LinkStream({ node: this.node, request, onEnd });
    const refusal = this.#refusal(request);
    if (refusal) {
      stream.fail(refusal);
    } else {
      this.#streams.add(stream);
      void this.#send(stream, request);
    }
    return stream;
  }

  /** Never rejects: what goes wrong is the stream's. */
  async #send(stream: LinkStream, request: LinkRequest): Promise<void> {
    try {
      const viewerToken = await this.#tokenOf(request);
      const refusal = this.#refusal(request);
      if (refusal) throw refusal;
      if (this.#connection) stream.send(this.#connection, viewerToken);
    } catch (error) {
      stream.fail(error);
    }
  }

  async #tokenOf({ viewer }: LinkRequest): Promise<string | undefined> {
    return viewer && this.#tokenFor?.(viewer, this.node);
  }

  onStateChange(listener: (state: LinkState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    if (this.#state !== 'CLOSED') {
      const closing = this.#kept.close();
      this.#connection = undefined;
      this.#become('CLOSED', 'Closed');
      const reason = this.#unreachable('it is closed');
      for (const call of [...this.#waiting, ...this.#running, ...this.#streams]) call.fail(reason);
      return closing;
    }
    return this.#kept.close();
  }

  #opened(connection: Connection, welcome: unknown): void {
    try {
      this.#shapes = parseWelcome(welcome, this.node);
    } catch (error) {
      this.#shapes = new Map();
      this.#become('INCOMPATIBLE', error instanceof Error ? error.message : String(error));
      // It stays connected: when it is mended, it will have been restarted. Somebody else is no business of ours.
      if (!(error instanceof WrongNodeError)) return;
      this.#isRefused = true;
      connection.close(closeCodes.FORBIDDEN, `Expected the node ${this.node}`);
      return;
    }
    this.#connection = connection;
    this.#become('UP', undefined);
  }

  #lost(end: ConnectionEnd): void {
    this.#connection = undefined;
    if (this.#state === 'CLOSED') return;
    if (this.#isRefused) this.#isRefused = false;
    else this.#become('CONNECTING', end.reason);
    for (const call of this.#waiting) call.fail(lostError(this.node, end));
  }

  #become(state: LinkState, problem: string | undefined): void {
    this.#problem = problem;
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  #sendWaiting(): void {
    for (const call of this.#waiting) {
      if (!this.#connection || this.#running.size >= this.#maxRequests) return;
      this.#waiting.delete(call);
      this.#running.add(call);
      call.send(this.#connection);
    }
  }

  /** Why a request cannot even wait. */
  #refusal({ signal }: LinkRequest): unknown {
    if (signal?.aborted) return signal.reason;
    if (this.#state === 'INCOMPATIBLE') {
      return codedError('NODE_INCOMPATIBLE', `Node ${this.node} cannot be used: ${this.#problem}`, {
        node: this.node,
      });
    }
    if (this.#state !== 'UP') return this.#unreachable(this.#problem);
    if (this.#waiting.size >= this.#maxWaiting) return this.#unreachable('too many requests wait for it');
    return undefined;
  }

  #unreachable(why: string | undefined): GraphQLError {
    const message = `The link to node ${this.node} cannot be used: ${why}`;
    return codedError('NODE_UNREACHABLE', message, { node: this.node });
  }
}
