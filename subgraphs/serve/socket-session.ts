import type { SubscribePayload } from 'graphql-ws';
import type { PublicKey } from '../../identity/public-key.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import type { Viewer } from '../../wire/viewer.ts';

/** One connection, as the one who decides on it sees it. */
export interface SocketConnection {
  /** Of the peer's socket; undefined when it comes through a forwarding proxy. */
  readonly clientAddress: string | undefined;
  /** Of the node at the other end; undefined when it comes without a certificate. */
  readonly peerKey: PublicKey | undefined;
  /** Says why (cut to what fits) and closes; what is under way is aborted. */
  close(code: number, reason: string): void;
}

/** What a connection may do once it has been let in. */
export interface SocketSession {
  /** Payload of `connection_ack`. */
  readonly welcome?: Readonly<Record<string, unknown>>;
  /** Where one operation goes. A `GraphQLError` thrown here answers this operation and leaves the connection open. */
  route(payload: SubscribePayload): RoutedOperation;
  /** Once, after the connection is gone. */
  onClose?(): void;
}

export interface RoutedOperation {
  readonly shape: ExecutableShape;
  /** A rejection with a `GraphQLError` answers this operation. */
  readonly viewer?: Viewer | undefined | Promise<Viewer>;
  /** By which the viewer was told. */
  readonly viewerToken?: string | undefined;
  readonly clientAddress?: string | undefined;
  /** Reaches the resolvers as `context.session`. */
  readonly session?: object | undefined;
  /** Of queries and mutations: answered NODE_TIMEOUT afterwards. */
  readonly timeoutMs?: number | undefined;
}

/** Decides on a connection by the payload of its `connection_init`. Undefined or a `GraphQLError` refuses it with 4403. */
export type AcceptSession = (
  hello: Readonly<Record<string, unknown>>,
  connection: SocketConnection,
) => SocketSession | undefined | Promise<SocketSession | undefined>;
