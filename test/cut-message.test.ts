import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../schema/limits.ts';
import { codedError } from '../wire/coded-error.ts';

const cut = (message: string) => codedError('NOT_FOUND', message).message;

test('a message within the limit stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: limits.maxErrorMessageLength / 2 }), (message) => {
      expect(cut(message)).toBe(message);
    }),
  );
});

test('a longer message keeps its beginning and its end, and no half of a character', () => {
  const body = fc.string({ unit: 'binary', minLength: limits.maxErrorMessageLength, maxLength: 2_000 });
  fc.assert(
    fc.property(body, (quoted) => {
      const message = cut(`No entity "${quoted}" here`);
      expect(message).toMatch(/^No entity ".* … .*" here$/su);
      expect(message.length).toBeLessThanOrEqual(limits.maxErrorMessageLength);
      expect(() => encodeURIComponent(message)).not.toThrow();
    }),
  );
});
