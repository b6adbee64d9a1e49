import type { Duplex } from 'node:stream';
import type { GraphQLFormattedError } from 'graphql';
import { createClient, GRAPHQL_TRANSPORT_WS_PROTOCOL, type SubscribePayload } from 'graphql-ws';
import { type ClientOptions, WebSocket } from 'ws';
import { limits } from '../schema/limits.ts';
import { asError } from './as-error.ts';
import type { Dial } from './dial.ts';
import { type LivenessOptions, watchLiveness } from './watch-liveness.ts';

export interface ConnectionOptions {
  /** Opens the stream to the far end, on which it has proved who it is. */
  readonly dial: Dial;
  /** Of the WebSocket there. */
  readonly path: string;
  /** A larger message ends the connection. */
  readonly maxMessageBytes: number;
  readonly liveness?: LivenessOptions;
  /** The far end has let us in, with the payload of its `connection_ack`. */
  readonly onOpen: (welcome: unknown) => void;
  /** Once, however it ends, also when it never opened. What is under way is told afterwards. */
  readonly onClose: (end: ConnectionEnd) => void;
}

/** `closed`: by either end, or cut off, or never reached. `oversize` and `garbage`: by us, for what the far end has sent. */
export interface ConnectionEnd {
  readonly kind: 'closed' | 'oversize' | 'garbage';
  /** Of the WebSocket's close; 1006 when there was none. */
  readonly code: number;
  readonly reason: string;
}

export type OperationEnd =
  | { readonly kind: 'complete' }
  | { readonly kind: 'errors'; readonly errors: readonly GraphQLFormattedError[] }
  | { readonly kind: 'lost'; readonly connection: ConnectionEnd };

export interface OperationSink {
  next(result: unknown): void;
  /** Once; nothing follows. Not called after the operation was stopped from this end. */
  end(end: OperationEnd): void;
}

export interface Connection {
  /** Sends an operation, once; returns what stops it, here and at the far end. Only after `onOpen`. */
  start(payload: SubscribePayload, sink: OperationSink): () => void;
  /** Says goodbye; destroyed when the far end does not answer it in `limits.linkCloseMs`. */
  close(code: number, reason: string): void;
}

/**
 * One graphql-transport-ws connection, from its dialling to its end, on graphql-ws's client. Never connects again by itself and never sends anything twice:
 * the library would after a close with 1000, so it gets one socket and no second, and operations under way are settled here.
 */
export function openConnection(options: ConnectionOptions): Connection {
  const { dial, path, maxMessageBytes, liveness, onOpen, onClose } = options;
  const url = `ws://node${path}`;
  const running = new Set<(end: OperationEnd) => void>();
  let fault: ConnectionEnd | undefined;
  let isClosed = false;
  let lastId = 0;

  const socket = new WebSocket(url, GRAPHQL_TRANSPORT_WS_PROTOCOL, {
    ...socketOptions,
    ...connectBy(dial),
    maxPayload: maxMessageBytes,
  });
  socket.once('upgrade', ({ socket: carrier }) => {
    socket.once('open', () => watchLiveness(socket, carrier, liveness));
  });
  let attempts = 0;
  const client = createClient({
    url: () => ((attempts += 1) === 1 ? url : new Promise<never>(() => undefined)),
    webSocketImpl: new Proxy(WebSocket, { construct: () => socket }),
    lazy: false,
    retryAttempts: 0,
    connectionAckWaitTimeout: limits.connectionInitTimeoutMs,
    generateID: () => String((lastId += 1)),
    onNonLazyError: () => undefined,
    on: {
      connected: (_, welcome) => onOpen(welcome),
      error: (error) => {
        fault ??= faultOf(error);
      },
      closed: (event) => {
        if (isClosed) return;
        isClosed = true;
        const end = fault ?? closeOf(event);
        onClose(end);
        // Whoever is told may start or stop others, which are no longer part of it.
        for (const settle of Array.from(running)) settle({ kind: 'lost', connection: end });
      },
    },
  });

  return {
    start(payload, sink) {
      let isRunning = true;
      const settle = (end: OperationEnd): void => {
        if (!isRunning) return;
        isRunning = false;
        running.delete(settle);
        sink.end(end);
      };
      running.add(settle);
      const stop = client.subscribe(payload, {
        next: (result) => {
          if (isRunning) sink.next(result);
        },
        // Anything but the errors of the operation is the end of the connection, which settles all.
        error: (errors) => {
          if (Array.isArray(errors)) settle({ kind: 'errors', errors });
        },
        complete: () => settle({ kind: 'complete' }),
      });
      return () => {
        if (!isRunning) return;
        isRunning = false;
        running.delete(settle);
        stop();
      };
    },
    close: (code, reason) => socket.close(code, reason),
  };
}

// A constant, because @types/ws does not have closeTimeout yet. Compressing costs more than a network between nodes.
const socketOptions = {
  perMessageDeflate: false,
  handshakeTimeout: limits.connectionInitTimeoutMs,
  closeTimeout: limits.linkCloseMs,
};

/** Node's HTTP client takes a stream that comes later by a callback, which neither its types nor those of ws know. */
function connectBy(dial: Dial): Pick<ClientOptions, 'createConnection'> {
  const createConnection = (_: unknown, done: (error: Error | null, stream?: Duplex) => void): void =>
    void dialThen(dial, done);
  return { createConnection: createConnection as unknown as NonNullable<ClientOptions['createConnection']> };
}

async function dialThen(dial: Dial, done: (error: Error | null, stream?: Duplex) => void): Promise<void> {
  let stream: Duplex;
  try {
    stream = await dial();
  } catch (error) {
    done(asError(error));
    return;
  }
  done(null, stream);
}

/** From an error event of the socket, or what the library says of a message that it cannot read. */
function faultOf(event: unknown): ConnectionEnd {
  const error = event instanceof Error ? event : field(event, 'error');
  const reason = error instanceof Error ? error.message : 'The connection failed';
  const code = field(error, 'code');
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return { kind: 'oversize', code: 1009, reason };
  const isGarbage = event instanceof Error || (typeof code === 'string' && code.startsWith('WS_ERR_'));
  return { kind: isGarbage ? 'garbage' : 'closed', code: 1006, reason };
}

function closeOf(event: unknown): ConnectionEnd {
  const code = field(event, 'code');
  const reason = field(event, 'reason');
  return {
    kind: 'closed',
    code: typeof code === 'number' ? code : 1006,
    reason: typeof reason === 'string' && reason !== '' ? reason : `Closed with ${String(code)}`,
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
