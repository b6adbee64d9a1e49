import { type Kysely, sql } from 'kysely';
import { limits } from '../../schema/limits.ts';
import { ChangeHub } from './change-hub.ts';
import type { RegistryTables } from './database.ts';
import { type Restricted, findRestricted } from './restrict-users.ts';

export interface PeopleOptions {
  readonly db: Kysely<RegistryTables>;
  /** At each change, before anybody else is told. */
  readonly onChange: () => void;
  readonly onFault: (error: unknown) => void;
  readonly pollMs?: number;
}

export interface PeopleChange {
  /** Whose role or sessions have changed; undefined when another process has changed something. */
  readonly who: string | undefined;
  /** Everybody who is disabled or muted now. */
  readonly restricted: Restricted;
}

/**
 * What becomes of people and their sessions, whoever changes it: this process says so itself, and another one (the CLI) is noticed by SQLite's
 * own counter.
 */
export interface People {
  /** Each change of a role, a session, or of who is disabled or muted. */
  readonly changes: ChangeHub<PeopleChange>;
  restricted(): Promise<Restricted>;
  /** This process has changed something about somebody; resolves when all who listen have been told. */
  changed(who: string): Promise<void>;
  /** Idempotent. */
  close(): void;
}

export async function openPeople(options: PeopleOptions): Promise<People> {
  const { db, onChange, onFault, pollMs = limits.peoplePollMs } = options;
  const changes = new ChangeHub<PeopleChange>();
  let version = await readVersion(db);
  let isClosed = false;

  const tell = async (who: string | undefined) => {
    onChange();
    changes.publish({ who, restricted: await findRestricted(db) });
  };
  const poll = async () => {
    const latest = await readVersion(db);
    if (latest === version || isClosed) return;
    version = latest;
    await tell(undefined);
  };
  const polling = setInterval(() => {
    poll().catch((error: unknown) => {
      if (!isClosed) onFault(error);
    });
  }, pollMs);
  polling.unref();

  return {
    changes,
    restricted: () => findRestricted(db),
    changed: tell,
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
