import { limits } from '../schema/limits.ts';

/** An error's message as it may go out: what quotes more than anybody reads loses its middle. */
export function cutMessage(message: string): string {
  const excess = message.length - limits.maxErrorMessageLength;
  if (excess <= 0) return message;
  const middle = Math.ceil((limits.maxErrorMessageLength - ellipsis.length) / 2);
  // Half of a character in two units is none.
  const start = message.slice(0, middle).replace(/[\uD800-\uDBFF]$/, '');
  const end = message.slice(middle + excess + ellipsis.length).replace(/^[\uDC00-\uDFFF]/, '');
  return start + ellipsis + end;
}

const ellipsis = ' … ';
