import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
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

/** Reads what is there now. Links are never followed, and nothing that is no regular file is opened for reading. Never rejects. */
export async function readEntityFile(options: ReadFileOptions): Promise<FileReading> {
  const full = join(options.folder, options.path);
  try {
    const folder = dirname(full);
    if ((await realpath(folder)) !== folder)
      return brokenFile('A folder on the way to it is a symbolic link');
    const stats = await lstat(full);
    if (stats.isSymbolicLink()) return brokenFile('A symbolic link: links are not followed');
    if (stats.isDirectory() || !options.path.endsWith('.json')) return { kind: 'absent' };
    if (!stats.isFile()) return brokenFile('Not a regular file');
    const identity = parseEntityPath(options.path);
    if ('reason' in identity) return brokenFile(identity.reason);
    return readContent(options.schemas, identity, await readBytes(full));
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
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

/** At most one byte more than an entity may have, so that what is too large is not taken into memory. */
async function readBytes(full: string): Promise<Buffer> {
  // O_NOFOLLOW and O_NONBLOCK: it may have become a link or a pipe since lstat.
  const handle = await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return await readUpTo(handle, limits.maxEntityBytes + 1);
  } finally {
    await handle.close();
  }
}

async function readUpTo(handle: FileHandle, maxBytes: number): Promise<Buffer> {
  const { size } = await handle.stat();
  // One byte beyond the size, to see the end without a second read in the usual case.
  const buffer = Buffer.allocUnsafe(Math.min(size + 1, maxBytes));
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
  return reading.kind === 'good' ? { ...reading, identity } : { ...reading, identity };
}

function findInvalidUtf8(bytes: Buffer): { readonly line: number; readonly column: number } {
  const lines = bytes.toString('latin1').split('\n');
  const index = lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1')));
  const line = Buffer.from(lines[index] ?? '', 'latin1');
  // The replacement character stands where decoding first failed, unless it is in the text itself.
  const decoded = new TextDecoder('utf-8').decode(line);
  return { line: index + 1, column: Math.max(decoded.indexOf('\uFFFD'), 0) + 1 };
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
