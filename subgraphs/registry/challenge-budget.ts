import type { Kysely } from 'kysely';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { limits } from '../../schema/limits.ts';
import { addressBlock } from '../../wire/address-block.ts';
import type { RegistryTables } from './database.ts';
import type { NetworkSession } from './network-session.ts';
import { findKeyHolder } from './node-keys.ts';
import { takeFrom } from './sign-in-budget.ts';

/** How often something to sign may be asked for: so that nobody pushes out the challenges of others, which are kept in a bounded place. */
export interface ChallengeBudget {
  /** Counts for the node whose key it is, so that no stranger uses up what is its; for all strangers of one address together. RATE_LIMITED. */
  take(session: NetworkSession): Promise<void>;
}

export function createChallengeBudget(options: {
  readonly db: Kysely<RegistryTables>;
  readonly now: () => number;
  readonly perMinute?: number | undefined;
}): ChallengeBudget {
  const { db, now, perMinute = limits.maxChallengesPerMinute } = options;
  const asked = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return {
    take: async ({ key: { fingerprint }, connection: { clientAddress } }) => {
      const isNode = (await findKeyHolder(db, fingerprint, now())) !== undefined;
      await takeFrom(asked, isNode ? `key ${fingerprint}` : `address ${addressBlock(clientAddress ?? '')}`);
    },
  };
}
