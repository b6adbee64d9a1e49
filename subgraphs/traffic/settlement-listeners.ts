import type { Settlement } from './settle-rows.ts';

type Listener = (settlement: Settlement) => void;

/** Who waits to hear what becomes of a row of the outbox. */
export class SettlementListeners {
  readonly #byPosition = new Map<number, Set<Listener>>();

  /** Calls back once, unless the returned function is called before. */
  listen(position: number, listener: Listener): () => void {
    const listeners = this.#byPosition.get(position) ?? new Set();
    this.#byPosition.set(position, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#byPosition.get(position) === listeners) {
        this.#byPosition.delete(position);
      }
    };
  }

  tell(position: number, settlement: Settlement): void {
    const listeners = this.#byPosition.get(position) ?? [];
    this.#byPosition.delete(position);
    for (const listener of listeners) listener(settlement);
  }
}
