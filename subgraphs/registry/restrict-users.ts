import type { Kysely } from 'kysely';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { RegistryTables, UserRow } from './database.ts';
import { endSessions } from './session-rows.ts';
import { assertNotLastAdmin, needUser, updateUser } from './users.ts';

/** What an admin may do to a person: `disabled` is kept out and nothing of theirs runs, `muted` neither writes nor says anything. */
const restrictions = ['disabled', 'muted'] as const;
export type Restriction = (typeof restrictions)[number];

/** Who is restricted, by how: usernames, sorted. */
export type Restricted = Readonly<Record<Restriction, readonly string[]>>;

export interface RestrictOptions {
  readonly username: string;
  /** Kept, and shown to the person. */
  readonly reason: string | null;
  readonly now?: number;
}

/**
 * Ends the person's sessions and keeps them out until they are enabled. Idempotent, with the latest reason. NOT_FOUND, BAD_USER_INPUT for a
 * reason that is too long, FORBIDDEN for the last admin.
 */
export async function disableUser(
  db: Kysely<RegistryTables>,
  { username, reason, now = Date.now() }: RestrictOptions,
): Promise<UserRow> {
  assertReason(reason);
  return db.transaction().execute(async (transaction) => {
    const user = await needUser(transaction, username);
    await assertNotLastAdmin(transaction, user);
    await endSessions(transaction, { username, now });
    return updateUser(transaction, username, {
      disabled_at: user.disabled_at ?? new Date(now).toISOString(),
      disabled_reason: reason,
    });
  });
}

/** Idempotent. NOT_FOUND. */
export function enableUser(db: Kysely<RegistryTables>, username: string): Promise<UserRow> {
  return updateUser(db, username, { disabled_at: null, disabled_reason: null });
}

/** Neither they nor their agents write to anybody or say anything until they are unmuted. Idempotent, with the latest reason. NOT_FOUND, BAD_USER_INPUT. */
export async function muteUser(
  db: Kysely<RegistryTables>,
  { username, reason, now = Date.now() }: RestrictOptions,
): Promise<UserRow> {
  assertReason(reason);
  return db.transaction().execute(async (transaction) => {
    const user = await needUser(transaction, username);
    return updateUser(transaction, username, {
      muted_at: user.muted_at ?? new Date(now).toISOString(),
      muted_reason: reason,
    });
  });
}

/** Idempotent. NOT_FOUND. */
export function unmuteUser(db: Kysely<RegistryTables>, username: string): Promise<UserRow> {
  return updateUser(db, username, { muted_at: null, muted_reason: null });
}

/** Throws USER_DISABLED, with the reason: only for those who have shown that they are this person. */
export function assertEnabled({ disabled_at: since, disabled_reason: reason }: UserRow): void {
  if (since === null) return;
  throw codedError('USER_DISABLED', `An admin has disabled you: ${reason ?? 'no reason was given'}`);
}

export async function findRestricted(db: Kysely<RegistryTables>): Promise<Restricted> {
  const [disabled, muted] = await Promise.all(restrictions.map((restriction) => findBy(db, restriction)));
  return { disabled: disabled ?? [], muted: muted ?? [] };
}

async function findBy(db: Kysely<RegistryTables>, restriction: Restriction): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('users')
    .select('username')
    .where(`${restriction}_at`, 'is not', null)
    .orderBy('username')
    .execute();
  return rows.map(({ username }) => username);
}

function assertReason(reason: string | null): void {
  if (reason === null || reason.length <= limits.maxReasonLength) return;
  throw codedError(
    'BAD_USER_INPUT',
    `Expected a reason of at most ${limits.maxReasonLength} characters, got ${reason.length}`,
  );
}
