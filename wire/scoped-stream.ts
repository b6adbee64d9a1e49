import type { ExecutionResult } from 'graphql';
import type { CallScope } from './call-scope.ts';

/** What an executable shape gives: a stream, or one result. */
export type Outcome = AsyncIterableIterator<ExecutionResult> | ExecutionResult;

/**
 * The events of one call (a single result counts as one event) until its scope ends, whose reason `next` then throws. Pulls the source only as fast
 * as it is pulled itself, and never waits for a source that it has told to stop.
 */
export class ScopedStream implements AsyncIterableIterator<ExecutionResult> {
  readonly #source: Promise<AsyncIterator<ExecutionResult>>;
  readonly #scope: CallScope;
  readonly #onEnd: () => void;
  #phase: 'open' | 'ended' = 'open';

  /** Starts the call at once, unless its scope has ended already. `onEnd` is called once, when there will be no further event. */
  constructor(scope: CallScope, start: () => Promise<Outcome>, onEnd: () => void) {
    this.#scope = scope;
    this.#onEnd = onEnd;
    this.#source = open(scope, start);
    // The first next() reports it; there may be none.
    this.#source.catch(() => undefined);
    const stop = (): void => {
      this.#source.then((source) => source.return?.()).catch(() => undefined);
    };
    scope.signal.addEventListener('abort', stop, { once: true });
  }

  async next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    if (this.#phase === 'ended') return { done: true, value: undefined };
    try {
      const step = await this.#scope.race(this.#source.then((source) => source.next()));
      if (!step.done) return { done: false, value: step.value };
      this.#end();
    } catch (error) {
      if (this.#end()) throw error;
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<ExecutionResult, undefined>> {
    if (this.#end()) this.#scope.end(new Error('The reader stopped'));
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Whether this call has ended it. */
  #end(): boolean {
    if (this.#phase === 'ended') return false;
    this.#phase = 'ended';
    this.#scope.dispose();
    this.#onEnd();
    return true;
  }
}

async function open(
  scope: CallScope,
  start: () => Promise<Outcome>,
): Promise<AsyncIterator<ExecutionResult>> {
  scope.assertOpen();
  const outcome = await start();
  return Symbol.asyncIterator in outcome ? outcome : once(outcome);
}

async function* once<T>(value: T): AsyncGenerator<T, undefined> {
  yield value;
  return undefined;
}
