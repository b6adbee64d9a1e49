import { codedError } from '../../wire/coded-error.ts';
import { decodeCursor } from './cursor.ts';

/** Digits of Number.MAX_SAFE_INTEGER. */
const width = 16;

/** A row's number as the position of a cursor: as many digits always, so that bytewise order is the order of numbers. */
export function encodeSequence(sequence: number): string {
  return String(sequence).padStart(width, '0');
}

/** The number that `encodeSequence` wrote; throws BAD_CURSOR for anything else. */
export function decodeSequence(position: string): number {
  const sequence = Number(position);
  if (/^\d{16}$/.test(position) && Number.isSafeInteger(sequence)) return sequence;
  throw codedError('BAD_CURSOR', 'Expected a cursor that this field gave out');
}

/** Of what a cursor is expected to be. */
export interface CursorRange {
  readonly scope: string;
  /** The newest number that was ever given. */
  readonly last: number;
  /** For the error: "a message that this inbox has had". */
  readonly what: string;
}

/** The number for which a cursor stands. Throws BAD_CURSOR. */
export function readSequence(cursor: string, { scope, last, what }: CursorRange): number {
  const sequence = decodeSequence(decodeCursor(scope, cursor));
  if (sequence <= last) return sequence;
  // The table was lost or set back: to wait until the numbers have come up again would lose the rows in between.
  throw codedError('BAD_CURSOR', `Expected a cursor of ${what}`);
}

/** Behind which number whoever follows begins: a cursor's, with `now` the newest; undefined for the oldest that is kept. Throws BAD_CURSOR. */
export function readStart(after: string | undefined, range: CursorRange): number | undefined {
  if (after === undefined) return undefined;
  return after === 'now' ? range.last : readSequence(after, range);
}
