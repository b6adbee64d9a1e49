import { lstat, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { createQueue } from '../create-queue.ts';
import { stringifyInput } from '../../serve/stringify-input.ts';
import type { WorldLog } from '../world-log.ts';
import { type EntityIdentity, entityPath } from './entity-identity.ts';
import type { EntitySchemas } from './entity-schemas.ts';
import type { EntityChange } from './apply-readings.ts';
import type { EntityStore } from './entity-store.ts';
import { listEntityFiles } from './list-entity-files.ts';
import { readEntityFile } from './read-entity-file.ts';
import { readEntityText } from './read-entity-text.ts';
import { watchEntityFiles } from './watch-entity-files.ts';
import { removeEntityFile, writeEntityFile } from './write-entity-file.ts';

export interface EntityFilesOptions {
  readonly folder: string;
  readonly store: EntityStore;
  readonly schemas: EntitySchemas;
  readonly log: WorldLog;
  /** Told of each file that was looked at, once the store has it. */
  readonly onChange?: ((change: EntityChange) => void) | undefined;
}

export interface EntityFiles {
  /** Resolve when the file and the store have it. ALREADY_EXISTS, BAD_USER_INPUT or CONFLICT otherwise. */
  create(identity: EntityIdentity, data: unknown): Promise<void>;
  replace(identity: EntityIdentity, data: unknown): Promise<void>;
  remove(identity: EntityIdentity): Promise<void>;
  /** Stops watching, after what is under way. */
  close(): Promise<void>;
}

const root = 'entities';
/** Files read at once, and rows written in one transaction. */
const batchSize = 100;
const progressEvery = 1_000;
/** Lets the trouble pass, and takes many errors as one. */
const rereadAfterMs = 1_000;

/**
 * Holds the store to the files below <folder>/entities: reads all of them, then whatever is saved. Resolves when the store is up to date.
 * Every change, from a file or from the graph, passes one queue, so that the last writer wins and nothing acknowledged is lost in between.
 */
export async function openEntityFiles(options: EntityFilesOptions): Promise<EntityFiles> {
  const { store, schemas, log } = options;
  const folder = await prepareFolder(options.folder);
  const enqueue = createQueue();
  const background = new Set<Promise<void>>();
  let isClosed = false;

  const sync = async (paths: readonly string[]) => {
    const readings = await Promise.all(
      paths.map(async (path) => ({ path, reading: await readEntityFile({ schemas, folder, path }) })),
    );
    for (const change of await store.apply(readings)) {
      if (change.outcome === 'BROKEN')
        log.warn({ path: change.path, reason: change.reason }, 'entity file is broken');
      options.onChange?.(change);
    }
  };
  const syncAll = async (paths: readonly string[]) => {
    for (let start = 0; start < paths.length && !isClosed; start += batchSize) {
      await enqueue(() => sync(paths.slice(start, start + batchSize)));
      if (start > 0 && start % progressEvery === 0)
        log.info({ read: start, of: paths.length }, 'reading entity files');
    }
  };
  const syncFolders = async (folders: readonly string[], files: readonly string[] = []) => {
    const paths = new Set(files);
    for (const path of folders) {
      for (const found of await listEntityFiles(folder, path)) paths.add(found);
      for (const known of await store.knownPaths(path)) paths.add(known);
    }
    await syncAll([...paths]);
    return paths.size;
  };
  const inBackground = (work: Promise<unknown>) => {
    const settled = work.then(
      () => void background.delete(settled),
      (error: unknown) => {
        background.delete(settled);
        log.error({ err: error }, 'entity files could not be read again');
      },
    );
    background.add(settled);
  };

  let rereading: NodeJS.Timeout | undefined;
  const readAllSoon = (error: unknown) => {
    // Errors come by the thousand when the system is out of watches.
    if (rereading || isClosed) return;
    log.error({ err: error }, 'the entity files cannot be watched as they should; reading all of them again');
    rereading = setTimeout(() => {
      rereading = undefined;
      inBackground(syncFolders([root]));
    }, rereadAfterMs);
  };

  const watcher = await watchEntityFiles({
    folder,
    path: root,
    onSettled: ({ files, folders }) =>
      inBackground(folders.length > 0 ? syncFolders(folders, files) : syncAll(files)),
    onError: readAllSoon,
  });
  const count = await syncFolders([root]);
  log.info({ files: count }, 'entity files read');

  const write = async (identity: EntityIdentity, data: unknown, isNew: boolean) => {
    const path = entityPath(identity);
    const json = checkData(schemas, identity, data);
    await writeEntityFile({ folder, path, json, isNew });
    await store.apply([{ path, reading: { kind: 'good', identity, json } }]);
  };
  return {
    create: (identity, data) => enqueue(() => write(identity, data, true)),
    replace: (identity, data) => enqueue(() => write(identity, data, false)),
    remove: (identity) =>
      enqueue(async () => {
        const path = entityPath(identity);
        await removeEntityFile(folder, path);
        await store.apply([{ path, reading: { kind: 'absent' } }]);
      }),
    async close() {
      isClosed = true;
      clearTimeout(rereading);
      await watcher.close();
      await Promise.all(background);
      // Changes through the graph that are under way.
      await enqueue(() => Promise.resolve());
    },
  };
}

async function prepareFolder(path: string): Promise<string> {
  await mkdir(join(path, root), { recursive: true });
  const folder = await realpath(path);
  if (!(await lstat(join(folder, root))).isDirectory()) {
    throw new Error(
      `Expected ${join(folder, root)} to be a folder; it is a symbolic link, and links are not followed`,
    );
  }
  return folder;
}

function checkData(schemas: EntitySchemas, identity: EntityIdentity, data: unknown): string {
  const text = stringifyInput(data, { what: 'data', maxBytes: limits.maxEntityBytes });
  const reading = readEntityText(schemas, identity.type, text);
  if (reading.kind === 'good') return reading.json;
  throw codedError('BAD_USER_INPUT', `The data is not that of a valid ${identity.type}: ${reading.reason}`);
}
