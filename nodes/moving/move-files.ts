import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeMove } from '../../schema/generated/network.ts';
import type { Spool } from '../../tunnel/spool.ts';
import type { OpenFile, SftpClient } from '../../tunnel/sftp-client.ts';
import { codedError } from '../../wire/coded-error.ts';
import { codeOf } from '../../wire/code-of.ts';
import { openOwn } from './own-file.ts';
import { SpoolConnections } from './spool-connections.ts';

export interface MoveFilesOptions {
  /** This node's id. */
  readonly node: string;
  /** Undefined for a node that serves no SSH. */
  readonly spool: Spool | undefined;
  /** To the spool of another node. */
  readonly connect: (node: string) => Promise<SftpClient>;
}

/** A file of a move: copies before it is frozen, `rest` after. */
type FileName = `copy-${number}` | 'rest';

/** How the files of moves get from side to side: through the spool of one of the nodes, whose clients the others are. */
export class MoveFiles {
  readonly #options: MoveFilesOptions;
  readonly #opened = new Map<string, { readonly folder: string; close(): void }>();
  readonly #connections: SpoolConnections;
  /** By move: its `rest`, open before anybody needs it. */
  readonly #ahead = new Map<string, Promise<OpenFile | undefined>>();

  constructor(options: MoveFilesOptions) {
    this.#options = options;
    this.#connections = new SpoolConnections(options.connect);
  }

  /** Lets the other sides reach the move's folder, if it is at this node; or begins to connect to where it is. */
  open(move: NodeMove): void {
    const { node, spool } = this.#options;
    if (move.spool !== node) return this.#connections.hold(move.spool, move.id);
    if (this.#opened.has(move.id)) return;
    if (!spool) throw codedError('FORBIDDEN', `The node ${node} serves no files`);
    const others = [move.source, move.target].filter((side) => side !== node);
    const opened = others.map((other) => spool.open(other, move.id));
    const [first] = opened;
    if (!first) return;
    this.#opened.set(move.id, {
      folder: first.folder,
      close: () => {
        for (const transfer of opened) transfer.close();
      },
    });
  }

  /**
   * Opens what comes after the freeze before it, since an agent stands still while a file is opened. What is written is there, empty, when it resolves.
   * That it cannot be opened yet is found out when it is needed.
   */
  async expectRest(move: NodeMove, use: 'r' | 'w'): Promise<void> {
    const opening = this.#open(move, 'rest', use).catch(() => undefined);
    this.#ahead.set(move.id, opening);
    await opening;
  }

  /** @returns its SHA-256. NODE_UNREACHABLE, NOT_FOUND when the folder is not open yet */
  async write(move: NodeMove, name: FileName, bytes: Buffer): Promise<string> {
    // Whoever reads it knows its hash.
    await this.#use(move, name, 'w', (file) => file.write(bytes));
    return sha256Of(bytes);
  }

  /** The file, if it is the one that was meant: NODE_BAD_ANSWER else. NODE_UNREACHABLE, NOT_FOUND. */
  async read(move: NodeMove, name: FileName, sha256: string): Promise<Buffer> {
    const bytes = await this.#use(move, name, 'r', (file) => file.read());
    const got = sha256Of(bytes);
    if (got === sha256) return bytes;
    throw codedError(
      'NODE_BAD_ANSWER',
      `Expected the file ${name} of the move to hash to ${sha256}, got ${got}`,
    );
  }

  /** Nobody reaches it any more. Idempotent. */
  close({ id, spool }: Pick<NodeMove, 'id' | 'spool'>): void {
    this.#opened.get(id)?.close();
    this.#opened.delete(id);
    void this.#takeAhead(id)?.then((file) => file?.close());
    this.#connections.letGo(spool, id);
  }

  closeAll(): void {
    const spool = this.#options.node;
    for (const id of [...this.#opened.keys(), ...this.#ahead.keys()]) this.close({ id, spool });
    this.#connections.close();
  }

  async #use<T>(
    move: NodeMove,
    name: FileName,
    use: 'r' | 'w',
    work: (file: OpenFile) => Promise<T>,
  ): Promise<T> {
    const ahead = name === 'rest' ? await this.#takeAhead(move.id) : undefined;
    const file = ahead ?? (await this.#open(move, name, use));
    try {
      return await this.#orDrop(move, () => work(file));
    } finally {
      file.close();
    }
  }

  async #open(move: NodeMove, name: FileName, use: 'r' | 'w'): Promise<OpenFile> {
    if (move.spool === this.#options.node) return openOwn(join(this.#folderOf(move), name), use);
    return this.#orDrop(move, async () => {
      const sftp = await this.#connections.to(move.spool);
      return sftp.open(`/${move.id}/${name}`, use);
    });
  }

  #takeAhead(move: string): Promise<OpenFile | undefined> | undefined {
    const ahead = this.#ahead.get(move);
    this.#ahead.delete(move);
    return ahead;
  }

  #folderOf(move: NodeMove): string {
    const opened = this.#opened.get(move.id);
    if (opened && existsSync(opened.folder)) return opened.folder;
    throw codedError('NOT_FOUND', `The files of the move ${move.id} are gone`);
  }

  /** After a fault that may be of the connection, the next try is over another one. */
  async #orDrop<T>({ spool }: NodeMove, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (spool !== this.#options.node && codeOf(error) !== 'NOT_FOUND') this.#connections.drop(spool);
      throw error;
    }
  }
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
