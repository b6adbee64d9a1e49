import { asError } from './as-error.ts';

export interface CallScopeOptions {
  readonly timeoutMs?: number | undefined;
  /** Why the call ends when the time is up. */
  readonly onTimeout: () => Error;
  /** Of whoever asked; its reason becomes this call's. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * How long one call may go on: until its deadline, until its caller gives up, or until `end`, whichever comes first. `signal` goes to the
 * work; `race` lets whoever waits go as soon as the call ends, even when the work does not listen. Call `dispose` when the work is done.
 */
export class CallScope {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #outer: AbortSignal | undefined;
  readonly #onOuterAbort = (): void => this.end(this.#outer?.reason);

  constructor(options: CallScopeOptions) {
    const { timeoutMs, onTimeout, signal } = options;
    this.#outer = signal;
    if (signal?.aborted) {
      this.#onOuterAbort();
      return;
    }
    signal?.addEventListener('abort', this.#onOuterAbort, { once: true });
    if (timeoutMs !== undefined && timeoutMs < longestTimerMs) {
      this.#timer = setTimeout(() => this.end(onTimeout()), Math.max(0, timeoutMs));
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Throws the reason for which the call has ended, if it has. */
  assertOpen(): void {
    if (this.signal.aborted) throw asError(this.signal.reason);
  }

  /** Aborts the work and rejects what races. Idempotent: the first reason stays. */
  end(reason: unknown): void {
    this.dispose();
    this.#controller.abort(reason);
  }

  /** Rejects with the reason for which the call ends, if that comes before `work` settles. */
  race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    return new Promise<T>((resolve, reject) => {
      const give = (): void => reject(asError(signal.reason));
      if (signal.aborted) give();
      else signal.addEventListener('abort', give, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', give));
    });
  }

  /** Stops the clock and lets go of the caller's signal. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#onOuterAbort);
  }
}

// setTimeout fires at once for anything longer.
const longestTimerMs = 2 ** 31;
