import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeMove } from '../../schema/generated/network.ts';
import type { Spool } from '../../tunnel/spool.ts';
import type { SftpClient } from '../../tunnel/sftp-client.ts';
import { codedError } from '../../wire/coded-error.ts';

export interface MoveFilesOptions {
  /** This node's id. */
  readonly node: string;
  /** Undefined for a node that serves no SSH. */
  readonly spool: Spool | undefined;
  /** To the spool of another node. */
  readonly connect: (node: string) => Promise<SftpClient>;
}

/** A file of a move: `copy` before it is frozen, `rest` after. */
type FileName = 'copy' | 'rest';

/** How the files of moves get from side to side: through the spool of one of the nodes, whose clients the others are. */
export class MoveFiles {
  readonly #options: MoveFilesOptions;
  readonly #opened = new Map<string, { readonly folder: string; close(): void }>();
  readonly #connections = new Map<string, Promise<SftpClient>>();

  constructor(options: MoveFilesOptions) {
    this.#options = options;
  }

  /** Lets the other sides reach the move's folder, if it is at this node; or begins to connect to where it is. */
  open(move: NodeMove): void {
    const { node, spool } = this.#options;
    if (move.spool !== node) return void this.#connect(move).catch(() => undefined);
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

  /** @returns its SHA-256. NODE_UNREACHABLE, NOT_FOUND when the folder is not open yet */
  async write(move: NodeMove, name: FileName, bytes: Buffer): Promise<string> {
    const own = this.#folderOf(move);
    if (own === undefined) await this.#use(move, (sftp) => sftp.write(`/${move.id}/${name}`, bytes));
    // Whoever reads it knows its hash.
    else await writeFile(join(own, name), bytes, { mode: 0o600 });
    return sha256Of(bytes);
  }

  /** The file, if it is the one that was meant: NODE_BAD_ANSWER else. NODE_UNREACHABLE, NOT_FOUND. */
  async read(move: NodeMove, name: FileName, sha256: string): Promise<Buffer> {
    const own = this.#folderOf(move);
    const bytes =
      own === undefined
        ? await this.#use(move, (sftp) => sftp.read(`/${move.id}/${name}`))
        : await readOwn(join(own, name));
    const got = sha256Of(bytes);
    if (got === sha256) return bytes;
    throw codedError(
      'NODE_BAD_ANSWER',
      `Expected the file ${name} of the move to hash to ${sha256}, got ${got}`,
    );
  }

  /** Nobody reaches it any more. Idempotent. */
  close(move: string): void {
    this.#opened.get(move)?.close();
    this.#opened.delete(move);
    this.#disconnect(move);
  }

  closeAll(): void {
    for (const move of [...this.#opened.keys(), ...this.#connections.keys()]) this.close(move);
  }

  #folderOf(move: NodeMove): string | undefined {
    if (move.spool !== this.#options.node) return undefined;
    const opened = this.#opened.get(move.id);
    if (opened && existsSync(opened.folder)) return opened.folder;
    throw codedError('NOT_FOUND', `The files of the move ${move.id} are gone`);
  }

  async #use<T>(move: NodeMove, work: (sftp: SftpClient) => Promise<T>): Promise<T> {
    const sftp = await this.#connect(move);
    try {
      return await work(sftp);
    } catch (error) {
      // The next try is over another connection.
      this.#disconnect(move.id);
      throw error;
    }
  }

  #connect(move: NodeMove): Promise<SftpClient> {
    const known = this.#connections.get(move.id);
    if (known) return known;
    const connecting = this.#options.connect(move.spool);
    this.#connections.set(move.id, connecting);
    connecting.catch(() => {
      if (this.#connections.get(move.id) === connecting) this.#connections.delete(move.id);
    });
    return connecting;
  }

  #disconnect(move: string): void {
    this.#connections.get(move)?.then(
      (sftp) => sftp.close(),
      () => undefined,
    );
    this.#connections.delete(move);
  }
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function readOwn(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw codedError('NOT_FOUND', 'There is no such file', { cause });
  }
}
