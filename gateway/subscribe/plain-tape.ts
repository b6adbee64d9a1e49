import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { OperationEvent } from '../execute/operation.ts';
import { EventRing } from './event-ring.ts';
import type { StreamEnd, StreamReader, StreamStep, Tape } from './stream-reader.ts';

/** A stream of neither cursors nor keys: readers get what comes while they are there, and one that lags too far is told so and ended. */
export class PlainTape implements Tape<OperationEvent> {
  readonly isFull = false;
  readonly #ring = new EventRing({
    maxEvents: limits.maxReaderLagEvents,
    maxLength: limits.streamRingLength,
  });
  #end: StreamEnd | undefined;

  append(event: OperationEvent): void {
    this.#ring.append(JSON.stringify(event.result), undefined);
  }

  finish(end: StreamEnd): void {
    this.#end = end;
  }

  newReader(): StreamReader {
    let position = this.#ring.end;
    return {
      read: (): StreamStep | undefined => {
        if (position < this.#ring.start) return tooSlow();
        const event = this.#ring.at(position);
        if (!event) return this.#end;
        position += 1;
        return event;
      },
      close: () => undefined,
    };
  }
}

function tooSlow(): StreamEnd {
  const error = codedError(
    'SUBSCRIBER_TOO_SLOW',
    `The reader fell more than ${limits.maxReaderLagEvents} events behind, which this stream cannot give again`,
  );
  return { kind: 'end', errors: [error.toJSON()] };
}
