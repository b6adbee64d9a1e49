import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Below entities/ an entity is four deep at most; what is deeper than this is somebody's project and none of ours. */
export const maxFolderDepth = 8;

/**
 * Paths (below the node's folder) of what may be an entity or deserves a report: .json files and symbolic links. Hidden files and folders,
 * and whatever has another ending (notes, backups and temporary files of editors), are not ours.
 */
export async function listEntityFiles(folder: string, path: string): Promise<string[]> {
  const found: string[] = [];
  await collect(folder, path, found);
  return found;
}

async function collect(folder: string, path: string, found: string[]): Promise<void> {
  if (path.split('/').length > maxFolderDepth) return;
  for (const entry of await readFolder(join(folder, path))) {
    const child = `${path}/${entry.name}`;
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) await collect(folder, child, found);
    else if (entry.isSymbolicLink() || entry.name.endsWith('.json')) found.push(child);
  }
}

async function readFolder(full: string): Promise<Dirent[]> {
  try {
    return await readdir(full, { withFileTypes: true });
  } catch (error) {
    // Gone again, or not ours to read: there is nothing to list.
    if (error instanceof Error && 'code' in error) return [];
    throw error;
  }
}
