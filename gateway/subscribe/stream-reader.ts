import type { GraphQLFormattedError } from 'graphql';

/** What comes next in a stream: an event as JSON, made once for all who read it, or the end. */
export type StreamStep = SharedEvent | StreamEnd;

export interface SharedEvent {
  readonly kind: 'event';
  /** The `payload` of a `next` message. */
  readonly json: string;
}

export interface StreamEnd {
  readonly kind: 'end';
  /** Why, when it is not the source's own end. */
  readonly errors?: readonly GraphQLFormattedError[];
}

/** One client's place in a shared stream. It is pulled: a reader that does not read costs no memory, however long it waits. */
export interface StreamReader {
  /** The next step, if there is one now; otherwise undefined, and the reader's `wake` is called once there may be. After an end, undefined. */
  read(): StreamStep | undefined;
  /** Leaves the stream; idempotent. `wake` is not called any more. */
  close(): void;
}

/** What a stream keeps of its past, and how its readers move along it: one implementation per kind of stream. */
export interface Tape<Event> {
  append(event: Event): void;
  /** Readers get it after what they still have to read. */
  finish(end: StreamEnd): void;
  newReader(wake: () => void): StreamReader;
  /** Whether another event would push out one that no reader has had yet: the source can wait. */
  readonly isFull: boolean;
}
