import type { SubgraphResult } from './subgraph.ts';
import type { RequestContext } from './request-context.ts';
import { codedError } from '../../wire/coded-error.ts';

/**
 * Sees to it that a request is answered by its deadline, and at once when it is given up, whatever the subgraphs do. Whoever made one stops it.
 */
export class Countdown {
  readonly #context: RequestContext;
  readonly #waiting = new Set<(result: SubgraphResult) => void>();
  #timer: NodeJS.Timeout | undefined;
  #isListening = false;

  constructor(context: RequestContext) {
    this.#context = context;
  }

  isOver(): boolean {
    return this.#context.signal?.aborted === true || performance.now() >= this.#context.deadline;
  }

  /** What the subgraph answers; DEADLINE_EXCEEDED when that comes too late; SUBGRAPH_FAILED when it rejects. */
  wait(call: () => Promise<SubgraphResult>): Promise<SubgraphResult> {
    if (this.isOver()) return Promise.resolve(tooLate());
    this.#start();
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      try {
        call().then(
          (result) => this.#settle(resolve, result),
          () => this.#settle(resolve, failed()),
        );
      } catch {
        this.#settle(resolve, failed());
      }
    });
  }

  #settle(resolve: (result: SubgraphResult) => void, result: SubgraphResult): void {
    this.#waiting.delete(resolve);
    resolve(result);
  }

  /** Idempotent; nothing may be waited for any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isListening) this.#context.signal?.removeEventListener('abort', this.#giveUp);
    this.#isListening = false;
  }

  #start(): void {
    const { deadline, signal } = this.#context;
    const timeLeft = deadline - performance.now();
    if (!this.#timer && timeLeft < longestTimerMs) {
      this.#timer = setTimeout(this.#giveUp, Math.ceil(timeLeft));
    }
    if (signal && !this.#isListening) {
      this.#isListening = true;
      signal.addEventListener('abort', this.#giveUp);
    }
  }

  readonly #giveUp = (): void => {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve(tooLate());
  };
}

// setTimeout fires at once for anything longer.
const longestTimerMs = 2 ** 31;

function tooLate(): SubgraphResult {
  return { errors: [codedError('DEADLINE_EXCEEDED', 'The request took longer than it was given').toJSON()] };
}

function failed(): SubgraphResult {
  return { errors: [codedError('SUBGRAPH_FAILED', 'The subgraph could not be asked').toJSON()] };
}
