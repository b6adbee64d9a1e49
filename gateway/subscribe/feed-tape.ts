import type { GraphQLFormattedError } from 'graphql';
import { limits } from '../../schema/limits.ts';
import type { OperationEvent } from '../execute/operation.ts';
import { CatchUp } from './catch-up.ts';
import { EventRing, type RingEvent } from './event-ring.ts';
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
}

/**
 * A lossless stream. Its fastest reader sets the pace at which the source is read; one that the ring has left behind is served from the
 * store, by a subscription of its own behind the last event it had, until it meets the ring again: each event once and in order.
 */
export class FeedTape implements Tape<OperationEvent> {
  readonly ring = new EventRing({ maxEvents: limits.streamRingEvents, maxLength: limits.streamRingLength });
  readonly openBehind: FeedTapeOptions['openBehind'];
  readonly startsNow: boolean;
  readonly #onRoom: () => void;
  /** Kept for readers of a stream that starts now: they have no cursor to go on from before they had this one. */
  #first: RingEvent | undefined;
  #end: StreamEnd | undefined;
  /** The number of the first event that no reader of the ring has had. */
  #furthest = 0;

  constructor(options: FeedTapeOptions) {
    this.openBehind = options.openBehind;
    this.startsNow = options.startsNow;
    this.#onRoom = options.onRoom;
  }

  get isFull(): boolean {
    return this.ring.isFull && this.#furthest <= this.ring.start;
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

  advance(furthest: number): void {
    if (furthest <= this.#furthest) return;
    const wasFull = this.isFull;
    this.#furthest = furthest;
    if (wasFull && !this.isFull) this.#onRoom();
  }
}

class FeedReader implements StreamReader {
  readonly #tape: FeedTape;
  readonly #wake: () => void;
  #position: number;
  /** Of the last event delivered. */
  #cursor: string | undefined;
  #catchUp: CatchUp | undefined;

  constructor(tape: FeedTape, wake: () => void) {
    this.#tape = tape;
    this.#wake = wake;
    this.#position = tape.startsNow ? tape.ring.end : 0;
    if (tape.startsNow) this.#cursor = tape.ring.newestCursor;
  }

  read(): StreamStep | undefined {
    if (this.#catchUp) return this.#readOwn(this.#catchUp);
    const { ring } = this.#tape;
    if (this.#position < ring.start) return this.#fallBack();
    const event = ring.at(this.#position);
    if (!event) return this.#tape.end;
    this.#position += 1;
    this.#cursor = event.cursor;
    this.#tape.advance(this.#position);
    return event;
  }

  close(): void {
    this.#catchUp?.close();
    this.#catchUp = undefined;
  }

  #fallBack(): StreamStep | undefined {
    const { first, openBehind } = this.#tape;
    if (first && this.#cursor === undefined) {
      this.#cursor = first.cursor;
      return first;
    }
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
      this.#position = place;
    }
    return ownEvent(step.event);
  }
}

function ownEvent(event: OperationEvent): SharedEvent {
  return { kind: 'event', json: JSON.stringify(event.result) };
}
