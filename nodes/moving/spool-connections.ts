import { limits } from '../../schema/limits.ts';
import type { SftpClient } from '../../tunnel/sftp-client.ts';

/** One connection for files to each node, which all moves share: to open one costs both sides more than the files of most agents do. */
export class SpoolConnections {
  readonly #connect: (node: string) => Promise<SftpClient>;
  readonly #clients = new Map<string, Promise<SftpClient>>();
  /** By node: the moves that need its connection. */
  readonly #users = new Map<string, Set<string>>();
  readonly #idle = new Map<string, NodeJS.Timeout>();

  /** @param connect to the spool of another node */
  constructor(connect: (node: string) => Promise<SftpClient>) {
    this.#connect = connect;
  }

  /** The connection stays until this move has let go of it. Begins to connect. */
  hold(node: string, move: string): void {
    clearTimeout(this.#idle.get(node));
    this.#idle.delete(node);
    this.#users.set(node, (this.#users.get(node) ?? new Set()).add(move));
    this.to(node).catch(() => undefined);
  }

  /** Idempotent, as is letting go of what was never held. */
  letGo(node: string, move: string): void {
    const users = this.#users.get(node);
    if (!users?.delete(move) || users.size > 0) return;
    this.#users.delete(node);
    const close = (): void => {
      this.#idle.delete(node);
      this.drop(node);
    };
    this.#idle.set(node, setTimeout(close, limits.spoolIdleMs).unref());
  }

  /** As `connect` rejects. */
  to(node: string): Promise<SftpClient> {
    return this.#clients.get(node) ?? this.#open(node);
  }

  /** The next one is another connection; what is under way over this one fails. */
  drop(node: string): void {
    const client = this.#clients.get(node);
    this.#clients.delete(node);
    client?.then(
      (opened) => opened.close(),
      () => undefined,
    );
  }

  close(): void {
    for (const timer of this.#idle.values()) clearTimeout(timer);
    for (const node of this.#clients.keys()) this.drop(node);
  }

  #open(node: string): Promise<SftpClient> {
    const client = this.#connect(node);
    this.#clients.set(node, client);
    const gone = (): void => {
      if (this.#clients.get(node) === client) this.drop(node);
    };
    client.then(({ ended }) => ended.addEventListener('abort', gone, { once: true }), gone);
    return client;
  }
}
