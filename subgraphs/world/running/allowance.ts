import { LRUCache } from 'lru-cache';

interface Account {
  left: number;
  at: number;
}

export interface AllowanceOptions {
  readonly perSecond: number;
  readonly burst: number;
}

/** Agents of which it is known how much they have taken lately; one that falls out begins anew, with all of its burst. */
const maxAgents = 10_000;

/** What each agent may have: so many at once, and then so many a second. */
export class Allowance {
  readonly #options: AllowanceOptions;
  readonly #accounts = new LRUCache<string, Account>({ max: maxAgents });

  constructor(options: AllowanceOptions) {
    this.#options = options;
  }

  /** How many it might take at `now`, in ms. */
  left(agent: string, now: number): number {
    return this.#accountOf(agent, now).left;
  }

  /** Takes as many of these as it may have; their number. */
  take(agent: string, count: number, now: number): number {
    const account = this.#accountOf(agent, now);
    const taken = Math.min(count, Math.floor(account.left));
    account.left -= taken;
    return taken;
  }

  #accountOf(agent: string, now: number): Account {
    const { perSecond, burst } = this.#options;
    const account = this.#accounts.get(agent) ?? { left: burst, at: now };
    // A clock that was set back takes nothing away.
    const earned = (Math.max(0, now - account.at) / 1_000) * perSecond;
    account.left = Math.min(burst, account.left + earned);
    account.at = now;
    this.#accounts.set(agent, account);
    return account;
  }
}
