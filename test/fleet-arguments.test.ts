import { type FieldNode, Kind, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compileArgument } from '../gateway/fleet/arguments.ts';
import { readFleetShape } from '../gateway/fleet/directives.ts';

const shape = readFleetShape({
  name: 'mail',
  sdl: `
    type Query { one(id: ID = "home"): ID @route(by: "id") }
    type Mutation { send(input: Letter = { to: "nobody" }): ID @route(by: "input.to", via: "DIRECTORY") }
    input Letter { to: ID = "everybody", body: String }
  `,
});

function read(operation: string, variables: Record<string, unknown> = {}): unknown {
  const [definition] = parse(operation).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('Expected an operation');
  const [field] = definition.selectionSet.selections as readonly FieldNode[];
  const known = field && shape.rootFields[definition.operation].get(field.name.value);
  if (!field || known?.reach?.kind !== 'route') throw new Error('Expected a routed field');
  return compileArgument({ index: shape.index, field, definition: known.definition, path: known.reach.by })(
    variables,
  );
}

describe('the argument that names an owner', () => {
  it.each([
    ['a literal', '{ one(id: "a") }', {}, 'a'],
    ['a variable', 'query ($id: ID) { one(id: $id) }', { id: 'b' }, 'b'],
    ['the default of the schema', '{ one }', {}, 'home'],
    ['the default in place of a variable without a value', 'query ($id: ID) { one(id: $id) }', {}, 'home'],
    ['null, where that is said', '{ one(id: null) }', {}, null],
    ['a literal inside an input', 'mutation { send(input: { to: "a" }) }', {}, 'a'],
    ['a variable inside an input', 'mutation ($to: ID) { send(input: { to: $to }) }', { to: 'b' }, 'b'],
    ['a part of a variable', 'mutation ($l: Letter) { send(input: $l) }', { l: { to: 'c' } }, 'c'],
    ['the default of an input field', 'mutation { send(input: { body: "x" }) }', {}, 'everybody'],
    [
      'that default for a part of a variable',
      'mutation ($l: Letter) { send(input: $l) }',
      { l: {} },
      'everybody',
    ],
    ['the default of the whole input', 'mutation { send }', {}, 'nobody'],
  ])('may be %s', (_name, operation, variables, expected) => {
    expect(read(operation, variables)).toBe(expected);
  });
});

describe('a shape', () => {
  it.each([
    ['type Query { a(x: ID): ID @route(by: "y") }', 'to name an argument'],
    ['type Query { a(x: In): ID @route(by: "x.z") } input In { y: ID }', 'to name an argument'],
    ['type Query { a: ID @scatter(merge: "MEAN") }', 'one of LIST, SUM, CONNECTION'],
    ['type Query { a(x: ID): ID @scatter(merge: "LIST") @route(by: "x") }', 'got both'],
    ['type Thing @shard(by: "key") { id: ID }', 'one of its fields'],
    ['type Thing @shard(via: "MAGIC") { id: ID }', 'one of NODE, PREFIX, DIRECTORY'],
    ['type Query { a(x: ID): ID @route(by: "x", otherwise: "ANYBODY") }', 'one of INITIAL'],
    [
      'type Query { a(x: ID): ID @route(by: "x", otherwise: "INITIAL") }',
      'Expected to know the initial node',
    ],
    ['type Query {', 'Syntax Error'],
  ])('whose directives say nothing sensible is refused: %s', (sdl, reason) => {
    expect(() => readFleetShape({ name: 'odd', sdl })).toThrow(reason);
  });
});
