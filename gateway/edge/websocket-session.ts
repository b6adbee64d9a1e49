import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import {
  type ConnectionInitMessage,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  MessageType,
  type SubscribeMessage,
  parseMessage,
} from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import { closeCodes } from '../../schema/close-codes.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { Viewer } from '../../wire/viewer.ts';
import type { Authenticate } from './http-context.ts';
import { Heartbeat } from './websocket-heartbeat.ts';
import { ClientOperation, type OperationServices } from './websocket-operation.ts';
import { Outbox } from './websocket-outbox.ts';

export interface SessionLimits {
  readonly connectionInitTimeoutMs: number;
  readonly maxOperationsPerSocket: number;
  readonly maxSocketBacklogBytes: number;
}

export interface WebSocketSessionOptions {
  readonly webSocket: WebSocket;
  readonly request: IncomingMessage;
  readonly clientAddress: string;
  readonly authenticate: Authenticate;
  readonly services: OperationServices;
  readonly limits: SessionLimits;
}

/**
 * OPENED: waits for connection_init. STARTING: the token is being looked at. READY: operations are served. STOPPING: running queries may end,
 * nothing new begins. CLOSED: nothing is sent or read any more.
 */
type Phase =
  | { readonly kind: 'OPENED'; readonly initTimer: NodeJS.Timeout }
  | { readonly kind: 'STARTING' }
  | { readonly kind: 'READY' | 'STOPPING'; readonly viewer: Viewer | undefined }
  | { readonly kind: 'CLOSED' };

/**
 * The server's side of graphql-transport-ws on one socket
 * (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md). What a client does wrong costs it this socket, or this one operation.
 */
export class WebSocketSession {
  readonly heartbeat: Heartbeat;
  readonly #options: WebSocketSessionOptions;
  readonly #outbox: Outbox;
  readonly #operations = new Map<string, ClientOperation>();
  readonly #starts = new Set<Promise<void>>();
  #phase: Phase;

  constructor(options: WebSocketSessionOptions) {
    const { webSocket, request, limits } = options;
    this.#options = options;
    this.#outbox = new Outbox({
      webSocket,
      socket: request.socket,
      maxBacklogBytes: limits.maxSocketBacklogBytes,
    });
    this.heartbeat = new Heartbeat(webSocket, request.socket);
    this.#phase = {
      kind: 'OPENED',
      initTimer: setTimeout(
        () => this.close('CONNECTION_INIT_TIMEOUT', 'Connection initialisation timeout'),
        limits.connectionInitTimeoutMs,
      ),
    };
    // Frames that are not WebSocket's: ws closes the socket itself, with the code of RFC 6455.
    webSocket.on('error', () => undefined);
    webSocket.on('close', () => this.#end());
    webSocket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    if (webSocket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
      this.close('SUBPROTOCOL_NOT_ACCEPTABLE', 'Subprotocol not acceptable');
    }
  }

  /** The person signed in on this socket. */
  get viewer(): Viewer | undefined {
    return this.#phase.kind === 'READY' || this.#phase.kind === 'STOPPING' ? this.#phase.viewer : undefined;
  }

  /** Ends all that runs and closes the socket. */
  close(code: keyof typeof closeCodes, reason: string): void {
    if (this.#phase.kind === 'CLOSED') return;
    this.#end();
    this.#options.webSocket.close(closeCodes[code], reason);
  }

  /** Takes nothing new, and resolves when the queries that run have been answered. */
  async stop(): Promise<void> {
    if (this.#phase.kind === 'READY') this.#phase = { kind: 'STOPPING', viewer: this.#phase.viewer };
    await Promise.allSettled(this.#starts);
    this.#outbox.flush();
  }

  #end(): void {
    if (this.#phase.kind === 'OPENED') clearTimeout(this.#phase.initTimer);
    this.#phase = { kind: 'CLOSED' };
    for (const operation of this.#operations.values()) operation.stop();
    this.#operations.clear();
    this.#outbox.close();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#phase.kind === 'CLOSED') return;
    this.heartbeat.heard();
    let message;
    try {
      if (isBinary || !Buffer.isBuffer(data)) throw new Error('Expected text');
      message = parseMessage(data.toString());
    } catch {
      return this.close('BAD_REQUEST', 'Invalid message received');
    }
    switch (message.type) {
      case MessageType.ConnectionInit:
        return void this.#initialise(message);
      case MessageType.Ping:
        return this.#outbox.send(JSON.stringify({ ...message, type: MessageType.Pong }));
      case MessageType.Pong:
        return;
      case MessageType.Subscribe:
        return this.#subscribe(message);
      case MessageType.Complete:
        this.#operations.get(message.id)?.stop();
        this.#operations.delete(message.id);
        return;
      case MessageType.ConnectionAck:
      case MessageType.Next:
      case MessageType.Error:
        return this.close('BAD_REQUEST', `Only a server sends ${message.type}`);
    }
  }

  async #initialise({ payload }: ConnectionInitMessage): Promise<void> {
    if (this.#phase.kind !== 'OPENED') {
      return this.close('TOO_MANY_INIT_REQUESTS', 'Too many initialisation requests');
    }
    clearTimeout(this.#phase.initTimer);
    this.#phase = { kind: 'STARTING' };
    const { request, authenticate, services } = this.#options;
    try {
      const token = readToken(payload?.['authorization'] ?? request.headers.authorization);
      const viewer = token === undefined ? undefined : await authenticate(token);
      if (token !== undefined && !viewer) throw codedError('UNAUTHENTICATED', 'Session not valid');
      if (!this.#isStarting()) return;
      this.#phase = { kind: 'READY', viewer };
      this.#outbox.send(JSON.stringify({ type: MessageType.ConnectionAck }));
    } catch (error) {
      if (error instanceof GraphQLError) return this.close('FORBIDDEN', 'Forbidden');
      services.onFault(error);
      this.close('INTERNAL_ERROR', 'Internal server error');
    }
  }

  #subscribe({ id, payload }: SubscribeMessage): void {
    if (this.#phase.kind !== 'READY') {
      if (this.#phase.kind === 'STOPPING') return this.#refuse(id, 'SHUTTING_DOWN', 'The server is stopping');
      return this.close('UNAUTHORIZED', 'Unauthorized');
    }
    // The id may be longer than a close reason can be.
    if (this.#operations.has(id)) return this.close('SUBSCRIBER_ALREADY_EXISTS', 'Subscriber already exists');
    const { clientAddress, request, services, limits } = this.#options;
    if (this.#operations.size >= limits.maxOperationsPerSocket) {
      const most = `Expected at most ${limits.maxOperationsPerSocket} operations at a time on one socket`;
      return this.#refuse(id, 'RATE_LIMITED', most);
    }
    const operation: ClientOperation = new ClientOperation({
      id,
      payload,
      viewer: this.#phase.viewer,
      clientAddress,
      userAgent: request.headers['user-agent'],
      services,
      outbox: this.#outbox,
      onDone: () => {
        if (this.#operations.get(id) === operation) this.#operations.delete(id);
      },
    });
    this.#operations.set(id, operation);
    const started = operation.start();
    this.#starts.add(started);
    void started.finally(() => this.#starts.delete(started));
  }

  #refuse(id: string, code: 'SHUTTING_DOWN' | 'RATE_LIMITED', message: string): void {
    const payload = [codedError(code, message).toJSON()];
    this.#outbox.send(JSON.stringify({ id, type: MessageType.Error, payload }));
  }

  // A method, as the compiler does not expect a field to change during an await.
  #isStarting(): boolean {
    return this.#phase.kind === 'STARTING';
  }
}

/** `Bearer …` or the bare token; undefined for a stranger. */
function readToken(authorization: unknown): string | undefined {
  if (authorization === undefined || authorization === null || authorization === '') return undefined;
  if (typeof authorization !== 'string') {
    throw codedError('UNAUTHENTICATED', `Expected authorization to be text, got ${typeof authorization}`);
  }
  return authorization.replace(/^bearer\s+/i, '');
}
