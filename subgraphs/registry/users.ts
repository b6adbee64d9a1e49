import type { Kysely } from 'kysely';
import { codedError } from '../../wire/coded-error.ts';
import { isName } from '../../wire/ids.ts';
import type { Role } from '../../wire/viewer.ts';
import type { RegistryTables, UserRow } from './database.ts';
import { toColumn, toEnum } from './enum-case.ts';
import { type Passwords, checkNewPassword, createPasswords } from './passwords.ts';
import { endSessions } from './session-rows.ts';

/** Owners of things that belong to nobody in particular. */
const reservedNames: ReadonlySet<string> = new Set(['system', 'shared']);

export interface NewUser {
  readonly username: string;
  readonly password: string;
  /** PLAYER when absent. */
  readonly role?: Role;
}

/** What may be shown of a person. */
export interface ListedUser {
  readonly username: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly disabledAt?: string;
  readonly disabledReason?: string | null;
  readonly mutedAt?: string;
  readonly mutedReason?: string | null;
}

/** Adds a person. BAD_USER_INPUT for a name or a password that may not be, ALREADY_EXISTS for a name that is taken. */
export async function createUser(
  db: Kysely<RegistryTables>,
  { username, password, role = 'PLAYER' }: NewUser,
  { passwords = createPasswords(), now = Date.now }: { passwords?: Passwords; now?: () => number } = {},
): Promise<UserRow> {
  if (!isName(username) || reservedNames.has(username)) {
    throw codedError(
      'BAD_USER_INPUT',
      'Expected a name of at most 64 lower-case letters, digits, ".", "_" and "-", beginning with a letter or a digit, and not "system" or "shared"',
    );
  }
  checkNewPassword(password);
  // Asked before the costly hash; the insert decides when two come at once.
  const taken = (await findUser(db, username)) !== undefined;
  const added = taken
    ? undefined
    : await db
        .insertInto('users')
        .values({
          username,
          password_hash: await passwords.hash(password),
          role: toColumn(role),
          created_at: new Date(now()).toISOString(),
        })
        .onConflict((conflict) => conflict.column('username').doNothing())
        .returningAll()
        .executeTakeFirst();
  if (!added) throw codedError('ALREADY_EXISTS', `The name ${username} is taken`);
  return added;
}

export function findUser(db: Kysely<RegistryTables>, username: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('username', '=', username).executeTakeFirst();
}

export async function findUsers(
  db: Kysely<RegistryTables>,
  usernames: readonly string[],
): Promise<ReadonlyMap<string, UserRow>> {
  const rows = await db.selectFrom('users').selectAll().where('username', 'in', usernames).execute();
  return new Map(rows.map((row) => [row.username, row]));
}

/** NOT_FOUND for nobody; FORBIDDEN when it would leave the network without an admin. */
export function setRole(db: Kysely<RegistryTables>, username: string, role: Role): Promise<UserRow> {
  return db.transaction().execute(async (transaction) => {
    const user = await needUser(transaction, username);
    if (role !== 'ADMIN') await assertNotLastAdmin(transaction, user);
    return updateUser(transaction, username, { role: toColumn(role) });
  });
}

/** Ends the person's sessions too. NOT_FOUND for nobody, BAD_USER_INPUT for a password that may not be. */
export async function setPassword(
  db: Kysely<RegistryTables>,
  username: string,
  password: string,
  { passwords = createPasswords(), now = Date.now }: { passwords?: Passwords; now?: () => number } = {},
): Promise<void> {
  checkNewPassword(password);
  const hash = await passwords.hash(password);
  await db.transaction().execute(async (transaction) => {
    await updateUser(transaction, username, { password_hash: hash });
    await endSessions(transaction, { username, now: now() });
  });
}

/** Everybody, in the order in which they came. */
export async function listUsers(db: Kysely<RegistryTables>): Promise<readonly ListedUser[]> {
  const rows = await db.selectFrom('users').selectAll().orderBy('id').execute();
  return rows.map((row) => ({
    username: row.username,
    role: toEnum(row.role),
    createdAt: row.created_at,
    ...(row.disabled_at === null ? {} : { disabledAt: row.disabled_at, disabledReason: row.disabled_reason }),
    ...(row.muted_at === null ? {} : { mutedAt: row.muted_at, mutedReason: row.muted_reason }),
  }));
}

/** NOT_FOUND. */
export async function needUser(db: Kysely<RegistryTables>, username: string): Promise<UserRow> {
  const user = await findUser(db, username);
  if (user) return user;
  throw nobody(username);
}

/** NOT_FOUND. */
export async function updateUser(
  db: Kysely<RegistryTables>,
  username: string,
  change: Partial<Omit<UserRow, 'id' | 'username' | 'created_at'>>,
): Promise<UserRow> {
  const user = await db
    .updateTable('users')
    .set(change)
    .where('username', '=', username)
    .returningAll()
    .executeTakeFirst();
  if (user) return user;
  throw nobody(username);
}

/** FORBIDDEN. A disabled admin does not count: nobody could enable them. */
export async function assertNotLastAdmin(db: Kysely<RegistryTables>, user: UserRow): Promise<void> {
  if (user.role !== 'admin' || user.disabled_at !== null) return;
  const admins = await db
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .limit(2)
    .execute();
  if (admins.length === 1)
    throw codedError('FORBIDDEN', `${user.username} is the last admin; make another one first`);
}

function nobody(username: string) {
  return codedError('NOT_FOUND', `Nobody here is called ${username}`);
}
