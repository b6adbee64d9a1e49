import { closeCodes } from '../../schema/close-codes.ts';
import type { SocketConnection } from '../serve/socket-session.ts';

/** One connection of a node, and which node that is, once it has said so. */
export class NetworkSession {
  readonly connection: SocketConnection;
  #node: string | undefined;

  constructor(connection: SocketConnection) {
    this.connection = connection;
  }

  get node(): string | undefined {
    return this.#node;
  }

  /** For `LiveSessions` only. */
  becomes(node: string): void {
    this.#node = node;
  }
}

/** The connections that nodes have now: at most one for each, the latest. */
export class LiveSessions {
  readonly #byNode = new Map<string, NetworkSession>();

  /** This connection is the node's from now on; another one that it had is closed. */
  bind(session: NetworkSession, node: string): void {
    const previous = this.#byNode.get(node);
    this.#byNode.set(node, session);
    session.becomes(node);
    if (previous && previous !== session) {
      previous.connection.close(closeCodes.REPLACED, `Another connection of ${node} took its place`);
    }
  }

  release(session: NetworkSession): void {
    if (session.node !== undefined && this.#byNode.get(session.node) === session)
      this.#byNode.delete(session.node);
  }

  /** Closes the node's connection if it has one. */
  close(node: string, code: number, reason: string): void {
    this.#byNode.get(node)?.connection.close(code, reason);
  }

  closeAll(code: number, reason: string): void {
    for (const session of this.#byNode.values()) session.connection.close(code, reason);
  }
}
