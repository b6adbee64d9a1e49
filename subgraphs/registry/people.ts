import { type Kysely, sql } from 'kysely';
import { limits } from '../../schema/limits.ts';
import { ChangeHub } from './change-hub.ts';
import type { RegistryTables } from './database.ts';
import { findDisabledUsers } from './users.ts';

export interface PeopleOptions {
  readonly db: Kysely<RegistryTables>;
  /** At each change, before anybody else is told. */
  readonly onChange: () => void;
  readonly onFault: (error: unknown) => void;
  readonly pollMs?: number;
}

/**
 * What becomes of people and their sessions, whoever changes it: this process says so itself, and another one (the CLI) is noticed by SQLite's
 * own counter.
 */
export interface People {
  /** Who is disabled, at each change of a role, of a session, or of that. */
  readonly changes: ChangeHub<readonly string[]>;
  /** Usernames, sorted. */
  disabledUsers(): Promise<readonly string[]>;
  /** This process has changed something; resolves when all who listen have been told. */
  changed(): Promise<void>;
  /** Idempotent. */
  close(): void;
}

export async function openPeople(options: PeopleOptions): Promise<People> {
  const { db, onChange, onFault, pollMs = limits.peoplePollMs } = options;
  const changes = new ChangeHub<readonly string[]>();
  let version = await readVersion(db);
  let isClosed = false;

  const changed = async () => {
    onChange();
    changes.publish(await findDisabledUsers(db));
  };
  const poll = async () => {
    const latest = await readVersion(db);
    if (latest === version || isClosed) return;
    version = latest;
    await changed();
  };
  const polling = setInterval(() => {
    poll().catch((error: unknown) => {
      if (!isClosed) onFault(error);
    });
  }, pollMs);
  polling.unref();

  return {
    changes,
    disabledUsers: () => findDisabledUsers(db),
    changed,
    close: () => {
      isClosed = true;
      clearInterval(polling);
    },
  };
}

/** Another number when another connection has written to the file. */
async function readVersion(db: Kysely<RegistryTables>): Promise<number | undefined> {
  const { rows } = await sql<{ data_version: number }>`pragma data_version`.execute(db);
  return rows[0]?.data_version;
}
