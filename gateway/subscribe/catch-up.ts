import type { OperationEvent } from '../execute/operation.ts';
import { formatFault } from './format-fault.ts';
import type { StreamEnd } from './stream-reader.ts';

export type CatchUpStep = { readonly kind: 'event'; readonly event: OperationEvent } | StreamEnd;

/** A subscription of one reader's own, read one event ahead at most. Whoever made it closes it. */
export class CatchUp {
  readonly #source: AsyncIterator<OperationEvent>;
  readonly #wake: () => void;
  #phase: 'waiting' | 'ready' | 'closed' = 'waiting';
  #step: CatchUpStep | undefined;

  constructor(source: AsyncIterator<OperationEvent>, wake: () => void) {
    this.#source = source;
    this.#wake = wake;
    void this.#pull();
  }

  /** What has come, once; asks for the next event. */
  take(): CatchUpStep | undefined {
    const step = this.#step;
    if (!step) return undefined;
    this.#step = undefined;
    if (step.kind === 'event' && this.#phase === 'ready') {
      this.#phase = 'waiting';
      void this.#pull();
    }
    return step;
  }

  close(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#step = undefined;
    // Nobody waits for a stream that is not wanted any more.
    Promise.resolve(this.#source.return?.()).catch(() => undefined);
  }

  async #pull(): Promise<void> {
    const step = await this.#next();
    if (this.#isClosed()) return;
    this.#phase = 'ready';
    this.#step = step;
    this.#wake();
  }

  async #next(): Promise<CatchUpStep> {
    try {
      const step = await this.#source.next();
      return step.done ? { kind: 'end' } : { kind: 'event', event: step.value };
    } catch (error) {
      return { kind: 'end', errors: [formatFault(error)] };
    }
  }

  // A method, as the compiler does not expect a field to change during an await.
  #isClosed(): boolean {
    return this.#phase === 'closed';
  }
}
