import { existsSync, statSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';

/** A database file that SQLite finds broken. The message says which file and what can be done. */
export class DamagedDatabaseError extends Error {
  override readonly name = 'DamagedDatabaseError';

  constructor(file: string, finding: string, cause?: unknown) {
    super(
      `The database ${file} is damaged (${finding}). It has been left as it is. Either put a backup in its place, or move it away to begin ` +
        `anew (with ${file}-wal and ${file}-shm), or save what can be read: sqlite3 ${quote(file)} .recover | sqlite3 ${quote(`${file}.recovered`)}`,
      { cause },
    );
  }
}

/** Throws a `DamagedDatabaseError` unless the file is a sound database, empty, or not there. Changes nothing. */
export function assertDatabaseSound(file: string): void {
  if (!existsSync(file) || statSync(file).size === 0) return;
  try {
    // Read-only, since closing a writable connection may write what is in the log into the damaged file.
    check(file, { readonly: true });
  } catch (error) {
    // A transaction that was cut off has to be undone first, which takes writing.
    if (!isSqliteError(error, 'SQLITE_READONLY')) throw error;
    check(file, {});
  }
}

function check(file: string, options: SqliteDatabase.Options): void {
  let sqlite: SqliteDatabase.Database | undefined;
  try {
    sqlite = new SqliteDatabase(file, { ...options, fileMustExist: true });
    const finding: unknown = sqlite.pragma('quick_check(1)', { simple: true });
    if (finding !== 'ok') throw new DamagedDatabaseError(file, String(finding).replaceAll('\n', ' '));
  } catch (error) {
    if (isSqliteError(error, 'SQLITE_NOTADB') || isSqliteError(error, 'SQLITE_CORRUPT')) {
      throw new DamagedDatabaseError(file, error.message, error);
    }
    throw error;
  } finally {
    sqlite?.close();
  }
}

/** Of this kind or a more special one, such as SQLITE_CORRUPT_VTAB. */
function isSqliteError(error: unknown, kind: string): error is Error & { readonly code: string } {
  return error instanceof SqliteDatabase.SqliteError && error.code.startsWith(kind);
}

function quote(file: string): string {
  return `'${file.replaceAll("'", String.raw`'\''`)}'`;
}
