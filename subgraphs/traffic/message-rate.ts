const windowSeconds = 5;

/** How many messages per second have been stored lately. */
export class MessageRate {
  readonly #clock: () => number;
  /** Messages of each of the last seconds, by the second modulo their number. */
  readonly #counts: { second: number; count: number }[];

  constructor(clock: () => number) {
    this.#clock = clock;
    this.#counts = Array.from({ length: windowSeconds + 1 }, () => ({ second: 0, count: 0 }));
  }

  add(messages: number): void {
    const second = this.#second();
    const bucket = this.#counts[second % this.#counts.length];
    if (bucket?.second === second) bucket.count += messages;
    else this.#counts[second % this.#counts.length] = { second, count: messages };
  }

  /** The average over the last whole seconds; the one under way does not count yet. */
  perSecond(): number {
    const now = this.#second();
    const counted = this.#counts.filter(({ second }) => second < now && second >= now - windowSeconds);
    return counted.reduce((sum, { count }) => sum + count, 0) / windowSeconds;
  }

  #second(): number {
    return Math.floor(this.#clock() / 1_000);
  }
}
