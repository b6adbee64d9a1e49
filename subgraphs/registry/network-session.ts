import type { PublicKey } from '../../identity/public-key.ts';
import { closeCodes } from '../../schema/close-codes.ts';
import { limits } from '../../schema/limits.ts';
import { addressBlock } from '../../wire/address-block.ts';
import { createArrivals } from '../../wire/arrivals.ts';
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

/**
 * The connections that nodes have now, and on which of them each has registered: at most one, the latest. One on which nobody registers is closed
 * after a while, or when there are too many: those of strangers are counted apart, so that they keep no node out.
 */
export class LiveSessions {
  readonly #all = new Set<NetworkSession>();
  /** By the number of the node's row. */
  readonly #registered = new Map<number, NetworkSession>();
  readonly #strangers = createArrivals({
    max: limits.maxStrangers,
    maxPerPlace: limits.maxStrangersPerAddress,
    timeoutMs: limits.visitMs,
  });
  readonly #visitors = createArrivals({
    max: Infinity,
    maxPerPlace: limits.maxVisitsPerKey,
    timeoutMs: limits.visitMs,
  });
  /** How those that are still to register leave the count of those. */
  readonly #arrived = new WeakMap<NetworkSession, () => void>();

  add(session: NetworkSession): void {
    this.#all.add(session);
  }

  /** @param isNode whether some node has the key */
  awaitRegistration(session: NetworkSession, isNode: boolean): void {
    if (!this.#all.has(session)) return;
    const { connection, key } = session;
    const end = (): void =>
      connection.close(closeCodes.FORBIDDEN, 'Expected a registration; others wait to register as well');
    const arrived = isNode
      ? this.#visitors.enter(key.fingerprint, end)
      : this.#strangers.enter(addressBlock(connection.clientAddress ?? ''), end);
    this.#arrived.set(session, arrived);
  }

  /** The node runs at the other end of this connection from now on; another one on which it did is closed. */
  bind(session: NetworkSession, row: number): void {
    this.#arrived.get(session)?.();
    const previous = this.#registered.get(row);
    this.#registered.set(row, session);
    if (previous && previous !== session) {
      previous.connection.close(closeCodes.REPLACED, 'Another process with the same key took its place');
    }
  }

  release(session: NetworkSession): void {
    this.#arrived.get(session)?.();
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
    for (const session of this.#all) {
      this.#arrived.get(session)?.();
      session.connection.close(code, reason);
    }
  }
}
