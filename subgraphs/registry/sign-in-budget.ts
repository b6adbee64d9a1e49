import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { addressBlock } from '../../wire/address-block.ts';

const maxKnownPlaces = 10_000;

interface Attempt {
  readonly username: string;
  /** Where it comes from, when that is known. */
  readonly address: string | undefined;
}

/**
 * How often passwords may be guessed. Counted are attempts, given back after a right one: by address; and by name, for all addresses together
 * from which that person has not signed in lately. Where they have, they have a count to themselves, so that no stranger can lock them out.
 */
export interface SignInBudget {
  /** Takes one attempt before it is made. RATE_LIMITED. */
  take(attempt: Attempt): Promise<void>;
  /** The password was right. */
  giveBack(attempt: Attempt): Promise<void>;
}

export function createSignInBudget(): SignInBudget {
  const failures = new RateLimiterMemory({ points: limits.maxSignInsPerMinute, duration: 60 });
  const knownPlaces = new LRUCache<string, true>({ max: maxKnownPlaces });

  const keysOf = ({ username, address }: Attempt): readonly string[] => {
    if (address === undefined) return [`name ${username}`];
    const place = placeOf(username, address);
    // The address first: one that has used up its own attempts takes none of the name's.
    return [`address ${addressBlock(address)}`, knownPlaces.has(place) ? place : `name ${username}`];
  };
  return {
    take: async (attempt) => {
      for (const key of keysOf(attempt)) await takeFrom(failures, key);
    },
    giveBack: async (attempt) => {
      for (const key of keysOf(attempt)) await failures.reward(key);
      if (attempt.address !== undefined) knownPlaces.set(placeOf(attempt.username, attempt.address), true);
    },
  };
}

/** RATE_LIMITED, with the time to wait, when the key has used up its points. */
export async function takeFrom(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw codedError('RATE_LIMITED', 'Too many attempts; wait a minute', {
      retryAfterMs: refusal.msBeforeNext,
    });
  }
}

function placeOf(username: string, address: string): string {
  return `place ${username} ${addressBlock(address)}`;
}
