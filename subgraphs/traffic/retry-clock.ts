import { limits } from '../../schema/limits.ts';

/** When something that failed may be tried again: after a random part of a time that doubles from failure to failure. */
export class RetryClock {
  #failures = 0;
  #at = 0;
  /** When that was said. */
  #setAt = 0;

  /** Milliseconds since 1970; 0 for at once. */
  get at(): number {
    return this.#at;
  }

  /** Also when the clock has been set back since: nobody waits for it to come up again. */
  isDue(now: number): boolean {
    return now >= this.#at || now < this.#setAt;
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
    this.#setAt = now;
  }

  /** Not before then, for another reason than a failure. */
  waitUntil(time: number, now: number): void {
    this.#at = time;
    this.#setAt = now;
  }

  /** There is reason to believe that it works now. */
  reset(): void {
    this.#failures = 0;
    this.#at = 0;
  }
}
