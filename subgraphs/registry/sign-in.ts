import type { Kysely } from 'kysely';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { isName } from '../../wire/ids.ts';
import type { RegistryTables, UserRow } from './database.ts';
import type { Passwords } from './passwords.ts';
import type { IssuedSession, Sessions } from './sessions.ts';
import { createUser, findUser } from './users.ts';

interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Where they come from, when that is known. */
  readonly address: string | undefined;
}

type NewSession = IssuedSession & { readonly user: UserRow };

/** The door for people. Both answer RATE_LIMITED to those who knock too often. */
export interface SignIn {
  /** BAD_USER_INPUT, ALREADY_EXISTS. */
  signUp(credentials: Credentials): Promise<NewSession>;
  /** BAD_CREDENTIALS, the same and after the same time for a wrong name as for a wrong password. */
  signIn(credentials: Credentials): Promise<NewSession>;
}

export function createSignIn(options: {
  readonly db: Kysely<RegistryTables>;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly now: () => number;
}): SignIn {
  const { db, passwords, sessions, now } = options;
  const failures = new RateLimiterMemory({ points: limits.maxSignInsPerMinute, duration: 60 });
  const signUps = new RateLimiterMemory({ points: limits.maxSignUpsPerMinute, duration: 60 });

  const openSession = async (user: UserRow): Promise<NewSession> => ({
    ...(await sessions.issue(user)),
    user,
  });

  return {
    signUp: async ({ username, password, address }) => {
      if (address !== undefined) await take(signUps, address);
      return openSession(await createUser(db, { username, password }, { passwords, now }));
    },
    signIn: async ({ username, password, address }) => {
      // Neither can be anybody's, which is no secret.
      if (!isName(username) || password.length > limits.maxPasswordLength) throw wrong();
      const keys = [`name ${username}`, ...(address === undefined ? [] : [`address ${address}`])];
      // Taken before the check and given back after a success: attempts under way count too.
      for (const key of keys) await take(failures, key);
      const user = await findUser(db, username);
      if (!(await passwords.verify(password, user?.password_hash)) || !user) throw wrong();
      for (const key of keys) await failures.reward(key);
      return openSession(user);
    },
  };
}

async function take(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw codedError('RATE_LIMITED', 'Too many attempts; wait a minute', {
      retryAfterMs: refusal.msBeforeNext,
    });
  }
}

function wrong() {
  return codedError('BAD_CREDENTIALS', 'The name or the password is wrong');
}
