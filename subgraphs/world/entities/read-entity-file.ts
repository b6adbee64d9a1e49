import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { limits } from '../../../schema/limits.ts';
import { type EntityIdentity, parseEntityPath } from './entity-identity.ts';
import type { EntitySchemas } from './entity-schemas.ts';
import { readEntityText } from './read-entity-text.ts';

/** What is at a path below the node's folder, as far as entities are concerned. */
export type FileReading =
  | { readonly kind: 'absent' }
  | { readonly kind: 'good'; readonly identity: EntityIdentity; readonly json: string }
  | {
      readonly kind: 'broken';
      readonly identity?: EntityIdentity | undefined;
      readonly line: number;
      readonly column: number;
      readonly reason: string;
    };

export interface ReadFileOptions {
  readonly schemas: EntitySchemas;
  /** The node's folder; its entities/ has no symbolic link in it that is followed. */
  readonly folder: string;
  readonly path: string;
}

/** Reads what is there now. Links are never followed, and only regular files are read. Never rejects. */
export async function readEntityFile(options: ReadFileOptions): Promise<FileReading> {
  const full = join(options.folder, options.path);
  try {
    const folder = dirname(full);
    if ((await realpath(folder)) !== folder) {
      return brokenFile('A folder on the way to it is a symbolic link: links are not followed');
    }
    // O_NONBLOCK: a pipe would wait for its writer.
    const handle = await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return await readOpened(options, handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
    // What O_NOFOLLOW says of a link.
    if (code === 'ELOOP') return brokenFile('A symbolic link: links are not followed');
    return brokenFile(`Cannot be read: ${code}`);
  }
}

const brokenFile = (reason: string, identity?: EntityIdentity): FileReading => ({
  kind: 'broken',
  line: 1,
  column: 1,
  reason,
  identity,
});

async function readOpened({ schemas, path }: ReadFileOptions, handle: FileHandle): Promise<FileReading> {
  const stats = await handle.stat();
  if (stats.isDirectory() || !path.endsWith('.json')) return { kind: 'absent' };
  if (!stats.isFile()) return brokenFile('Not a regular file');
  const identity = parseEntityPath(path);
  if ('reason' in identity) return brokenFile(identity.reason);
  // One byte beyond the size shows the end without a second read; one beyond the limit, that there is too much.
  return readContent(
    schemas,
    identity,
    await readUpTo(handle, Math.min(stats.size, limits.maxEntityBytes) + 1),
  );
}

async function readUpTo(handle: FileHandle, maxBytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(maxBytes);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

function readContent(schemas: EntitySchemas, identity: EntityIdentity, bytes: Buffer): FileReading {
  if (bytes.length > limits.maxEntityBytes) {
    return brokenFile(`Expected at most ${limits.maxEntityBytes} bytes`, identity);
  }
  // Drops a byte order mark: editors of Windows write one, and it means nothing here.
  const text = new TextDecoder('utf-8').decode(bytes);
  if (!isUtf8(bytes)) {
    const { line, column } = findInvalidUtf8(bytes);
    return { kind: 'broken', identity, line, column, reason: 'Not UTF-8' };
  }
  const reading = readEntityText(schemas, identity.type, text);
  return { ...reading, identity };
}

function findInvalidUtf8(bytes: Buffer): { readonly line: number; readonly column: number } {
  const lines = bytes.toString('latin1').split('\n');
  const index = lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1')));
  const line = Buffer.from(lines[index] ?? '', 'latin1');
  // The replacement character stands where decoding first failed, unless it is in the text itself.
  const decoded = new TextDecoder('utf-8').decode(line);
  return { line: index + 1, column: Math.max(decoded.indexOf('\uFFFD'), 0) + 1 };
}
