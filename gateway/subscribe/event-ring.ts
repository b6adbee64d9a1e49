import type { SharedEvent } from './stream-reader.ts';

export interface RingEvent extends SharedEvent {
  /** The event's own, or that of the latest event before it that had one. */
  readonly cursor: string | undefined;
}

export interface EventRingOptions {
  readonly maxEvents: number;
  /** In UTF-16 units of JSON. One event always fits. */
  readonly maxLength: number;
}

/** The latest events of a stream, numbered from 0 in the order in which they came; the oldest go when there are too many. */
export class EventRing {
  readonly #events: (RingEvent | undefined)[];
  readonly #maxLength: number;
  #length = 0;
  #start = 0;
  #end = 0;
  #floor: string | undefined;

  constructor({ maxEvents, maxLength }: EventRingOptions) {
    this.#events = Array.from<RingEvent | undefined>({ length: maxEvents });
    this.#maxLength = maxLength;
  }

  /** The number of the oldest event kept. */
  get start(): number {
    return this.#start;
  }

  /** The number that the next event gets. */
  get end(): number {
    return this.#end;
  }

  /** Whether the next event pushes out the oldest. */
  get isFull(): boolean {
    return this.#end - this.#start === this.#events.length || this.#length >= this.#maxLength;
  }

  /** The cursor of the latest event that is not kept any more: whoever has had it can go on from `start`. */
  get floor(): string | undefined {
    return this.#floor;
  }

  /** The cursor of the newest event. */
  get newestCursor(): string | undefined {
    return this.at(this.#end - 1)?.cursor ?? this.#floor;
  }

  append(json: string, cursor: string | undefined): void {
    while (this.#end > this.#start && this.isFull) this.#dropOldest();
    this.#events[this.#end % this.#events.length] = {
      kind: 'event',
      json,
      cursor: cursor ?? this.newestCursor,
    };
    this.#length += json.length;
    this.#end += 1;
  }

  at(number: number): RingEvent | undefined {
    return number >= this.#start && number < this.#end
      ? this.#events[number % this.#events.length]
      : undefined;
  }

  /** The number of the first event kept that is behind the cursor; `end` when none is. Cursors sort in the order of their stream. */
  firstBehind(cursor: string): number {
    let low = this.#start;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const found = this.at(middle)?.cursor;
      if (found !== undefined && found > cursor) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #dropOldest(): void {
    const oldest = this.at(this.#start);
    this.#events[this.#start % this.#events.length] = undefined;
    this.#length -= oldest?.json.length ?? 0;
    this.#floor = oldest?.cursor ?? this.#floor;
    this.#start += 1;
  }
}
