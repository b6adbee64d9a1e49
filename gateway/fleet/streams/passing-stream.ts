import type { GraphQLFormattedError } from 'graphql';
import type { StreamEvent } from '../../execute/subgraph.ts';
import { Interruptible } from './interruptible.ts';
import type { NodeStream } from './node-stream.ts';

export type OpenedStream = NodeStream | { readonly errors: readonly GraphQLFormattedError[] };

/** One node's stream as it is: a fault is its last event. */
export class PassingStream implements AsyncIterableIterator<StreamEvent> {
  readonly #opened: Promise<OpenedStream>;
  readonly #wait = new Interruptible();
  #phase: 'open' | 'ended' = 'open';

  /** @param open never rejects; the stream that it gives is closed here */
  constructor(open: () => Promise<OpenedStream>) {
    this.#opened = open();
  }

  async next(): Promise<IteratorResult<StreamEvent, undefined>> {
    if (this.#phase === 'open') {
      const event = await this.#wait.first(this.#take());
      if (event) return { done: false, value: event };
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<StreamEvent, undefined>> {
    this.#end();
    this.#wait.interrupt();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #take(): Promise<StreamEvent | undefined> {
    const opened = await this.#opened;
    const step =
      'errors' in opened ? ({ kind: 'refused', errors: opened.errors } as const) : await opened.next();
    if (step.kind === 'event') return { result: step.result };
    this.#end();
    // A stream that its node has ended, without a fault, ends.
    return step.errors.length > 0 ? { result: { data: null, errors: step.errors } } : undefined;
  }

  #end(): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    void this.#opened.then((opened) => {
      if (!('errors' in opened)) opened.close();
    });
  }
}
