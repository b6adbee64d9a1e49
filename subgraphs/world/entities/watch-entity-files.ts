import type { Stats } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { type Settled, collectHints } from './collect-hints.ts';
import { maxFolderDepth } from './list-entity-files.ts';

export interface WatchOptions {
  readonly folder: string;
  /** Below `folder`. */
  readonly path: string;
  /** Paths, below `folder`, at which something may have changed. Folders: at which something below may have. */
  readonly onSettled: (settled: Settled) => void;
  /** The watch may have missed something: whoever watches reads everything again. */
  readonly onError: (error: unknown) => void;
}

/** Where the system gives no more watches (one per file), files are looked at this often: later than promised, rather than never. */
const pollEveryMs = 1_000;

/** Watches for saved files until closed. Events are hints: what is there is read when they have settled. */
export async function watchEntityFiles(options: WatchOptions): Promise<{ close(): Promise<void> }> {
  const hints = collectHints(options.onSettled);
  let fallingBack: Promise<FSWatcher> | undefined;
  const watched = open(options, hints, {
    usePolling: false,
    onError(error) {
      if (isOutOfWatches(error)) fallingBack ??= fallBack();
      else options.onError(error);
    },
  });
  const fallBack = async () => {
    await (await watched).close();
    const polled = await open(options, hints, { usePolling: true, onError: options.onError });
    options.onError(outOfWatches());
    return polled;
  };
  const current = async () => {
    // Its errors come before it is ready.
    const first = await watched;
    return fallingBack ?? first;
  };
  await current();
  return {
    async close() {
      await (await current()).close();
      hints.close();
    },
  };
}

interface OpenOptions {
  readonly usePolling: boolean;
  readonly onError: (error: unknown) => void;
}

async function open(
  { folder, path }: WatchOptions,
  hints: ReturnType<typeof collectHints>,
  { usePolling, onError }: OpenOptions,
): Promise<FSWatcher> {
  const note = (isFolder: boolean) => (full: string) =>
    hints.note(relative(folder, full).replaceAll(sep, '/'), isFolder);
  const watcher = watch(join(folder, path), {
    ignoreInitial: true,
    followSymlinks: false,
    depth: maxFolderDepth,
    ignored: isNotOurs,
    usePolling,
    interval: pollEveryMs,
  });
  watcher
    .on('add', note(false))
    .on('change', note(false))
    .on('unlink', note(false))
    // A new folder may have got files before it was watched; a removed one took its files along.
    .on('addDir', note(true))
    .on('unlinkDir', note(true))
    .on('error', onError);
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  return watcher;
}

function isNotOurs(full: string, stats?: Stats): boolean {
  return basename(full).startsWith('.') || (stats?.isFile() === true && !full.endsWith('.json'));
}

const outOfWatches = () =>
  new Error(
    `The system gives no more file watches (fs.inotify.max_user_watches): looking every ${pollEveryMs} ms instead`,
  );

function isOutOfWatches(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EMFILE');
}
