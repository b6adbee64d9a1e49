import { LRUCache } from 'lru-cache';
import { limits } from '../../schema/limits.ts';
import { pairKey } from './pair-key.ts';

interface Pair {
  readonly source: string;
  readonly inbox: string;
}

export interface PairRateOptions {
  readonly perSecond: number;
  readonly burst: number;
  readonly now: () => number;
}

/** Pairs of which it is known how much they have sent lately; one that falls out begins anew, with all of its burst. */
const maxPairs = 10_000;

/** How fast one agent may write to another: so many at once, and then so many a second (the generic cell rate algorithm). */
export class PairRate {
  readonly #options: PairRateOptions;
  readonly #spacingMs: number;
  /** By pair, when all that it has sent will have been earned. */
  readonly #earnedAt = new LRUCache<string, number>({ max: maxPairs });

  constructor({
    perSecond = limits.pairMessagesPerSecond,
    burst = limits.pairBurst,
    now,
  }: Partial<PairRateOptions> & Pick<PairRateOptions, 'now'>) {
    this.#options = { perSecond, burst, now };
    this.#spacingMs = 1_000 / perSecond;
  }

  /** How long the next one has to wait; 0 for not at all. */
  delayMs(pair: Pair): number {
    const { now, burst } = this.#options;
    const earnedAt = this.#earnedAt.get(pairKey(pair)) ?? 0;
    return Math.max(0, Math.ceil(earnedAt - now() - (burst - 1) * this.#spacingMs));
  }

  /** One is sent. */
  take(pair: Pair): void {
    const key = pairKey(pair);
    const earnedAt = Math.max(this.#earnedAt.get(key) ?? 0, this.#options.now());
    this.#earnedAt.set(key, earnedAt + this.#spacingMs);
  }
}
