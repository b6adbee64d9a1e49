import type { Stats } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { watch } from 'chokidar';
import { maxFolderDepth } from './list-entity-files.ts';

export interface WatchOptions {
  readonly folder: string;
  /** Below `folder`. */
  readonly path: string;
  /** Paths, below `folder`, at which something may have changed. Folders: at which something below may have. */
  readonly onSettled: (changed: { readonly files: string[]; readonly folders: string[] }) => void;
  /** The watch has missed something; whoever watches reads everything again. */
  readonly onError: (error: unknown) => void;
}

/** Editors save in several steps (truncate and write, delete and create, rename over): a path is looked at when it has been quiet this long, */
const quietMs = 80;
/** or, when it is never quiet, after this long. */
const patienceMs = 400;

/** Watches for saved files until closed; rejects when it cannot. Events are hints: what is there is read when they have settled. */
export async function watchEntityFiles(options: WatchOptions): Promise<{ close(): Promise<void> }> {
  const pending = new Map<string, { readonly firstMs: number; lastMs: number; isFolder: boolean }>();
  let timer: NodeJS.Timeout | undefined;

  const settle = () => {
    timer = undefined;
    const nowMs = performance.now();
    const files: string[] = [];
    const folders: string[] = [];
    for (const [path, { firstMs, lastMs, isFolder }] of pending) {
      if (nowMs - lastMs < quietMs && nowMs - firstMs < patienceMs) continue;
      pending.delete(path);
      (isFolder ? folders : files).push(path);
    }
    if (pending.size > 0) timer = setTimeout(settle, quietMs / 2);
    if (files.length + folders.length > 0) options.onSettled({ files, folders });
  };
  const note = (full: string, isFolder: boolean) => {
    const path = relative(options.folder, full).replaceAll(sep, '/');
    const nowMs = performance.now();
    const known = pending.get(path) ?? { firstMs: nowMs, lastMs: nowMs, isFolder };
    pending.set(path, { firstMs: known.firstMs, lastMs: nowMs, isFolder: isFolder || known.isFolder });
    timer ??= setTimeout(settle, quietMs);
  };

  const watcher = watch(join(options.folder, options.path), {
    ignoreInitial: true,
    followSymlinks: false,
    depth: maxFolderDepth,
    ignored: isNotOurs,
  });
  watcher
    .on('add', (full) => note(full, false))
    .on('change', (full) => note(full, false))
    .on('unlink', (full) => note(full, false))
    // A new folder may have got files before it was watched; a removed one took its files along.
    .on('addDir', (full) => note(full, true))
    .on('unlinkDir', (full) => note(full, true))
    .on('error', options.onError);
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  return {
    async close() {
      await watcher.close();
      clearTimeout(timer);
    },
  };
}

function isNotOurs(full: string, stats?: Stats): boolean {
  return basename(full).startsWith('.') || (stats?.isFile() === true && !full.endsWith('.json'));
}
