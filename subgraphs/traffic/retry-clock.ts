import { limits } from '../../schema/limits.ts';

/** When something that failed may be tried again: after a random part of a time that doubles from failure to failure. */
export class RetryClock {
  #failures = 0;
  #at = 0;

  /** Milliseconds since 1970; 0 for at once. */
  get at(): number {
    return this.#at;
  }

  /** Whether it is waiting after a failure. */
  get hasFailed(): boolean {
    return this.#failures > 0;
  }

  failed(now: number, random: () => number): void {
    const cap = Math.min(limits.deliveryRetryCapMs, limits.deliveryRetryFirstMs * 2 ** this.#failures);
    // Keeps the power finite; the cap is reached long before.
    this.#failures = Math.min(this.#failures + 1, 20);
    this.#at = now + Math.ceil(random() * cap);
  }

  /** Not before then, for another reason than a failure. */
  waitUntil(time: number): void {
    this.#at = time;
  }

  /** There is reason to believe that it works now. */
  reset(): void {
    this.#failures = 0;
    this.#at = 0;
  }
}
