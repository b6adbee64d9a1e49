import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';

export interface FolderLock {
  /** Idempotent. The end of the process, however it comes, does the same. */
  release(): void;
}

/**
 * Makes this process the only one that works in `folder` (made if it is missing, for its owner only). Throws, naming the process that holds it. The lock is one of the
 * operating system on a small SQLite file, so none is left behind by a process that was killed; the process id in it is only for the message.
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'lock');
  const sqlite = open(file);
  try {
    sqlite.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL)');
    // Another process may come between the two transactions; then it holds the lock, or its id stands in ours and is written over.
    do writeHolder(sqlite);
    while (!hold(sqlite));
  } catch (error) {
    const holder = isBusy(error) ? readHolder(sqlite) : undefined;
    sqlite.close();
    if (!isBusy(error))
      throw new Error(`Cannot lock the folder ${folder} by the file ${file}`, { cause: error });
    throw new Error(
      `The folder ${folder} is in use by another process${holder === undefined ? '' : ` (${holder})`}. ` +
        'Stop that one first, or take another folder.',
      { cause: error },
    );
  }
  return { release: () => void sqlite.close() };
}

function open(file: string): SqliteDatabase.Database {
  // Whoever writes its id holds the file for a moment only, so waiting a little tells that from being held.
  return new SqliteDatabase(file, { timeout: 250 });
}

function writeHolder(sqlite: SqliteDatabase.Database): void {
  sqlite
    .transaction(() => {
      sqlite.exec('DELETE FROM holder');
      sqlite.prepare('INSERT INTO holder VALUES (?)').run(process.pid);
    })
    .immediate();
}

/** Takes the lock that lets others read but not write; false when the id is not ours, and the lock is let go. */
function hold(sqlite: SqliteDatabase.Database): boolean {
  sqlite.exec('BEGIN IMMEDIATE');
  if (readHolder(sqlite) === process.pid) return true;
  sqlite.exec('ROLLBACK');
  return false;
}

function readHolder(sqlite: SqliteDatabase.Database): number | undefined {
  const pid: unknown = sqlite.prepare('SELECT pid FROM holder').pluck().get();
  return typeof pid === 'number' ? pid : undefined;
}

function isBusy(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
