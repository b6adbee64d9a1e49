import type { GraphQLFormattedError } from 'graphql';
import type { OperationEvent, SubscriptionOperation } from '../execute/operation.ts';
import type { RequestContext } from '../execute/request-context.ts';
import { FeedTape } from './feed-tape.ts';
import { formatFault } from './format-fault.ts';
import { LatestTape } from './latest-tape.ts';
import { PlainTape } from './plain-tape.ts';
import type { StreamEnd, StreamReader, Tape } from './stream-reader.ts';

export interface SharedStreamOptions {
  readonly operation: SubscriptionOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Made anew for each subscription upstream. */
  readonly createContext: () => RequestContext;
  readonly patienceMs: number;
  /** Called once, when the last reader has left or the source has ended: nobody may join any more. */
  readonly onClose: () => void;
}

/** One subscription upstream and everybody who reads it. It is open from its making until the last reader leaves or the source ends. */
export class SharedStream {
  readonly #options: SharedStreamOptions;
  readonly #source: AsyncIterator<OperationEvent>;
  readonly #tape: Tape<OperationEvent>;
  readonly #wakes = new Set<() => void>();
  #phase: 'open' | 'closed' = 'open';
  #onRoom: (() => void) | undefined;

  private constructor(options: SharedStreamOptions, source: AsyncIterator<OperationEvent>) {
    this.#options = options;
    this.#source = source;
    this.#tape = this.#createTape();
    void this.#pump();
  }

  /** Opens the subscription upstream, or says why there can be none. */
  static open(
    options: SharedStreamOptions,
  ): SharedStream | { readonly errors: readonly GraphQLFormattedError[] } {
    const source = options.operation.subscribe(options.variables, options.createContext());
    return 'errors' in source ? source : new SharedStream(options, source);
  }

  join(wake: () => void): StreamReader {
    // A function of its own, so that the same `wake` may be given twice.
    const ownWake = (): void => wake();
    const reader = this.#tape.newReader(ownWake);
    this.#wakes.add(ownWake);
    let isEnded = false;
    return {
      read: () => {
        if (isEnded) return undefined;
        const step = reader.read();
        isEnded = step?.kind === 'end';
        return step;
      },
      close: () => {
        isEnded = true;
        reader.close();
        if (this.#wakes.delete(ownWake) && this.#wakes.size === 0) this.#leave();
      },
    };
  }

  /** Ends the stream for all its readers, after what they still have to read. */
  end(end: StreamEnd): void {
    if (this.#phase === 'closed') return;
    this.#leave();
    this.#finish(end);
  }

  #createTape(): Tape<OperationEvent> {
    const { operation, variables, createContext, patienceMs } = this.#options;
    switch (operation.stream) {
      case 'latest':
        return new LatestTape();
      case 'plain':
        return new PlainTape();
      case 'feed':
        return new FeedTape({
          startsNow: operation.startsNow?.(variables) ?? false,
          patienceMs,
          onRoom: () => this.#onRoom?.(),
          openBehind: (cursor) => operation.subscribe(variables, createContext(), cursor),
        });
    }
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        if (this.#tape.isFull) await this.#room();
        if (this.#isClosed()) return;
        const step = await this.#source.next();
        if (this.#isClosed()) return;
        if (step.done) break;
        this.#tape.append(step.value);
        this.#wakeAll();
      }
      this.#close();
      this.#finish({ kind: 'end' });
    } catch (error) {
      if (this.#isClosed()) return;
      this.#leave();
      this.#finish({ kind: 'end', errors: [formatFault(error)] });
    }
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }

  #wakeAll(): void {
    for (const wake of this.#wakes) wake();
  }

  #finish(end: StreamEnd): void {
    this.#tape.finish(end);
    this.#wakeAll();
  }

  /** Closes the stream upstream as well. */
  #leave(): void {
    if (this.#phase === 'closed') return;
    this.#close();
    // Nobody waits for a stream that is not wanted any more.
    Promise.resolve(this.#source.return?.()).catch(() => undefined);
  }

  #close(): void {
    this.#phase = 'closed';
    this.#onRoom?.();
    this.#options.onClose();
  }

  // A method, as the compiler does not expect a field to change during an await.
  #isClosed(): boolean {
    return this.#phase === 'closed';
  }
}
