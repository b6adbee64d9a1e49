import type { GraphQLFormattedError } from 'graphql';
import { limits } from '../../schema/limits.ts';
import type { OperationEvent } from '../execute/operation.ts';
import { CatchUp } from './catch-up.ts';
import { EventRing, type RingEvent } from './event-ring.ts';
import { type Follower, Pace } from './pace.ts';
import type { SharedEvent, StreamEnd, StreamReader, StreamStep, Tape } from './stream-reader.ts';

export interface FeedTapeOptions {
  /** Opens the feed for one reader alone, behind the cursor, or from where the client asked to begin. */
  readonly openBehind: (
    cursor: string | undefined,
  ) => AsyncIterator<OperationEvent> | { readonly errors: readonly GraphQLFormattedError[] };
  /** Whether the client asked for events from here on only. */
  readonly startsNow: boolean;
  /** Called when `isFull` turns false. */
  readonly onRoom: () => void;
  /** How long the readers that keep up wait for the others. */
  readonly patienceMs: number;
}

/**
 * A lossless stream. The source is read as fast as its readers read; one that holds up the others for too long is left behind by the ring, and
 * served from the store by a subscription of its own behind the last event it had, until it meets the ring again: each event once and in order.
 */
export class FeedTape implements Tape<OperationEvent> {
  readonly ring = new EventRing({ maxEvents: limits.streamRingEvents, maxLength: limits.streamRingLength });
  readonly openBehind: FeedTapeOptions['openBehind'];
  readonly startsNow: boolean;
  readonly pace: Pace;
  /** Kept for readers of a stream that starts now: they have no cursor to go on from before they had this one. */
  #first: RingEvent | undefined;
  #end: StreamEnd | undefined;

  constructor(options: FeedTapeOptions) {
    this.openBehind = options.openBehind;
    this.startsNow = options.startsNow;
    this.pace = new Pace(options.patienceMs, options.onRoom);
  }

  get isFull(): boolean {
    const { isFull, start, end } = this.ring;
    // Half of it at once, so that readers are counted now and then and not at each event.
    return isFull && !this.pace.mayDrop(start, start + Math.max(1, (end - start) >> 1));
  }

  get first(): RingEvent | undefined {
    return this.#first;
  }

  get end(): StreamEnd | undefined {
    return this.#end;
  }

  append(event: OperationEvent): void {
    this.ring.append(JSON.stringify(event.result), event.cursor);
    if (this.startsNow) this.#first ??= this.ring.at(0);
  }

  finish(end: StreamEnd): void {
    this.#end = end;
  }

  newReader(wake: () => void): StreamReader {
    return new FeedReader(this, wake);
  }

  /**
   * Where in the ring a reader goes on that has had the cursor; undefined as long as it is not past the middle, since at the ring's very start
   * the next events would leave it behind again.
   */
  placeBehind(cursor: string): number | undefined {
    const { floor, start, end } = this.ring;
    if (floor !== undefined && cursor < floor) return undefined;
    const place = this.ring.firstBehind(cursor);
    return place >= (start + end) / 2 ? place : undefined;
  }
}

class FeedReader implements StreamReader, Follower {
  readonly #tape: FeedTape;
  readonly #wake: () => void;
  position: number;
  /** Of the last event delivered. */
  #cursor: string | undefined;
  #catchUp: CatchUp | undefined;

  constructor(tape: FeedTape, wake: () => void) {
    this.#tape = tape;
    this.#wake = wake;
    this.position = tape.startsNow ? tape.ring.end : 0;
    if (tape.startsNow) this.#cursor = tape.ring.newestCursor;
    tape.pace.follow(this);
  }

  read(): StreamStep | undefined {
    if (this.#catchUp) return this.#readOwn(this.#catchUp);
    const { ring } = this.#tape;
    if (this.position < ring.start) return this.#fallBack();
    const event = ring.at(this.position);
    if (!event) {
      this.#tape.pace.follow(this);
      return this.#tape.end;
    }
    this.position += 1;
    this.#cursor = event.cursor;
    this.#tape.pace.moved(this);
    return event;
  }

  close(): void {
    this.#tape.pace.unfollow(this);
    this.#catchUp?.close();
    this.#catchUp = undefined;
  }

  #fallBack(): StreamStep | undefined {
    const { first, openBehind } = this.#tape;
    if (first && this.#cursor === undefined) {
      this.#cursor = first.cursor;
      return first;
    }
    this.#tape.pace.unfollow(this);
    const source = openBehind(this.#cursor);
    if ('errors' in source) return { kind: 'end', errors: source.errors };
    this.#catchUp = new CatchUp(source, this.#wake);
    return undefined;
  }

  #readOwn(catchUp: CatchUp): StreamStep | undefined {
    const step = catchUp.take();
    if (step?.kind !== 'event') return step;
    this.#cursor = step.event.cursor ?? this.#cursor;
    const place = this.#cursor === undefined ? undefined : this.#tape.placeBehind(this.#cursor);
    if (place !== undefined) {
      this.close();
      this.position = place;
      this.#tape.pace.follow(this);
    }
    return ownEvent(step.event);
  }
}

function ownEvent(event: OperationEvent): SharedEvent {
  return { kind: 'event', json: JSON.stringify(event.result) };
}
