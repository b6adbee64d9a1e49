import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { findTooDeep } from './find-too-deep.ts';

interface StringifyOptions {
  /** What the value is, for the message. */
  readonly what: string;
  readonly maxBytes: number;
}

/** A JSON argument as compact JSON; throws BAD_USER_INPUT when it is larger or more deeply nested than allowed. */
export function stringifyInput(value: unknown, { what, maxBytes }: StringifyOptions): string {
  const json = stringify(value);
  if (json === undefined || findTooDeep(json) !== undefined) {
    throw codedError('BAD_USER_INPUT', `Expected ${what} to be nested at most ${limits.maxJsonDepth} deep`);
  }
  const bytes = Buffer.byteLength(json);
  if (bytes > maxBytes) {
    throw codedError(
      'BAD_USER_INPUT',
      `Expected ${what} to have at most ${maxBytes} bytes as JSON, got ${bytes}`,
    );
  }
  return json;
}

/** Undefined where the nesting exhausts the stack: a value from GraphQL has no other way to fail. */
function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
