import type { AgentPlace } from './delivery.ts';
import type { DeliveryQueue } from './delivery-queue.ts';
import type { Post } from './post.ts';
import { RetryClock } from './retry-clock.ts';

export interface HomeFinderOptions {
  readonly post: Pick<Post, 'locate'>;
  readonly now: () => number;
  readonly random: () => number;
}

/** Finds where recipients live; after nobody could say, not at once again. */
export class HomeFinder {
  readonly retry = new RetryClock();
  readonly #options: HomeFinderOptions;

  constructor(options: HomeFinderOptions) {
    this.#options = options;
  }

  /** undefined when nobody can say. Whom nobody has heard of is looked up twice, as what is known may be old. Never rejects. */
  async find(queues: readonly DeliveryQueue[]): Promise<ReadonlyMap<string, AgentPlace> | undefined> {
    const { now, random } = this.#options;
    if (!this.retry.isDue(now())) return undefined;
    try {
      const known = await this.#locate(
        queues.filter(({ isStale }) => !isStale),
        false,
      );
      const fresh = await this.#locate(
        queues.filter(({ inbox }) => !known.has(inbox)),
        true,
      );
      for (const queue of queues) queue.isStale = false;
      this.retry.reset();
      return new Map([...known, ...fresh]);
    } catch {
      this.retry.failed(now(), random);
      return undefined;
    }
  }

  async #locate(queues: readonly DeliveryQueue[], fresh: boolean): Promise<ReadonlyMap<string, AgentPlace>> {
    if (queues.length === 0) return new Map();
    return this.#options.post.locate(
      queues.map(({ inbox }) => inbox),
      { fresh },
    );
  }
}
