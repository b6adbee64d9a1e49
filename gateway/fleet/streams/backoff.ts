import { limits } from '../../../schema/limits.ts';

/** How long to wait before the next try: anything below a cap that doubles with each failure in a row, so that many do not come at once. */
export class Backoff {
  readonly #random: () => number;
  #failures = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  nextMs(): number {
    const cap = Math.min(limits.linkRetryCapMs, limits.linkRetryFirstMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, maxDoublings);
    return this.#random() * cap;
  }

  /** It worked. */
  reset(): void {
    this.#failures = 0;
  }
}

/** Keeps the power finite; the cap is reached long before. */
const maxDoublings = 20;
