/**
 * Data for random graphs: every value follows from a type's name, an id, a field and its arguments, so that a monolith and any division into
 * subgraphs agree about all of it without sharing anything.
 */

export interface TypeRef {
  /** Of a scalar, an enum, an entity, an interface, a union or the value type `Box`. */
  readonly base: string;
  /** From the outside: `['!', '[', '!']` is `[T!]!`. */
  readonly wraps: readonly ('[' | '!')[];
}

export interface FieldModel {
  readonly name: string;
  readonly type: TypeRef;
  readonly hasArgument: boolean;
  /** Of an entity-valued field: a field of that entity that the subgraph answers along with it. */
  readonly provides?: string;
  /** Names of the fields whose values it is made of, with the argument by which it asks for them. */
  readonly requires?: readonly { readonly field: FieldModel; readonly argument: number | undefined }[];
}

export interface World {
  /** By entity type or interface; of others their own name alone. */
  readonly possibleTypes: ReadonlyMap<string, readonly string[]>;
  /** How often a field that promises a value has none: one in so many; 0 for never. */
  readonly oddsOfBrokenPromise: number;
}

/** What resolvers pass on: enough to compute any field. */
export interface Row {
  readonly __typename: string;
  readonly id: string;
  /** What its subgraph has been told of it: the representation it came from, or what is provided with it. */
  readonly reference?: Readonly<Record<string, unknown>>;
}

const idsPerType = 3;

export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  // The low bits of FNV are weak: they decide about everything here.
  value ^= value >>> 15;
  value = Math.imul(value, 0x2c1b3c6d);
  return (value ^ (value >>> 12)) >>> 0;
}

/** The value of a field; fields of interface objects are computed from the interface's name, which all subgraphs know. */
export function valueOf(
  world: World,
  owner: string,
  row: Row,
  field: FieldModel,
  argument: number | undefined,
): unknown {
  if (field.name === 'id') return row.id;
  if (field.name === 'code') return `c-${row.id}`;
  if (field.requires) {
    const parts = field.requires.map(({ field: needed, argument: given }) =>
      row.reference && needed.name in row.reference
        ? row.reference[needed.name]
        : valueOf(world, owner, row, needed, given ?? (needed.hasArgument ? 1 : undefined)),
    );
    return JSON.stringify(parts);
  }
  const seed = `${owner}/${row.id}/${field.name}/${argument ?? ''}`;
  return build(world, field.type.base, field.type.wraps, seed);
}

function build(world: World, base: string, wraps: readonly ('[' | '!')[], seed: string): unknown {
  const [wrap, ...rest] = wraps;
  const luck = hash(`luck ${seed}`);
  if (wrap === '!') {
    const isBroken = world.oddsOfBrokenPromise > 0 && luck % world.oddsOfBrokenPromise === 0;
    return isBroken ? null : buildPresent(world, base, rest, seed);
  }
  return luck % 9 === 0 ? null : buildPresent(world, base, wraps, seed);
}

function buildPresent(world: World, base: string, wraps: readonly ('[' | '!')[], seed: string): unknown {
  const [wrap, ...rest] = wraps;
  const number = hash(seed);
  if (wrap === '[') {
    return Array.from({ length: 1 + (number % 3) }, (_, index) =>
      build(world, base, rest, `${seed}.${index}`),
    );
  }
  switch (base) {
    case 'Int':
      return number % 5;
    case 'Float':
      return (number % 7) / 2;
    case 'Boolean':
      return number % 2 === 0;
    case 'String':
      return number % 4 === 0 ? '' : `s${number % 1000}`;
    case 'ID':
      return `i${number % 1000}`;
    case 'Color':
      return ['RED', 'GREEN', 'BLUE'][number % 3];
    case 'Any':
      return [0, '', false, { nested: number % 10 }, [number % 10]][number % 5];
    case 'Box':
      return { __typename: 'Box', id: `Box-${number % 50}` };
    default: {
      const possible = world.possibleTypes.get(base) ?? [base];
      const type = possible[number % possible.length] ?? base;
      return { __typename: type, id: `${type}-${hash(`id ${seed}`) % idsPerType}` };
    }
  }
}

/** The type that an id was made for. */
export function typeOfId(id: string): string {
  return id.slice(0, id.lastIndexOf('-'));
}

export function printType({ base, wraps }: TypeRef): string {
  const [wrap, ...rest] = wraps;
  if (wrap === '[') return `[${printType({ base, wraps: rest })}]`;
  if (wrap === '!') return `${printType({ base, wraps: rest })}!`;
  return base;
}
