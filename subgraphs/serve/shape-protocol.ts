import type { Duplex } from 'node:stream';
import { buildSchema, type ExecutionArgs, GraphQLError, parse } from 'graphql';
import { type Context, makeServer, type SubscribePayload } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import { closeCodes } from '../../schema/close-codes.ts';
import { limits } from '../../schema/limits.ts';
import { CallScope } from '../../wire/call-scope.ts';
import { codedError } from '../../wire/coded-error.ts';
import { type Outcome, ScopedStream } from '../../wire/scoped-stream.ts';
import type { Viewer } from '../../wire/viewer.ts';
import { createShapeSender } from './shape-sender.ts';
import type { AcceptSession, RoutedOperation, SocketConnection, SocketSession } from './socket-session.ts';

export interface ShapeProtocolOptions {
  readonly accept: AcceptSession;
  readonly maxOperations: number;
}

export interface ShapeProtocol {
  /** Serves a WebSocket that has just been opened, until it closes; tells when it has been let in. */
  /** `stream`: what the socket writes to. */
  open(socket: WebSocket, stream: Duplex, peer: Peer, onLetIn: () => void): void;
}

type Peer = Pick<SocketConnection, 'clientAddress' | 'peerKey'>;

/** One connection: what graphql-ws hands to every hook as `extra`. */
interface Connection extends Peer {
  readonly socket: WebSocket;
  readonly onLetIn: () => void;
  session: SocketSession | undefined;
  operations: number;
}
type ConnectionContext = Context<Record<string, unknown>, Connection>;

/**
 * graphql-ws's server on executable shapes. Every operation is a stream (a query one of a single event), because streams are what the library stops
 * when the peer says `complete` or goes.
 */
export function createShapeProtocol({ accept, maxOperations }: ShapeProtocolOptions): ShapeProtocol {
  const run = (args: ExecutionArgs) => asOperation(args.contextValue).run();
  const server = makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: limits.connectionInitTimeoutMs,
    onConnect: (context) => connect(context, accept),
    onSubscribe: ({ extra }, _, payload) => prepare(extra, payload, maxOperations),
    execute: run,
    subscribe: run,
    onClose: ({ extra }) => extra.session?.onClose?.(),
  });

  return {
    open(socket, stream, peer, onLetIn) {
      const send = createShapeSender(socket, stream);
      const closed = server.opened(
        {
          protocol: socket.protocol,
          send,
          close: (code, reason) => socket.close(code, reason),
          onMessage: (handle) => socket.on('message', (data) => void receive(socket, data, handle)),
        },
        { ...peer, socket, onLetIn, session: undefined, operations: 0 },
      );
      socket.once('close', (code, reason) => void closed(code, String(reason)));
    },
  };
}

async function connect(context: ConnectionContext, accept: AcceptSession) {
  const { extra } = context;
  const { socket, clientAddress, peerKey } = extra;
  const close = (code: number, reason: string): void => socket.close(code, asCloseReason(reason));
  try {
    const session = await accept(context.connectionParams ?? {}, { clientAddress, peerKey, close });
    // The peer may have gone while it was being decided on; then `onClose` of the library has come and found no session.
    if (socket.readyState === socket.CLOSED) session?.onClose?.();
    else extra.session = session;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    close(closeCodes.FORBIDDEN, error.message);
  }
  if (extra.session) extra.onLetIn();
  return extra.session ? { ...extra.session.welcome } : false;
}

/** RFC 6455 leaves 123 bytes for a reason, and ws throws when it is longer. */
function asCloseReason(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= 123) return text;
  return `${bytes
    .subarray(0, 117)
    .toString()
    .replace(/\uFFFD*$/, '')}…`;
}

/** An operation found fit to run, or the errors with which it is answered. */
function prepare(
  connection: Connection,
  payload: SubscribePayload,
  maxOperations: number,
): ExecutionArgs | readonly GraphQLError[] {
  if (connection.operations >= maxOperations) {
    return [
      codedError('RATE_LIMITED', `Expected at most ${maxOperations} operations at a time on one connection`),
    ];
  }
  try {
    const { session } = connection;
    if (!session) throw codedError('UNAUTHENTICATED', 'The connection has not been let in');
    const routed = session.route(payload);
    const kind = routed.shape.inspect(payload.query, payload.operationName ?? undefined);
    if (typeof kind !== 'string') return kind;
    // Counted here and not when it runs, as messages that came together are all prepared before.
    connection.operations += 1;
    const operation = new Operation(connection, routed, payload, kind === 'subscription');
    return { ...anyOperation, contextValue: operation };
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

/** The library reads a document only to choose between `execute` and `subscribe`, which are one here. */
const anyOperation = { schema: buildSchema('type Query { any: Int }'), document: parse('{ any }') };

class Operation {
  readonly #connection: Connection;
  readonly #routed: RoutedOperation;
  readonly #payload: SubscribePayload;
  readonly #isStream: boolean;

  constructor(connection: Connection, routed: RoutedOperation, payload: SubscribePayload, isStream: boolean) {
    this.#connection = connection;
    this.#routed = routed;
    this.#payload = payload;
    this.#isStream = isStream;
  }

  run(): ScopedStream {
    const { timeoutMs } = this.#routed;
    const scope = new CallScope({
      timeoutMs: this.#isStream ? undefined : timeoutMs,
      onTimeout: () => codedError('NODE_TIMEOUT', `Not answered in the ${timeoutMs} ms that it was given`),
    });
    const connection = this.#connection;
    return new ScopedStream(
      scope,
      () => this.#start(scope.signal),
      () => {
        connection.operations -= 1;
      },
    );
  }

  async #start(signal: AbortSignal): Promise<Outcome> {
    const { shape, viewerToken, clientAddress, session } = this.#routed;
    let viewer: Viewer | undefined;
    try {
      viewer = await this.#routed.viewer;
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [error] };
      throw error;
    }
    const { query, operationName, variables } = this.#payload;
    const request = {
      query,
      operationName: operationName ?? undefined,
      variables: variables ?? undefined,
      viewer,
      signal,
      viewerToken,
      clientAddress: clientAddress ?? this.#connection.clientAddress,
      session,
    };
    return this.#isStream ? shape.subscribe(request) : shape.execute(request);
  }
}

function asOperation(value: unknown): Operation {
  if (value instanceof Operation) return value;
  throw new Error('Expected an operation that onSubscribe has prepared');
}

async function receive(
  socket: WebSocket,
  data: RawData,
  handle: (text: string) => Promise<void>,
): Promise<void> {
  try {
    // Frames come as buffers, as long as nobody sets binaryType; anything else is no message.
    await handle(Buffer.isBuffer(data) ? data.toString() : '');
  } catch {
    socket.close(closeCodes.INTERNAL_ERROR, 'Internal error');
  }
}
