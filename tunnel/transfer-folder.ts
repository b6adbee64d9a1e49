import { type Stats, constants, lstatSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rmdir,
  unlink,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SftpRefusal } from './sftp-refusal.ts';
import type { TunnelLimits } from './tunnel-limits.ts';

/** A file of a transfer, with what it counts for. */
export interface TransferFile {
  readonly handle: FileHandle;
  /** Makes room for bytes up to an offset. FAILURE when the transfer would hold too much, or the file is gone. */
  grow(end: number): void;
}

/** How a file is opened; a subset of SFTP's flags. */
export interface OpenMode {
  readonly read: boolean;
  readonly write: boolean;
  readonly create: boolean;
  readonly exclusive: boolean;
  readonly truncate: boolean;
}

interface Entry {
  bytes: number;
  isGone: boolean;
}

/**
 * The folder of one transfer, and nothing outside: paths are relative to it, without links. Counts what its files hold, so that it never holds more
 * than `limits.maxTransferBytes`. Every method rejects with an SftpRefusal, or as node:fs does.
 */
export class TransferFolder {
  readonly root: string;
  readonly #limits: TunnelLimits;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #isClosed = false;

  constructor(folder: string, limits: TunnelLimits) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.root = realpathSync(folder);
    this.#limits = limits;
    for (const found of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(found.parentPath, found.name);
      const bytes = found.isFile() ? lstatSync(path).size : 0;
      this.#entries.set(path, { bytes, isGone: false });
      this.#bytes += bytes;
    }
  }

  close(): void {
    this.#isClosed = true;
  }

  async stat(path: string): Promise<Stats> {
    return lstat(await this.#resolve(path));
  }

  async openFile(path: string, mode: OpenMode): Promise<TransferFile> {
    const target = await this.#resolve(path);
    const isNew = !this.#entries.has(target);
    if (isNew && mode.create) this.#takePlace(target);
    try {
      const handle = await open(target, flagsOf(mode), 0o600);
      const entry = this.#entries.get(target) ?? { bytes: 0, isGone: false };
      this.#entries.set(target, entry);
      if (mode.truncate && mode.write) this.#resize(entry, 0);
      return { handle, grow: (end) => this.#grow(target, entry, end) };
    } catch (error) {
      if (isNew) this.#entries.delete(target);
      throw error;
    }
  }

  async list(path: string): Promise<readonly string[]> {
    return readdir(await this.#resolve(path));
  }

  async makeFolder(path: string): Promise<void> {
    const target = await this.#resolve(path);
    if (this.#entries.has(target)) throw new SftpRefusal('FAILURE', 'Expected a new name');
    this.#takePlace(target);
    try {
      await mkdir(target, { mode: 0o700 });
    } catch (error) {
      this.#entries.delete(target);
      throw error;
    }
  }

  async removeFile(path: string): Promise<void> {
    const target = await this.#resolve(path);
    await unlink(target);
    this.#forget(target);
  }

  async removeFolder(path: string): Promise<void> {
    const target = await this.#resolve(path);
    if (target === this.root) throw new SftpRefusal('PERMISSION_DENIED', 'The transfer itself stays');
    await rmdir(target);
    this.#forget(target);
  }

  /** Of a file, to a name that is free: a folder's contents would have to be counted again. */
  async rename(from: string, to: string): Promise<void> {
    const [source, target] = [await this.#resolve(from), await this.#resolve(to)];
    const entry = this.#entries.get(source);
    if (!(await lstat(source)).isFile() || !entry)
      throw new SftpRefusal('OP_UNSUPPORTED', 'Only files can be renamed');
    if (this.#entries.has(target)) throw new SftpRefusal('FAILURE', 'Expected a new name');
    this.#entries.set(target, entry);
    try {
      await rename(source, target);
      this.#entries.delete(source);
    } catch (error) {
      this.#entries.delete(target);
      throw error;
    }
  }

  /** The path on our disk. What stands in it was made here, so there are no links; one that somebody else has put in is not followed. */
  async #resolve(path: string): Promise<string> {
    if (this.#isClosed) throw new SftpRefusal('NO_SUCH_FILE', 'The transfer is closed');
    const target = join(this.root, path);
    const folder = target === this.root ? this.root : dirname(target);
    if (!`${folder}/`.startsWith(`${this.root}/`) || (await realpath(folder)) !== folder)
      throw new SftpRefusal('PERMISSION_DENIED', 'Expected a path inside the transfer');
    return target;
  }

  #takePlace(target: string): void {
    const max = this.#limits.maxTransferFiles;
    if (this.#entries.size >= max) throw new SftpRefusal('FAILURE', `Expected at most ${max} files`);
    this.#entries.set(target, { bytes: 0, isGone: false });
  }

  #grow(target: string, entry: Entry, end: number): void {
    if (this.#isClosed || entry.isGone)
      throw new SftpRefusal('FAILURE', `Expected ${target.slice(this.root.length)} to be still there`);
    if (end <= entry.bytes) return;
    const max = this.#limits.maxTransferBytes;
    if (this.#bytes + end - entry.bytes > max)
      throw new SftpRefusal('FAILURE', `Expected at most ${max} bytes in a transfer`);
    this.#resize(entry, end);
  }

  #resize(entry: Entry, bytes: number): void {
    this.#bytes += bytes - entry.bytes;
    entry.bytes = bytes;
  }

  #forget(target: string): void {
    const entry = this.#entries.get(target);
    if (entry) {
      this.#resize(entry, 0);
      entry.isGone = true;
    }
    this.#entries.delete(target);
  }
}

function flagsOf({ read, write, create, exclusive, truncate }: OpenMode): number {
  const access = write ? (read ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY;
  return (
    access |
    constants.O_NOFOLLOW |
    (create && write ? constants.O_CREAT : 0) |
    (exclusive && write ? constants.O_EXCL : 0) |
    (truncate && write ? constants.O_TRUNC : 0)
  );
}
