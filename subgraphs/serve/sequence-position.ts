import { codedError } from '../../wire/coded-error.ts';

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
