import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { Viewer } from '../../wire/viewer.ts';
import { readInChunks } from '../serve/batch-by-key.ts';
import type { RegistryTables, SessionRow, UserRow } from './database.ts';
import { toEnum } from './enum-case.ts';
import { addSession } from './session-rows.ts';
import { openSessionTokens } from './session-tokens.ts';
import { assertEnabled } from './restrict-users.ts';
import { findUser } from './users.ts';

const maxKnownSessions = 10_000;

export interface NewSession {
  readonly token: string;
  readonly expiresAt: string;
  readonly user: UserRow;
  readonly session: SessionRow;
}

/** What has become of a session that somebody still uses. CHANGED: the person has another role now. */
type Fate = 'ENDED' | 'CHANGED';

/** Sessions of people: a row each, and a token that names it. */
export interface Sessions {
  /** `user` as their password was checked: BAD_CREDENTIALS when it has changed since, USER_DISABLED. */
  open(user: UserRow, client: string | undefined): Promise<NewSession>;
  /** Whose token it is, with the role that the person has now; undefined when it is not, or no longer, that of a session. */
  authenticate(token: string): Promise<Viewer | undefined>;
  /** Of these viewers, as `authenticate` gave them, those who are not any more what they were. */
  findChanged(viewers: readonly Viewer[]): Promise<ReadonlyMap<Viewer, Fate>>;
  /** Sessions or people have changed: look again at the next `authenticate`. */
  forget(): void;
}

export async function openSessions(options: {
  readonly db: Kysely<RegistryTables>;
  readonly now?: () => number;
}): Promise<Sessions> {
  const { db, now = Date.now } = options;
  const tokens = await openSessionTokens(db, now);
  const known = new LRUCache<string, OpenSession>({ max: maxKnownSessions, ttl: limits.sessionFreshMs });

  const find = async (id: string): Promise<OpenSession | undefined> => {
    const recent = known.get(id);
    if (recent) return recent;
    const open = (await findOpen(db, [id], now())).get(id);
    if (!open) return undefined;
    known.set(id, open);
    await see(db, open, now());
    return open;
  };

  return {
    open: async (checked, client) => {
      const opened = await db.transaction().execute(async (transaction) => {
        const user = await findUser(transaction, checked.username);
        if (!user || user.password_hash !== checked.password_hash)
          throw codedError('BAD_CREDENTIALS', 'The password has been changed just now');
        assertEnabled(user);
        const session = await addSession(transaction, { username: user.username, client, now: now() });
        return { user, session };
      });
      const { id, username, expires_at: expiresAt } = opened.session;
      const token = await tokens.sign({ session: id, username, expiresAtMs: Date.parse(expiresAt) });
      return { ...opened, token, expiresAt };
    },
    authenticate: async (token) => {
      const claims = await tokens.read(token);
      const open = claims && (await find(claims.session));
      if (!open || open.username !== claims.username) return undefined;
      return { username: open.username, role: toEnum(open.role), session: open.id };
    },
    findChanged: async (viewers) => {
      const ids = viewers.flatMap(({ session }) => session ?? []);
      const open = await readInChunks(ids, (some) => findOpen(db, some, now()));
      return new Map(viewers.flatMap((viewer) => fateOf(viewer, open)));
    },
    forget: () => known.clear(),
  };
}

/** A session that has not ended, of a person who is not disabled. */
interface OpenSession {
  readonly id: string;
  readonly username: string;
  readonly role: UserRow['role'];
  readonly last_seen_at: string;
}

async function findOpen(
  db: Kysely<RegistryTables>,
  ids: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, OpenSession>> {
  const rows = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.username', 'sessions.username')
    .select(['sessions.id', 'sessions.username', 'sessions.last_seen_at', 'users.role'])
    .where('sessions.id', 'in', ids)
    .where('sessions.ended_at', 'is', null)
    .where('sessions.expires_at', '>', new Date(now).toISOString())
    .where('users.disabled_at', 'is', null)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** Notes, now and then, that the session is in use. */
async function see(db: Kysely<RegistryTables>, session: OpenSession, now: number): Promise<void> {
  if (now - Date.parse(session.last_seen_at) < limits.sessionSeenEveryMs) return;
  const seen = { last_seen_at: new Date(now).toISOString() };
  await db.updateTable('sessions').set(seen).where('id', '=', session.id).execute();
}

function fateOf(viewer: Viewer, open: ReadonlyMap<string, OpenSession>): [Viewer, Fate][] {
  if (viewer.session === undefined) return [];
  const session = open.get(viewer.session);
  if (!session) return [[viewer, 'ENDED']];
  return toEnum(session.role) === viewer.role ? [] : [[viewer, 'CHANGED']];
}
