/** What happened, in order, and a way to wait for what has not happened yet. */
export class EventLog<T> {
  readonly entries: T[] = [];
  readonly #waiting = new Set<() => void>();

  push(entry: T): void {
    this.entries.push(entry);
    for (const look of this.#waiting) look();
  }

  /** Resolves with the first entry that fits, also one from before. */
  until(fits: (entry: T) => boolean): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.entries.find(fits);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Resolves when this very entry is there. */
  async has(entry: T): Promise<void> {
    await this.until((other) => other === entry);
  }
}
