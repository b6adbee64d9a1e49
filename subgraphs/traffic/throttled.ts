import { LRUCache } from 'lru-cache';
import { limits } from '../../schema/limits.ts';
import type { TrafficDatabase } from './database.ts';
import type { SlowPair } from './mappers.ts';
import { pairKey } from './pair-key.ts';

interface Pair {
  readonly source: string;
  readonly inbox: string;
}

export interface ThrottledOptions {
  readonly db: TrafficDatabase;
  /** Adds a line to what an agent that lives here has printed. */
  readonly notify: (agent: string, text: string) => void;
  readonly now: () => number;
}

/** Pairs to keep in mind that have been told of. */
const maxPairs = 10_000;
/** A pair that is refused again and again is written down so often, and no more. */
const noteEveryMs = 10_000;

/** Who is being slowed down, so that both owners can see it: in the graph where either agent lives, and in the agents' logs. */
export class Throttled {
  readonly #options: ThrottledOptions;
  readonly #told: LRUCache<string, true>;
  readonly #noted: LRUCache<string, true>;

  constructor(options: ThrottledOptions) {
    this.#options = options;
    this.#told = new LRUCache({ max: maxPairs, ttl: limits.showThrottledMs });
    this.#noted = new LRUCache({ max: maxPairs, ttl: noteEveryMs });
  }

  /** Writes it into the log of the one of the two that lives here, once in a while. */
  tell(agent: string, { source, inbox }: Pair): void {
    const key = `${agent} ${pairKey({ source, inbox })}`;
    if (this.#told.has(key)) return;
    this.#told.set(key, true);
    this.#options.notify(
      agent,
      `${source} writes to ${inbox} too fast or in a circle, and is being slowed down`,
    );
  }

  /**
   * The sender, which lives here, has been slowed down or stopped.
   * @param db a transaction, where the caller is in one
   */
  async note(pair: Pair, db: TrafficDatabase = this.#options.db): Promise<void> {
    this.tell(pair.source, pair);
    const key = pairKey(pair);
    if (this.#noted.has(key)) return;
    this.#noted.set(key, true);
    await db
      .updateTable('pairs_out')
      .set({ throttled_at: this.#options.now() })
      .where('source', '=', pair.source)
      .where('inbox', '=', pair.inbox)
      .execute();
  }

  /** Those of which one is this agent, lately. */
  async pairsOf(agent: string): Promise<readonly SlowPair[]> {
    const { db, now } = this.#options;
    const since = now() - limits.showThrottledMs;
    const out = await db
      .selectFrom('pairs_out')
      .select(['source', 'inbox', 'throttled_at'])
      .where('source', '=', agent)
      .where('throttled_at', '>', since)
      .limit(limits.maxPageSize)
      .execute();
    const incoming = await db
      .selectFrom('pairs_in')
      .select(['source', 'inbox', 'throttled_at'])
      .where('inbox', '=', agent)
      .where('throttled_at', '>', since)
      .limit(limits.maxPageSize)
      .execute();
    return [...out, ...incoming].map(({ source, inbox, throttled_at: throttledAt }) => ({
      source,
      inbox,
      throttledAt: throttledAt ?? since,
    }));
  }
}
