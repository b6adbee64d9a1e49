import { setMaxListeners } from 'node:events';

/** Tells those who follow something that it has gone to another node. */
export class Departures {
  readonly #controllers = new Map<string, AbortController>();

  /** Aborted when it departs. */
  signalOf(name: string): AbortSignal {
    const known = this.#controllers.get(name);
    if (known) return known.signal;
    const controller = new AbortController();
    // One listener for each who follows, however many.
    setMaxListeners(0, controller.signal);
    this.#controllers.set(name, controller);
    return controller.signal;
  }

  depart(name: string): void {
    this.#controllers.get(name)?.abort();
    this.#controllers.delete(name);
  }
}
