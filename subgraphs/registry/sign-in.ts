import { GraphQLError } from 'graphql';
import type { Kysely } from 'kysely';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { isName } from '../../wire/ids.ts';
import type { Role, Viewer } from '../../wire/viewer.ts';
import { addressBlock } from '../../wire/address-block.ts';
import type { RegistryTables, UserRow } from './database.ts';
import { type Passwords, checkNewPassword } from './passwords.ts';
import { endSessions } from './session-rows.ts';
import type { NewSession, Sessions } from './sessions.ts';
import { createSignInBudget, takeFrom } from './sign-in-budget.ts';
import { assertEnabled } from './restrict-users.ts';
import { createUser, findUser } from './users.ts';

interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Where they come from, when that is known. */
  readonly address: string | undefined;
  /** The program with which they come. */
  readonly client?: string | undefined;
}

interface PasswordChange {
  readonly viewer: Viewer;
  readonly current: string;
  readonly next: string;
  readonly address: string | undefined;
}

/** The door for people. All answer RATE_LIMITED to those who knock too often. */
export interface SignIn {
  /** BAD_USER_INPUT, ALREADY_EXISTS. */
  signUp(credentials: Credentials): Promise<NewSession>;
  /** BAD_CREDENTIALS, the same and after the same time for a wrong name as for a wrong password; USER_DISABLED only after the right one. */
  signIn(credentials: Credentials): Promise<NewSession>;
  /** Ends the person's other sessions. BAD_CREDENTIALS, BAD_USER_INPUT for a new password that may not be. */
  changePassword(change: PasswordChange): Promise<void>;
}

export function createSignIn(options: {
  readonly db: Kysely<RegistryTables>;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  /** What somebody who signs up may do. */
  readonly newcomers: Role;
  readonly now: () => number;
}): SignIn {
  const { db, passwords, sessions, newcomers, now } = options;
  const budget = createSignInBudget();
  const signUps = new RateLimiterMemory({ points: limits.maxSignUpsPerMinute, duration: 60 });

  /** The person whose password this is. */
  const check = async ({ username, password, address }: Credentials): Promise<UserRow> => {
    // Neither can be anybody's, which is no secret.
    if (!isName(username) || password.length > limits.maxPasswordLength) throw wrong();
    // Taken before the check and given back after a success: attempts under way count too.
    await budget.take({ username, address });
    const user = await findUser(db, username);
    if (!(await passwords.verify(password, user?.password_hash)) || !user) throw wrong();
    await budget.giveBack({ username, address });
    return user;
  };

  return {
    signUp: async ({ username, password, address, client }) => {
      if (address !== undefined) await takeFrom(signUps, addressBlock(address));
      return sessions.open(
        await createUser(db, { username, password, role: newcomers }, { passwords, now }),
        client,
      );
    },
    signIn: async (credentials) => {
      const user = await check(credentials);
      assertEnabled(user);
      const current = passwords.isWeak(user.password_hash)
        ? await rehash(db, passwords, user, credentials.password)
        : user;
      return sessions.open(current, credentials.client);
    },
    changePassword: async ({ viewer, current, next, address }) => {
      checkNewPassword(next);
      const { username, password_hash: before } = await check({
        username: viewer.username,
        password: current,
        address,
      });
      const hash = await passwords.hash(next);
      await db.transaction().execute(async (transaction) => {
        if (!(await replaceHash(transaction, { username, before, hash })))
          throw codedError('CONFLICT', 'The password has been changed by another session just now');
        await endSessions(transaction, { username, except: viewer.session, now: now() });
      });
    },
  };
}

/** The same password under today's cost. When too many wait for a hash, the next sign-in does it. */
async function rehash(
  db: Kysely<RegistryTables>,
  passwords: Passwords,
  user: UserRow,
  password: string,
): Promise<UserRow> {
  const { username, password_hash: before } = user;
  try {
    const hash = await passwords.hash(password);
    return (await replaceHash(db, { username, before, hash })) ? { ...user, password_hash: hash } : user;
  } catch (error) {
    if (error instanceof GraphQLError) return user;
    throw error;
  }
}

/** False when the hash is not, or no longer, the one before. */
async function replaceHash(
  db: Kysely<RegistryTables>,
  change: { readonly username: string; readonly before: string; readonly hash: string },
): Promise<boolean> {
  const changed = await db
    .updateTable('users')
    .set({ password_hash: change.hash })
    .where('username', '=', change.username)
    .where('password_hash', '=', change.before)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

function wrong() {
  return codedError('BAD_CREDENTIALS', 'The name or the password is wrong');
}
