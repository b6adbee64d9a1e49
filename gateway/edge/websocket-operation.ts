import type { GraphQLFormattedError } from 'graphql';
import { MessageType, type SubscribePayload } from 'graphql-ws';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { Viewer } from '../../wire/viewer.ts';
import { createNetworkReport } from '../execute/network-report.ts';
import type {
  CompileOutcome,
  Operations,
  QueryOperation,
  SubscriptionOperation,
} from '../execute/operation.ts';
import type { RequestContext } from '../execute/request-context.ts';
import type { StreamHub } from '../subscribe/stream-hub.ts';
import type { StreamEnd, StreamReader } from '../subscribe/stream-reader.ts';
import { jsonBytes } from './json-bytes.ts';
import type { Outbox, OutboxSource } from './websocket-outbox.ts';

/** What operations of all sockets need; the same for every one. */
export interface OperationServices {
  readonly operations: Operations;
  readonly hub: StreamHub;
  /** Whether the client at this address may have one more operation planned now. */
  readonly allowNewOperation: (address: string) => boolean | Promise<boolean>;
  /** A fault of ours, for the log. */
  readonly onFault: (error: unknown) => void;
}

export interface ClientOperationOptions {
  readonly id: string;
  readonly payload: SubscribePayload;
  readonly viewer: Viewer | undefined;
  readonly clientAddress: string;
  readonly userAgent: string | undefined;
  readonly services: OperationServices;
  readonly outbox: Outbox;
  /** Called once, when the last message of this operation has gone out. Not after `stop`. */
  readonly onDone: () => void;
}

/** One operation of a client, from its `subscribe` to `complete` or `error`. After `stop` it sends nothing. */
export class ClientOperation implements OutboxSource {
  readonly #options: ClientOperationOptions;
  readonly #abort = new AbortController();
  readonly #nextPrefix: string;
  #phase: 'running' | 'stopped' = 'running';
  #reader: StreamReader | undefined;

  constructor(options: ClientOperationOptions) {
    this.#options = options;
    this.#nextPrefix = `{"id":${JSON.stringify(options.id)},"type":"${MessageType.Next}","payload":`;
  }

  /** Never rejects; resolves when a query has been answered or a stream has been opened. */
  async start(): Promise<void> {
    try {
      const tooLarge = this.#refuseVariables();
      const outcome = tooLarge ?? (await this.#compile());
      if (this.#isStopped()) return;
      if (!outcome.ok) this.#fail(outcome.errors);
      else if (outcome.operation.kind === 'subscription') this.#open(outcome.operation);
      else await this.#answer(outcome.operation);
    } catch (error) {
      this.#options.services.onFault(error);
      this.#fail([codedError('INTERNAL_SERVER_ERROR', 'Internal server error').toJSON()]);
    }
  }

  /** The client has gone or said `complete`. */
  stop(): void {
    if (this.#phase === 'stopped') return;
    this.#phase = 'stopped';
    this.#options.outbox.forget(this);
    this.#reader?.close();
    this.#abort.abort();
  }

  nextMessage(): string | undefined {
    const step = this.#reader?.read();
    if (!step) return undefined;
    if (step.kind === 'event') return `${this.#nextPrefix}${step.json}}`;
    this.#done();
    return this.#lastMessage(step);
  }

  get #variables(): Readonly<Record<string, unknown>> {
    return this.#options.payload.variables ?? {};
  }

  #refuseVariables(): CompileOutcome | undefined {
    const bytes = jsonBytes(this.#variables);
    if (bytes <= limits.maxVariablesBytes) return undefined;
    const error = codedError(
      'OPERATION_TOO_LARGE',
      `Expected variables of at most ${limits.maxVariablesBytes} bytes, got ${bytes}`,
    );
    return { ok: false, errors: [error.toJSON()] };
  }

  async #compile(): Promise<CompileOutcome> {
    const { payload, viewer, services, clientAddress } = this.#options;
    const { query, operationName } = payload;
    const request = {
      query,
      operationName: operationName ?? undefined,
      variables: this.#variables,
      role: viewer?.role,
    };
    const operation = services.operations.cached(request);
    if (operation) return { ok: true, operation };
    if (await services.allowNewOperation(clientAddress)) return services.operations.compile(request);
    const error = codedError('RATE_LIMITED', 'Too many new operations from this address; wait a second');
    return { ok: false, errors: [error.toJSON()] };
  }

  async #answer(operation: QueryOperation): Promise<void> {
    const { viewer, clientAddress, userAgent, outbox } = this.#options;
    const context: RequestContext = {
      viewer,
      clientAddress,
      userAgent,
      deadline: performance.now() + limits.requestDeadlineMs,
      signal: this.#abort.signal,
      network: createNetworkReport(),
    };
    const result = await operation.execute(this.#variables, context);
    if (this.#isStopped()) return;
    // Without `data` nothing has run: the request itself was at fault.
    if (result.data === undefined) return this.#fail(result.errors?.map((error) => error.toJSON()) ?? []);
    outbox.send(`${this.#nextPrefix}${JSON.stringify(result)}}`);
    outbox.send(this.#lastMessage({ kind: 'end' }));
    this.#done();
  }

  #open(operation: SubscriptionOperation): void {
    const { viewer, services, outbox } = this.#options;
    const opened = services.hub.open({
      operation,
      variables: this.#variables,
      viewer,
      wake: () => outbox.ready(this),
    });
    if ('errors' in opened) return this.#fail(opened.errors);
    this.#reader = opened;
    outbox.ready(this);
  }

  #fail(errors: readonly GraphQLFormattedError[]): void {
    if (this.#isStopped()) return;
    this.#options.outbox.send(this.#lastMessage({ kind: 'end', errors }));
    this.#done();
  }

  #lastMessage({ errors }: StreamEnd): string {
    const { id } = this.#options;
    return JSON.stringify(
      errors ? { id, type: MessageType.Error, payload: errors } : { id, type: MessageType.Complete },
    );
  }

  #done(): void {
    this.stop();
    this.#options.onDone();
  }

  // A method, as the compiler does not expect a field to change during an await.
  #isStopped(): boolean {
    return this.#phase === 'stopped';
  }
}
