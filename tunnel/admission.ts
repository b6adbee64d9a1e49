import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { TunnelLimits } from './tunnel-limits.ts';
import { addressBlock } from '../wire/address-block.ts';

/** A connection that has been let in to prove its key. */
export interface Pass {
  /** The handshake is over, however. Idempotent. */
  leave(): void;
  /** It has offered a key that is nobody's. */
  wrongKey(): void;
}

export interface Admission {
  /** A pass for one more connection from an address, or why there is none. */
  enter(address: string): Promise<Pass | 'busy' | 'barred'>;
}

/** Who may begin a handshake, which costs us more than it costs a stranger: so many at once and a second, fewer from one address. */
export function createAdmission(limits: TunnelLimits): Admission {
  const starts = new RateLimiterMemory({ points: limits.maxTunnelHandshakesPerSecond, duration: 1 });
  const wrongKeys = new RateLimiterMemory({ points: limits.maxWrongKeysPerMinute, duration: 60 });
  const underWay = new Map<string, number>();
  let total = 0;

  const take = (address: string): (() => void) => {
    total += 1;
    underWay.set(address, (underWay.get(address) ?? 0) + 1);
    let isUnderWay = true;
    return () => {
      if (!isUnderWay) return;
      isUnderWay = false;
      total -= 1;
      const left = (underWay.get(address) ?? 1) - 1;
      if (left > 0) underWay.set(address, left);
      else underWay.delete(address);
    };
  };
  return {
    enter: async (from) => {
      const address = addressBlock(from);
      if (total >= limits.maxTunnelHandshakes) return 'busy';
      if ((underWay.get(address) ?? 0) >= limits.maxTunnelHandshakesPerAddress) return 'busy';
      // Before anything is awaited, as others are asking at the same time.
      const leave = take(address);
      const wrong = await wrongKeys.get(address);
      const isBarred = wrong !== null && wrong.remainingPoints <= 0;
      if (isBarred || !(await mayStart(starts))) {
        leave();
        return isBarred ? 'barred' : 'busy';
      }
      return { leave, wrongKey: () => void wrongKeys.penalty(address) };
    },
  };
}

async function mayStart(starts: RateLimiterMemory): Promise<boolean> {
  try {
    await starts.consume('all');
    return true;
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return false;
    throw refused;
  }
}
