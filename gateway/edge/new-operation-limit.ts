import { BurstyRateLimiter, RateLimiterMemory } from 'rate-limiter-flexible';
import { limits } from '../../schema/limits.ts';

export interface NewOperationLimitOptions {
  readonly perSecond?: number;
  /** On top, in ten seconds. */
  readonly burst?: number;
}

/**
 * Whether the client at an address may have one more operation planned now; those planned before are not counted. One for all edges of a
 * process. An IPv6 client counts by its /64, which is what one customer has.
 */
export function createNewOperationLimit(
  options: NewOperationLimitOptions = {},
): (address: string) => Promise<boolean> {
  const { perSecond = limits.maxNewOperationsPerSecond, burst = limits.newOperationBurst } = options;
  const limiter = new BurstyRateLimiter(
    new RateLimiterMemory({ points: perSecond, duration: 1 }),
    new RateLimiterMemory({ keyPrefix: 'burst', points: burst, duration: 10 }),
  );
  return async (address) => {
    try {
      await limiter.consume(networkOf(address));
      return true;
    } catch (rejection) {
      if (rejection instanceof Error) throw rejection;
      return false;
    }
  };
}

function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  if (!plain.includes(':')) return plain;
  const [head = ''] = plain.split('::');
  return head.split(':').slice(0, 4).join(':');
}
