import type { GraphQLFormattedError } from 'graphql';
import type { Link } from '../../../wire/link.ts';
import { codeOf } from '../../../wire/code-of.ts';
import type { StreamEvent } from '../../execute/subgraph.ts';
import { Backoff } from './backoff.ts';
import { Interruptible } from './interruptible.ts';
import type { NodeStep, NodeStream } from './node-stream.ts';
import { type Owned, type OwnerWatch, ownerUnknown, watchOwner } from './owner-watch.ts';

export interface FeedStreamOptions extends Owned {
  /** Opens the feed on a node, behind the cursor; without one from where the client asked to begin. */
  readonly open: (link: Link, cursor: string | undefined) => NodeStream;
  /** Where to begin instead of where the client asked to. */
  readonly resumeAfter: string | undefined;
  readonly random: () => number;
}

/**
 * A feed that outlives links, restarts and moves: whatever ends it on a node, it is opened again behind the last cursor on whoever owns it now,
 * as soon as that one's link is up. Each event once and in order, as a feed's cursors rise. It ends when it is returned or definitely refused.
 * (A feed that begins "now" begins there again as long as it has had no event: there is no cursor before the first.)
 */
export class FeedStream implements AsyncIterableIterator<StreamEvent> {
  readonly #options: FeedStreamOptions;
  readonly #owner: OwnerWatch;
  readonly #wait = new Interruptible();
  readonly #backoff: Backoff;
  #phase: 'open' | 'ended' = 'open';
  #cursor: string | undefined;
  /** Whether the owner has to be looked up before anything else is read. */
  #isStale = true;
  #opened: { readonly link: Link; readonly stream: NodeStream } | undefined;
  /** Kept over an interrupt: what comes is not lost. */
  #pending: Promise<NodeStep> | undefined;

  constructor(options: FeedStreamOptions) {
    this.#options = options;
    this.#cursor = options.resumeAfter;
    this.#backoff = new Backoff(options.random);
    this.#owner = watchOwner({
      ...options,
      onChange: () => {
        this.#isStale = true;
        this.#wait.interrupt();
      },
    });
  }

  async next(): Promise<IteratorResult<StreamEvent, undefined>> {
    while (this.#phase === 'open') {
      const event =
        this.#isStale || !this.#opened ? await this.#reach() : await this.#take(this.#opened.stream);
      if (event) return { done: false, value: event };
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<StreamEvent, undefined>> {
    this.#end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Gets onto the owner's link, or waits for a change that may make that possible. */
  async #reach(): Promise<StreamEvent | undefined> {
    this.#isStale = false;
    const owner = await this.#owner.find().catch(() => undefined);
    // Changed again meanwhile, or not wanted any more.
    if (this.#isStale || this.#phase !== 'open') return undefined;
    if (owner?.kind === 'unknown') return this.#fail([ownerUnknown(this.#options)]);
    if (owner?.kind === 'up') {
      if (this.#opened?.link === owner.link) return undefined;
      this.#drop();
      this.#opened = { link: owner.link, stream: this.#options.open(owner.link, this.#cursor) };
    } else if (owner) {
      this.#drop();
      await this.#wait.interrupted();
    } else {
      await this.#pause();
    }
    return undefined;
  }

  async #take(stream: NodeStream): Promise<StreamEvent | undefined> {
    const pending = (this.#pending ??= stream.next());
    const step = await this.#wait.first(pending);
    if (!step) return undefined;
    this.#pending = undefined;
    switch (step.kind) {
      case 'event':
        return this.#accept(step.result, step.mark);
      case 'refused':
        return this.#fail(step.errors);
      case 'lost':
        this.#drop();
        // The link keeps so much for a reader that lags and no more: what it kept has been read, so there is no reason to wait.
        if (!isTooSlow(step.errors)) await this.#pause();
        return undefined;
    }
  }

  #accept(result: StreamEvent['result'], cursor: string | undefined): StreamEvent | undefined {
    if (cursor === undefined) return { result };
    // A node that was opened behind the cursor has nothing to say before it.
    if (this.#cursor !== undefined && cursor <= this.#cursor) return undefined;
    this.#cursor = cursor;
    this.#backoff.reset();
    return { result, cursor };
  }

  async #pause(): Promise<void> {
    this.#isStale = true;
    await this.#wait.sleep(this.#backoff.nextMs());
  }

  #fail(errors: readonly GraphQLFormattedError[]): StreamEvent {
    this.#end();
    return { result: { data: null, errors } };
  }

  #end(): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    this.#owner.close();
    this.#drop();
    this.#wait.interrupt();
  }

  #drop(): void {
    this.#opened?.stream.close();
    this.#opened = undefined;
    this.#pending = undefined;
  }
}

function isTooSlow(errors: readonly GraphQLFormattedError[]): boolean {
  return errors.some((error) => codeOf(error) === 'SUBSCRIBER_TOO_SLOW');
}
