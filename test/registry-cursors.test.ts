import * as fc from 'fast-check';
import { GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { decodeCursor, decodeNumberCursor, encodeCursor } from '../subgraphs/serve/cursor.ts';
import { decodeSequence, encodeSequence } from '../subgraphs/serve/sequence-position.ts';

/** What a position may be: printable ASCII. */
const position = fc.string({ minLength: 1, maxLength: 80 });
const scope = fc.string({ maxLength: 80 });

function codeOf(action: () => unknown): unknown {
  try {
    return `no error, but ${String(action())}`;
  } catch (error) {
    return error instanceof GraphQLError ? error.extensions['code'] : error;
  }
}

describe('a cursor', () => {
  test('gives back its position, in its own list only', () => {
    fc.assert(
      fc.property(scope, scope, position, (own, other, place) => {
        fc.pre(other !== own);
        const cursor = encodeCursor(own, place);
        expect(decodeCursor(own, cursor)).toBe(place);
        expect(codeOf(() => decodeCursor(other, cursor))).toBe('BAD_CURSOR');
      }),
    );
  });

  test('is refused when a character is changed, added or left out', () => {
    fc.assert(
      fc.property(scope, position, fc.nat(), fc.string({ maxLength: 2 }), (own, place, at, put) => {
        const cursor = encodeCursor(own, place);
        const index = at % (cursor.length + 1);
        const altered = cursor.slice(0, index) + put + cursor.slice(index + 1);
        fc.pre(altered !== cursor);
        expect(codeOf(() => decodeCursor(own, altered))).toBe('BAD_CURSOR');
      }),
    );
  });

  test('made up of anything is refused', () => {
    fc.assert(
      fc.property(scope, fc.string({ unit: 'binary', maxLength: 60 }), (own, text) => {
        expect(codeOf(() => decodeCursor(own, text))).toBe('BAD_CURSOR');
      }),
    );
  });

  test('of a numbered list holds a number, whoever made it', () => {
    fc.assert(
      fc.property(fc.oneof(position, fc.nat().map(String)), (place) => {
        const outcome = codeOf(() => decodeNumberCursor('nodes', encodeCursor('nodes', place)));
        const isNumber = /^\d{1,15}$/.test(place);
        expect(outcome).toBe(isNumber ? `no error, but ${Number(place)}` : 'BAD_CURSOR');
      }),
    );
  });

  test('of a sequence sorts bytewise as the sequence does', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        const [first, second] = [a, b].map((n) => Buffer.from(encodeCursor('inbox', encodeSequence(n))));
        if (!first || !second) throw new Error('Expected two cursors');
        expect(decodeSequence(decodeCursor('inbox', first.toString()))).toBe(a);
        expect(Math.sign(Buffer.compare(first, second))).toBe(Math.sign(a - b));
      }),
    );
  });
});
