import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { limits } from '../../schema/limits.ts';
import type { RegistryTables, SessionRow } from './database.ts';

/** Adds a session that lasts its time, and ends the one unused for longest when the person has too many. Part of the caller's transaction. */
export async function addSession(
  transaction: Kysely<RegistryTables>,
  session: { readonly username: string; readonly client: string | undefined; readonly now: number },
): Promise<SessionRow> {
  const { username, client, now } = session;
  const at = new Date(now).toISOString();
  // Tokens have whole seconds.
  const expiresAt = new Date(Math.floor((now + limits.sessionLifetimeMs) / 1_000) * 1_000);
  await transaction.deleteFrom('sessions').where('expires_at', '<=', at).execute();
  const added = await transaction
    .insertInto('sessions')
    .values({
      id: randomUUID(),
      username,
      created_at: at,
      last_seen_at: at,
      expires_at: expiresAt.toISOString(),
      client: client?.slice(0, limits.maxUserAgentLength) ?? null,
      ended_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const open = await listOpenSessions(transaction, username, now);
  const tooMany = open
    .filter(({ id }) => id !== added.id)
    .toSorted((one, other) => (one.last_seen_at < other.last_seen_at ? 1 : -1))
    .slice(limits.maxSessionsPerPerson - 1);
  for (const { id } of tooMany) await endSessions(transaction, { username, only: id, now });
  return added;
}

/** Those that have not ended, the newest first. */
export function listOpenSessions(
  db: Kysely<RegistryTables>,
  username: string,
  now: number,
): Promise<SessionRow[]> {
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('username', '=', username)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', new Date(now).toISOString())
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
}

/** Ends the person's sessions: all, `only` one, or all `except` one. Gives those that had not ended yet. */
export function endSessions(
  db: Kysely<RegistryTables>,
  which: {
    readonly username: string;
    readonly only?: string;
    readonly except?: string | undefined;
    readonly now: number;
  },
): Promise<SessionRow[]> {
  let ending = db
    .updateTable('sessions')
    .set({ ended_at: new Date(which.now).toISOString() })
    .where('username', '=', which.username)
    .where('ended_at', 'is', null);
  if (which.only !== undefined) ending = ending.where('id', '=', which.only);
  if (which.except !== undefined) ending = ending.where('id', '!=', which.except);
  return ending.returningAll().execute();
}
