import { randomBytes, randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { PublicKey } from '../../identity/public-key.ts';
import type { Challenge } from '../../identity/statements.ts';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';

export interface IssuedChallenge extends Challenge {
  readonly expiresAt: string;
}

/** What nodes have been given to sign and have not come back with. Kept in memory: after a restart they ask for another one. */
export class NodeChallenges {
  readonly #origin: () => string;
  readonly #now: () => number;
  readonly #open = new LRUCache<string, { readonly challenge: IssuedChallenge; readonly key: string }>({
    max: limits.maxChallenges,
  });

  /** @param origin the network's name for itself */
  constructor(origin: () => string, now: () => number) {
    this.#origin = origin;
    this.#now = now;
  }

  /** One for whoever has this key. */
  issue(key: PublicKey): IssuedChallenge {
    const challenge = {
      id: randomUUID(),
      nonce: randomBytes(32).toString('base64url'),
      origin: this.#origin(),
      expiresAt: new Date(this.#now() + limits.challengeLifetimeMs).toISOString(),
    };
    this.#open.set(challenge.id, { challenge, key: key.fingerprint });
    return challenge;
  }

  /** Uses it up, whatever becomes of the statement: exactly one of those who come with it gets it. CHALLENGE_INVALID. */
  take(id: string, key: PublicKey): Challenge {
    const open = this.#open.get(id);
    if (open?.key !== key.fingerprint) throw invalid('of this key');
    this.#open.delete(id);
    if (Date.parse(open.challenge.expiresAt) <= this.#now()) throw invalid('that is not too old');
    return open.challenge;
  }
}

function invalid(which: string) {
  return codedError(
    'CHALLENGE_INVALID',
    `Expected a challenge ${which} that has not been used yet; ask for a new one`,
  );
}
