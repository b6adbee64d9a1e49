/** Wakes whoever waits for news of a key. Carries nothing: what the news is stands in a table. */
export class Bell {
  readonly #listeners = new Map<string, Set<() => void>>();

  /** Calls back at each `ring` of the key; returns the function that ends it. */
  listen(key: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(key) === listeners) this.#listeners.delete(key);
    };
  }

  ring(key: string): void {
    for (const listener of this.#listeners.get(key) ?? []) listener();
  }
}
