import SqliteDatabase from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';
import { assertDatabaseSound } from './assert-database-sound.ts';
import { keepStatements } from './keep-statements.ts';

export interface OpenDatabase<Tables> {
  readonly db: Kysely<Tables>;
  /** Waits for queries under way. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens a node's database, or begins a new one (no file, or an empty one; `:memory:` for tests). What has been committed is on the disk
 * (WAL, FULL). Throws a `DamagedDatabaseError` for a file that is not sound, and leaves it as it is.
 */
export function openDatabase<Tables>(file: string): OpenDatabase<Tables> {
  if (file !== ':memory:') assertDatabaseSound(file);
  const sqlite = new SqliteDatabase(file);
  try {
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    sqlite.pragma('busy_timeout = 5000');
  } catch (error) {
    sqlite.close();
    throw new Error(`Cannot use the database ${file}`, { cause: error });
  }
  const db = new Kysely<Tables>({ dialect: new EmbeddedDialect({ database: keepStatements(sqlite) }) });
  let closing: Promise<void> | undefined;
  return {
    db,
    close() {
      closing ??= db.destroy();
      return closing;
    },
  };
}

class EmbeddedDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createAdapter(): SqliteAdapter {
    return new EmbeddedAdapter();
  }

  override createDriver(): SqliteDriver {
    return new EmbeddedDriver(this.#config);
  }
}

/** Kysely takes SQLite's DDL for not transactional, but it is: a migration that is killed leaves nothing half done. */
class EmbeddedAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/**
 * Locks at the beginning: a transaction that reads first and then writes would fail, without any waiting, when another process (the CLI) has written
 * in between.
 */
class EmbeddedDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}
