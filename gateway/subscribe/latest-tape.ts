import { limits } from '../../schema/limits.ts';
import type { OperationEvent } from '../execute/operation.ts';
import type { SharedEvent, StreamEnd, StreamReader, StreamStep, Tape } from './stream-reader.ts';

interface KeyedEvent extends SharedEvent {
  readonly number: number;
  readonly key: string | undefined;
}

/**
 * A gauge: of each key only the newest event is kept, so a slow reader skips what has been superseded. A newcomer begins with the next event
 * rather than with what is kept: a node that has left would seem to be there.
 */
export class LatestTape implements Tape<OperationEvent> {
  readonly isFull = false;
  /** In rising order of `number`; superseded ones are swept out now and then. */
  #events: KeyedEvent[] = [];
  /** The number of the newest event per key, the longest silent key first. */
  readonly #newest = new Map<string | undefined, number>();
  #nextNumber = 0;
  #end: StreamEnd | undefined;

  append(event: OperationEvent): void {
    const { key } = event;
    this.#newest.delete(key);
    this.#newest.set(key, this.#nextNumber);
    this.#events.push({
      kind: 'event',
      json: JSON.stringify(event.result),
      number: this.#nextNumber,
      key,
    });
    this.#nextNumber += 1;
    if (this.#newest.size > limits.maxLatestKeys) this.#forgetSilentKey();
    if (this.#events.length > 2 * this.#newest.size + 16) this.#sweep();
  }

  finish(end: StreamEnd): void {
    this.#end = end;
  }

  newReader(): StreamReader {
    let position = this.#nextNumber;
    return {
      read: (): StreamStep | undefined => {
        const event = this.#firstFrom(position);
        if (!event) return this.#end;
        position = event.number + 1;
        return event;
      },
      close: () => undefined,
    };
  }

  #firstFrom(position: number): KeyedEvent | undefined {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle]?.number ?? Infinity) >= position) high = middle;
      else low = middle + 1;
    }
    for (let index = low; index < this.#events.length; index += 1) {
      const event = this.#events[index];
      if (event && this.#isNewest(event)) return event;
    }
    return undefined;
  }

  #isNewest(event: KeyedEvent): boolean {
    return this.#newest.get(event.key) === event.number;
  }

  #forgetSilentKey(): void {
    for (const [key] of this.#newest) {
      this.#newest.delete(key);
      return;
    }
  }

  #sweep(): void {
    this.#events = this.#events.filter((event) => this.#isNewest(event));
  }
}
