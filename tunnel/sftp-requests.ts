import { type Stats, readSync, writeSync } from 'node:fs';
import { posix } from 'node:path';
import ssh2, { type Attributes, type FileEntry } from 'ssh2';
import { SftpRefusal } from './sftp-refusal.ts';
import type { OpenMode, TransferFile, TransferFolder } from './transfer-folder.ts';
import type { TunnelLimits } from './tunnel-limits.ts';

type OpenHandle =
  | { readonly kind: 'file'; readonly file: TransferFile }
  | { readonly kind: 'folder'; entries: readonly FileEntry[] | undefined };

/**
 * What the requests of one SFTP session do, on the transfers that are open for its node: `/<transfer>/…`, with a root that only lists them. Every
 * method fails with an SftpRefusal, or as node:fs does. What is read and written is one packet, in the memory of the system most often: it is done at once,
 * since on a busy machine a turn of the thread pool takes a hundred times as long.
 */
export class SftpRequests {
  readonly #openFor: () => ReadonlyMap<string, TransferFolder>;
  readonly #limits: TunnelLimits;
  readonly #handles = new Map<number, OpenHandle>();
  #lastHandle = 0;

  constructor(openFor: () => ReadonlyMap<string, TransferFolder>, limits: TunnelLimits) {
    this.#openFor = openFor;
    this.#limits = limits;
  }

  async open(path: string, flags: number): Promise<Buffer> {
    const { transfer, rest } = this.#find(path);
    this.#expectRoom();
    return this.#keep({ kind: 'file', file: await transfer.openFile(rest, modeOf(flags)) });
  }

  /** At most `limits.maxSftpReadBytes`; a client that wants more asks again. */
  read(handle: Buffer, offset: number, length: number): Buffer {
    const { file } = this.#fileOf(handle);
    const buffer = Buffer.allocUnsafe(Math.min(length, this.#limits.maxSftpReadBytes));
    const bytesRead = readSync(file.handle.fd, buffer, 0, buffer.length, offset);
    if (bytesRead === 0) throw new SftpRefusal('EOF', 'End of file');
    return buffer.subarray(0, bytesRead);
  }

  write(handle: Buffer, offset: number, data: Buffer): void {
    const { file } = this.#fileOf(handle);
    file.grow(offset + data.length);
    for (let done = 0; done < data.length;) {
      done += writeSync(file.handle.fd, data, done, data.length - done, offset + done);
    }
  }

  async close(handle: Buffer): Promise<void> {
    const found = this.#handleOf(handle);
    this.#handles.delete(handle.readUInt32BE());
    if (found.kind === 'file') await found.file.handle.close();
  }

  async stat(path: string): Promise<Attributes> {
    if (normal(path) === '/') return rootAttributes;
    const { transfer, rest } = this.#find(path);
    return attributesOf(await transfer.stat(rest));
  }

  async statOpen(handle: Buffer): Promise<Attributes> {
    return attributesOf(await this.#fileOf(handle).file.handle.stat());
  }

  async openFolder(path: string): Promise<Buffer> {
    this.#expectRoom();
    return this.#keep({ kind: 'folder', entries: await this.#list(path) });
  }

  /** All of it at the first time, as a transfer has few files. */
  readFolder(handle: Buffer): readonly FileEntry[] {
    const found = this.#handleOf(handle);
    if (found.kind !== 'folder') throw new SftpRefusal('FAILURE', 'Expected the handle of a folder');
    const { entries } = found;
    found.entries = undefined;
    if (!entries || entries.length === 0) throw new SftpRefusal('EOF', 'End of folder');
    return entries;
  }

  async removeFile(path: string): Promise<void> {
    const { transfer, rest } = this.#find(path);
    await transfer.removeFile(rest);
  }

  async makeFolder(path: string): Promise<void> {
    const { transfer, rest } = this.#find(path);
    await transfer.makeFolder(rest);
  }

  async removeFolder(path: string): Promise<void> {
    const { transfer, rest } = this.#find(path);
    await transfer.removeFolder(rest);
  }

  async rename(from: string, to: string): Promise<void> {
    const [source, target] = [this.#find(from), this.#find(to)];
    if (source.transfer !== target.transfer)
      throw new SftpRefusal('PERMISSION_DENIED', 'Expected two names in one transfer');
    await source.transfer.rename(source.rest, target.rest);
  }

  realPath(path: string): string {
    return normal(path);
  }

  async closeAll(): Promise<void> {
    const open = Array.from(this.#handles.values());
    this.#handles.clear();
    await Promise.all(open.map(async (handle) => handle.kind === 'file' && handle.file.handle.close()));
  }

  async #list(path: string): Promise<readonly FileEntry[]> {
    if (normal(path) === '/')
      return Array.from(this.#openFor().keys(), (name) => entryOf(name, rootAttributes));
    const { transfer, rest } = this.#find(path);
    const names = await transfer.list(rest);
    return Promise.all(
      names.map(async (name) => entryOf(name, attributesOf(await transfer.stat(posix.join(rest, name))))),
    );
  }

  #find(path: string): { readonly transfer: TransferFolder; readonly rest: string } {
    if (path.includes('\0')) throw new SftpRefusal('NO_SUCH_FILE', 'Expected a path without zeros');
    const [, name = '', ...rest] = normal(path).split('/');
    const transfer = this.#openFor().get(name);
    if (!transfer)
      throw name === ''
        ? new SftpRefusal('PERMISSION_DENIED', 'Nothing can be changed here')
        : new SftpRefusal('NO_SUCH_FILE', `Expected an open transfer, got ${name}`);
    return { transfer, rest: rest.join('/') };
  }

  #expectRoom(): void {
    const max = this.#limits.maxSftpHandles;
    if (this.#handles.size >= max) throw new SftpRefusal('FAILURE', `Expected at most ${max} open files`);
  }

  #keep(handle: OpenHandle): Buffer {
    this.#lastHandle += 1;
    this.#handles.set(this.#lastHandle, handle);
    const name = Buffer.alloc(4);
    name.writeUInt32BE(this.#lastHandle);
    return name;
  }

  #handleOf(name: Buffer): OpenHandle {
    const found = name.length === 4 ? this.#handles.get(name.readUInt32BE()) : undefined;
    if (!found) throw new SftpRefusal('FAILURE', 'Expected an open handle');
    return found;
  }

  #fileOf(name: Buffer): OpenHandle & { readonly kind: 'file' } {
    const found = this.#handleOf(name);
    if (found.kind !== 'file') throw new SftpRefusal('FAILURE', 'Expected the handle of a file');
    return found;
  }
}

/** From the root, whatever a client thinks where it is; `..` ends there. */
function normal(path: string): string {
  const absolute = posix.normalize(`/${path}`);
  return absolute.length > 1 && absolute.endsWith('/') ? absolute.slice(0, -1) : absolute;
}

const { OPEN_MODE } = ssh2.utils.sftp;

function modeOf(flags: number): OpenMode {
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if (has(OPEN_MODE.APPEND)) throw new SftpRefusal('OP_UNSUPPORTED', 'Appending is not supported');
  return {
    read: has(OPEN_MODE.READ),
    write: has(OPEN_MODE.WRITE),
    create: has(OPEN_MODE.CREAT),
    exclusive: has(OPEN_MODE.EXCL),
    truncate: has(OPEN_MODE.TRUNC),
  };
}

const rootAttributes: Attributes = { mode: 0o40_500, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };

function attributesOf({ mode, size, atimeMs, mtimeMs }: Stats): Attributes {
  const seconds = (ms: number): number => Math.floor(ms / 1_000);
  return { mode, uid: 0, gid: 0, size, atime: seconds(atimeMs), mtime: seconds(mtimeMs) };
}

function entryOf(filename: string, attrs: Attributes): FileEntry {
  const isFolder = (attrs.mode & 0o170_000) === 0o40_000;
  const date = new Date(attrs.mtime * 1_000).toISOString().slice(0, 10);
  const longname = `${isFolder ? 'd' : '-'}rw------- 1 node node ${attrs.size} ${date} ${filename}`;
  return { filename, longname, attrs };
}
