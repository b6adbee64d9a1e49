import type { PublicKey } from '../../identity/public-key.ts';
import { closeCodes } from '../../schema/close-codes.ts';
import type { SocketConnection } from '../serve/socket-session.ts';

/** One connection of a node, which has proved to have this key. */
export class NetworkSession {
  readonly connection: SocketConnection;
  readonly key: PublicKey;

  constructor(connection: SocketConnection, key: PublicKey) {
    this.connection = connection;
    this.key = key;
  }
}

/** The connections that nodes have now, and on which of them each has registered: at most one, the latest. */
export class LiveSessions {
  readonly #all = new Set<NetworkSession>();
  /** By the number of the node's row. */
  readonly #registered = new Map<number, NetworkSession>();

  add(session: NetworkSession): void {
    this.#all.add(session);
  }

  /** The node runs at the other end of this connection from now on; another one on which it did is closed. */
  bind(session: NetworkSession, row: number): void {
    const previous = this.#registered.get(row);
    this.#registered.set(row, session);
    if (previous && previous !== session) {
      previous.connection.close(closeCodes.REPLACED, 'Another process with the same key took its place');
    }
  }

  release(session: NetworkSession): void {
    this.#all.delete(session);
    for (const [row, live] of this.#registered) if (live === session) this.#registered.delete(row);
  }

  /** Closes every connection with one of these keys. */
  close(fingerprints: readonly string[], code: number, reason: string): void {
    for (const session of this.#all) {
      if (fingerprints.includes(session.key.fingerprint)) session.connection.close(code, reason);
    }
  }

  closeAll(code: number, reason: string): void {
    for (const session of this.#all) session.connection.close(code, reason);
  }
}
