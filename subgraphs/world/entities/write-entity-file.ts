import { lstat, mkdir, open, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';

interface WriteOptions {
  readonly folder: string;
  /** Below the folder. */
  readonly path: string;
  readonly json: string;
  /** Whether there must not be such a file yet. */
  readonly isNew: boolean;
}

/**
 * Writes an entity's data so that a reader, or a crash, sees the old file or the new one. On disk (fsync of file and folder) when it resolves.
 * Throws CONFLICT when there is something other than a file or folder on the way: nothing is written through a link. ALREADY_EXISTS when new.
 */
export async function writeEntityFile({ folder, path, json, isNew }: WriteOptions): Promise<void> {
  const full = join(folder, path);
  await makeFolders(folder, dirname(path));
  const isThere = await isFile(full, path);
  if (isThere && isNew) throw codedError('ALREADY_EXISTS', `There is a file ${path} already`);
  await writeFileAtomic(full, format(json));
  await syncFolder(dirname(full));
}

/** Removes an entity's file for good; fine when there is none. */
export async function removeEntityFile(folder: string, path: string): Promise<void> {
  const full = join(folder, path);
  await makeFolders(folder, dirname(path));
  if (await isFile(full, path)) await unlink(full).catch(ignore('ENOENT'));
  await syncFolder(dirname(full));
}

/** Indented for people, as long as that stays within what is read again. */
function format(json: string): string {
  const pretty = `${JSON.stringify(JSON.parse(json), undefined, 2)}\n`;
  return Buffer.byteLength(pretty) <= limits.maxEntityBytes ? pretty : json;
}

/** Folder by folder, since a recursive mkdir would go through a link. */
async function makeFolders(folder: string, path: string): Promise<void> {
  let at = folder;
  for (const part of path.split('/')) {
    const parent = at;
    at = join(at, part);
    const isNew = await mkdir(at).then(() => true, ignore('EEXIST'));
    if (!(await lstat(at)).isDirectory()) {
      throw codedError('CONFLICT', `Expected ${part} in ${path} to be a folder; it is a link or a file`);
    }
    if (isNew) await syncFolder(parent);
  }
}

async function isFile(full: string, path: string): Promise<boolean> {
  const stats = await lstat(full).catch(ignore('ENOENT'));
  if (stats && !stats.isFile()) throw codedError('CONFLICT', `Expected ${path} to be a file`);
  return stats !== undefined;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ignore(code: string) {
  return (error: unknown): undefined => {
    if (!(error instanceof Error && 'code' in error && error.code === code)) throw error;
  };
}
