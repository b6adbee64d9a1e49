import { LRUCache } from 'lru-cache';
import { limits } from '../../schema/limits.ts';

interface Penalty {
  readonly ms: number;
  readonly untilMs: number;
}

/** More than may have to be killed within the longest penalty. */
const maxKnown = 10_000;

/**
 * How long agents whose process had to be killed have to wait: killing costs the owner's other agents their instances, and everybody time. The wait
 * doubles with each in a row, and is over when a batch has gone well.
 */
export class Penalties {
  readonly #penalties = new LRUCache<string, Penalty>({ max: maxKnown });
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(agent: string): void {
    const last = this.#penalties.get(agent)?.ms ?? limits.agentPenaltyFirstMs / 2;
    const ms = Math.min(last * 2, limits.agentPenaltyCapMs);
    this.#penalties.set(agent, { ms, untilMs: this.#now() + ms });
  }

  forgive(agent: string): void {
    this.#penalties.delete(agent);
  }

  waitMs(agent: string): number {
    return Math.max(0, (this.#penalties.get(agent)?.untilMs ?? 0) - this.#now());
  }
}
