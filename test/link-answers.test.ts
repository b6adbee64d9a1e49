import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseErrors, parseResult, parseWelcome } from '../gateway/links/parse-answer.ts';

const hostile = fc.oneof(
  fc.jsonValue(),
  fc.record(
    { data: fc.jsonValue(), errors: fc.jsonValue(), extensions: fc.jsonValue() },
    { requiredKeys: [] },
  ),
  fc.record({
    data: fc.object(),
    errors: fc.array(fc.record({ message: fc.jsonValue(), path: fc.jsonValue() })),
  }),
);

test('whatever a node sends is a result of the right form, or none', () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const result = parseResult(value);
      if (!result) return;
      const { data, errors } = result;
      expect(data === undefined || data === null || (typeof data === 'object' && !Array.isArray(data))).toBe(
        true,
      );
      expect(data !== undefined || errors !== undefined).toBe(true);
      for (const { message, path = [] } of errors ?? []) {
        expect(typeof message).toBe('string');
        expect(path.every((step) => typeof step === 'string' || typeof step === 'number')).toBe(true);
      }
    }),
  );
});

test('a result that is one comes through as it is', () => {
  const error = fc.record({
    message: fc.string(),
    path: fc.array(fc.oneof(fc.string(), fc.nat())),
    extensions: fc.dictionary(fc.string(), fc.jsonValue()),
  });
  const result = fc.record(
    {
      data: fc.option(fc.dictionary(fc.string(), fc.jsonValue())),
      errors: fc.array(error, { minLength: 1 }),
    },
    { requiredKeys: ['data'] },
  );
  fc.assert(
    fc.property(result, (value) => {
      expect(parseResult(value)).toEqual(value);
      expect(parseErrors(value.errors)).toEqual(value.errors);
    }),
  );
});

test('a welcome is the SDL of every shape, or says what is wrong with it', () => {
  const welcome = fc.record(
    { node: fc.constantFrom('n1', 'n2', 1), shapes: fc.jsonValue() },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), welcome), (value) => {
      expect(outcomeOf(value)).toMatch(/^(SDL|Error|WrongNodeError)$/);
    }),
  );
  const shapes = { world: 'type Query { a: Int }', constructor: 'scalar A', __proto__: null };
  expect([...parseWelcome({ node: 'n1', shapes }, 'n1').keys()]).toEqual(['world', 'constructor']);
});

function outcomeOf(welcome: unknown): string {
  try {
    const sdls = [...parseWelcome(welcome, 'n1').values()];
    return sdls.every((sdl) => typeof sdl === 'string') ? 'SDL' : 'something else';
  } catch (error) {
    return error instanceof Error ? error.name : 'something else';
  }
}
