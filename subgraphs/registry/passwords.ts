import { hash, verify } from '@node-rs/argon2';
import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';

/** OWASP's minimum for argon2id, which is also this package's default algorithm: 19 MiB, 2 passes, 1 lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Of no password that anybody has: what the name of nobody is checked against, so that it takes as long as the name of somebody. */
const hashOfNobody =
  '$argon2id$v=19$m=19456,t=2,p=1$Y29kZWNyYWZ0LW5vYm9keQ$bm9ib2R5IGhhcyB0aGlzIHBhc3N3b3JkLCBldmVyLg';

/** Hashes and checks passwords in threads of its own; RATE_LIMITED when too many wait. */
export interface Passwords {
  /** A PHC string of argon2id. */
  hash(password: string): Promise<string>;
  /** Whether it is not of today's kind, or costs a thief less than today's: to be replaced when the password is known. */
  isWeak(hash: string): boolean;
  /** Without a hash (no such person) it takes as long and is false. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}

export function createPasswords(
  options: { readonly atOnce?: number; readonly waiting?: number } = {},
): Passwords {
  const queue = bulkhead(
    options.atOnce ?? limits.maxHashesAtOnce,
    options.waiting ?? limits.maxHashesWaiting,
  );
  const inTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await queue.execute(work);
    } catch (error) {
      if (!(error instanceof BulkheadRejectedError)) throw error;
      throw codedError('RATE_LIMITED', 'Too many people sign in at this moment; try again in a few seconds');
    }
  };
  return {
    hash: (password) => inTurn(() => hash(password, cost)),
    isWeak: (known) => {
      const [, memory, time] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/.exec(known) ?? [];
      return !(Number(memory) >= cost.memoryCost && Number(time) >= cost.timeCost);
    },
    verify: async (password, known) => {
      const isRight = await inTurn(() => verify(known ?? hashOfNobody, password));
      return isRight && known !== undefined;
    },
  };
}

/** Throws BAD_USER_INPUT. */
export function checkNewPassword(password: string): void {
  const { minPasswordLength: min, maxPasswordLength: max } = limits;
  if (password.length >= min && password.length <= max) return;
  throw codedError(
    'BAD_USER_INPUT',
    `Expected a password of ${min} to ${max} characters, got ${password.length}`,
  );
}
