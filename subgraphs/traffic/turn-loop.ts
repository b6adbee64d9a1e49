export interface TurnLoopOptions {
  /** One turn; rejects only for what should not happen. */
  readonly turn: (now: number) => Promise<void>;
  /** When something may be worth another turn without any news; those in the past of the last turn do not count. */
  readonly times: () => Iterable<number>;
  readonly onFailedTurn: (error: unknown) => void;
  readonly isOpen: () => boolean;
  readonly now: () => number;
}

/** Takes turns, one at a time: when there is news, and when a time has come. */
export class TurnLoop {
  readonly #options: TurnLoopOptions;
  #isTurning = false;
  #hasNews = false;
  /** As of when it was last looked what is due. */
  #turnedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TurnLoopOptions) {
    this.#options = options;
  }

  /** Something may be done now that could not be before. */
  wake(): void {
    this.#hasNews = true;
    if (this.#isTurning || !this.#options.isOpen()) return;
    this.#isTurning = true;
    void this.#turnWhileNews();
  }

  /** Wakes when the next time has come. */
  setTimer(): void {
    const { times, isOpen, now } = this.#options;
    clearTimeout(this.#timer);
    if (!isOpen()) return;
    let next = Infinity;
    // What had passed then has been looked at; what has passed since has not.
    for (const time of times()) if (time > this.#turnedAt && time < next) next = time;
    if (next === Infinity) return;
    this.#timer = setTimeout(() => this.wake(), Math.max(0, next - now()));
    this.#timer.unref();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** Never rejects. */
  async #turnWhileNews(): Promise<void> {
    const { turn, onFailedTurn, isOpen, now } = this.#options;
    while (this.#hasNews && isOpen()) {
      this.#hasNews = false;
      this.#turnedAt = now();
      try {
        await turn(this.#turnedAt);
      } catch (error) {
        onFailedTurn(error);
      }
    }
    // In the same step as the last look at the news, lest some that comes in between be overlooked.
    this.#isTurning = false;
    this.setTimer();
  }
}
