import fc from 'fast-check';
import { type FieldModel, type TypeRef, type World, printType } from './random-world.ts';

export type Pick = <T>(arbitrary: fc.Arbitrary<T>) => T;

interface PlacedField extends FieldModel {
  /** Subgraphs that can answer it. */
  readonly owners: readonly string[];
  /** Also where another one provides it. */
  readonly isShareable?: boolean;
}

interface EntityModel {
  readonly name: string;
  readonly fields: readonly PlacedField[];
  readonly keys: ReadonlyMap<string, readonly ('id' | 'code')[]>;
}

export interface GraphModel {
  readonly world: World;
  readonly sdl: ReadonlyMap<string, string>;
  /** By type name, `Query` included; an interface object's own fields under the interface's name. */
  readonly fields: ReadonlyMap<string, ReadonlyMap<string, FieldModel>>;
  /** Fields of all implementations that only an interface object has. */
  readonly interfaceObjectFields: ReadonlySet<string>;
}

const scalars = ['Int', 'Float', 'Boolean', 'String', 'ID', 'Color', 'Any'] as const;
const wraps = [[], [], [], ['!'], ['['], ['[', '!'], ['!', '[', '!'], ['[', '[']] as const;

/** A graph of two to four subgraphs with entities, several keys, `@requires` with arguments, `@provides`, an interface, an interface object and a union. */
export function pickGraphModel(pick: Pick, oddsOfBrokenPromise: number): GraphModel {
  const subgraphs = ['a', 'b', 'c', 'd'].slice(0, pick(fc.integer({ min: 2, max: 4 })));
  const names = ['T0', 'T1', 'T2', 'T3'].slice(0, pick(fc.integer({ min: 2, max: 4 })));
  const [first = 'a', second = 'b'] = subgraphs;
  // Where an interface is an object its implementations may not be, hence a subgraph for it alone.
  const hasInterfaceObject = pick(fc.boolean());
  const implementations = names.slice(0, 2);
  const entities = names.map((name) =>
    pickEntity({
      pick,
      name,
      names,
      subgraphs,
      label: implementations.includes(name) ? first : undefined,
      // Composition does not find the way to an interface object by a second kind of key.
      onlyId: hasInterfaceObject && implementations.includes(name),
    }),
  );
  const ownFields: FieldModel[] = hasInterfaceObject
    ? [
        { name: 'score', type: { base: 'Int', wraps: [] }, hasArgument: true },
        { name: 'rank', type: { base: 'Color', wraps: ['!'] }, hasArgument: false },
      ]
    : [];
  const query = pickQuery(pick, entities, { subgraphs, first, second, hasInterfaceObject });
  const model = { entities, query, implementations, hasInterfaceObject, first, second };
  const sdl = new Map(subgraphs.map((subgraph) => [subgraph, printSubgraph(subgraph, model)]));
  if (hasInterfaceObject) sdl.set('ranks', printInterfaceObject(query, ownFields));
  return {
    world: {
      possibleTypes: new Map([
        ['Thing', implementations],
        ['Either', names],
      ]),
      oddsOfBrokenPromise,
    },
    sdl,
    fields: new Map<string, ReadonlyMap<string, FieldModel>>([
      ...entities.map(({ name, fields }) => [name, byName(fields)] as const),
      ['Query', byName(query)],
      ['Box', byName(boxFields)],
      ['Thing', byName(ownFields)],
    ]),
    interfaceObjectFields: new Set(ownFields.map(({ name }) => name)),
  };
}

const boxFields: readonly FieldModel[] = [
  { name: 'w', type: { base: 'Int', wraps: ['!'] }, hasArgument: true },
  { name: 'h', type: { base: 'String', wraps: [] }, hasArgument: false },
  { name: 'inner', type: { base: 'Box', wraps: [] }, hasArgument: false },
];

function byName(fields: readonly FieldModel[]): ReadonlyMap<string, FieldModel> {
  return new Map(fields.map((field) => [field.name, field]));
}

interface EntityOptions {
  readonly pick: Pick;
  readonly name: string;
  readonly names: readonly string[];
  readonly subgraphs: readonly string[];
  /** The subgraph that answers the interface's field. */
  readonly label: string | undefined;
  readonly onlyId: boolean;
}

function pickEntity({ pick, name, names, subgraphs, label, onlyId }: EntityOptions): EntityModel {
  // The first subgraph has all keys of all entities: it is the way from one kind of key to the other.
  const keys = new Map(
    subgraphs.map((subgraph, index) => [
      subgraph,
      index === 0
        ? (['id', 'code'] as const)
        : onlyId
          ? (['id'] as const)
          : pick(
              fc.constantFrom(['id'] as const, ['id'] as const, ['code'] as const, ['id', 'code'] as const),
            ),
    ]),
  );
  const plain = Array.from({ length: pick(fc.integer({ min: 2, max: 5 })) }, (_, index): PlacedField => {
    const base = pick(fc.constantFrom(...scalars, ...names, 'Box'));
    return {
      name: `f${index}`,
      type: { base, wraps: pick(fc.constantFrom(...wraps)) },
      hasArgument: pick(fc.boolean()),
      isShareable: true,
      owners: pick(fc.subarray([...subgraphs], { minLength: 1, maxLength: pick(fc.constantFrom(1, 1, 2)) })),
    };
  });
  const fields = [...plain];
  if (label) {
    fields.push({ name: 'label', type: { base: 'String', wraps: [] }, hasArgument: true, owners: [label] });
  }
  const needed = plain.filter(
    ({ type, owners }) => isScalar(type) && !type.wraps.includes('!') && owners.length === 1,
  );
  if (needed.length > 0 && pick(fc.boolean())) {
    const requires = pick(fc.subarray(needed, { minLength: 1, maxLength: Math.min(2, needed.length) }));
    const owner = subgraphs.find((subgraph) => requires.every(({ owners }) => !owners.includes(subgraph)));
    if (owner) {
      fields.push({
        name: 'made',
        type: { base: 'String', wraps: [] },
        hasArgument: false,
        owners: [owner],
        requires: requires.map((field) => ({
          field,
          argument: field.hasArgument ? pick(fc.integer({ min: 1, max: 3 })) : undefined,
        })),
      });
    }
  }
  return { name, fields, keys };
}

function isScalar(type: TypeRef): boolean {
  return (scalars as readonly string[]).includes(type.base);
}

interface QueryOptions {
  readonly subgraphs: readonly string[];
  readonly first: string;
  readonly second: string;
  readonly hasInterfaceObject: boolean;
}

function pickQuery(
  pick: Pick,
  entities: readonly EntityModel[],
  options: QueryOptions,
): readonly PlacedField[] {
  const { subgraphs, first, second } = options;
  const query = entities.map((entity, index): PlacedField => {
    const owner = pick(fc.constantFrom(...subgraphs));
    const given = entity.fields.find(
      ({ type, owners, hasArgument, requires }) =>
        isScalar(type) && !hasArgument && !requires && !owners.includes(owner),
    );
    return {
      name: `q${index}`,
      type: { base: entity.name, wraps: pick(fc.constantFrom(...wraps)) },
      hasArgument: pick(fc.boolean()),
      owners: [owner],
      ...(given && pick(fc.boolean()) ? { provides: given.name } : {}),
    };
  });
  query.push({ name: 'count', type: { base: 'Int', wraps: ['!'] }, hasArgument: true, owners: [second] });
  query.push({ name: 'things', type: { base: 'Thing', wraps: ['['] }, hasArgument: true, owners: [first] });
  query.push({
    name: 'either',
    type: { base: 'Either', wraps: ['[', '!'] },
    hasArgument: false,
    owners: [second],
  });
  if (options.hasInterfaceObject) {
    query.push({
      name: 'ranked',
      type: { base: 'Thing', wraps: ['[', '!'] },
      hasArgument: false,
      owners: ['ranks'],
    });
  }
  return query;
}

interface PrintModel {
  readonly entities: readonly EntityModel[];
  readonly query: readonly PlacedField[];
  readonly implementations: readonly string[];
  readonly hasInterfaceObject: boolean;
  readonly first: string;
  readonly second: string;
}

function printSubgraph(subgraph: string, model: PrintModel): string {
  const { first, second, entities, hasInterfaceObject } = model;
  const query = model.query.filter(({ owners }) => owners.includes(subgraph));
  const parts = [
    `type Query { ${subgraph}0: Int ${printFields(query)} }`,
    'scalar Any enum Color { RED GREEN BLUE }',
    `type Box @shareable { ${printFields(boxFields)} }`,
  ];
  if (subgraph === second) parts.push(`union Either = ${entities.map(({ name }) => name).join(' | ')}`);
  if (subgraph === first) {
    parts.push(
      `interface Thing ${hasInterfaceObject ? '@key(fields: "id")' : ''} { id: ID! label(n: Int = 1): String }`,
    );
  }
  for (const entity of entities) {
    const isImplementation = subgraph === first && model.implementations.includes(entity.name);
    const provided = query.filter(({ type }) => type.base === entity.name).map(({ provides }) => provides);
    parts.push(printEntity(subgraph, entity, isImplementation, provided));
  }
  return parts.join('\n');
}

function printInterfaceObject(query: readonly PlacedField[], ownFields: readonly FieldModel[]): string {
  return `enum Color { RED GREEN BLUE }
    type Query { ${printFields(query.filter(({ owners }) => owners.includes('ranks')))} }
    type Thing @key(fields: "id") @interfaceObject { id: ID! ${printFields(ownFields)} }`;
}

function printEntity(
  subgraph: string,
  entity: EntityModel,
  isImplementation: boolean,
  provided: readonly (string | undefined)[],
): string {
  const keys = entity.keys.get(subgraph) ?? ['id'];
  const owned = entity.fields.filter(({ owners }) => owners.includes(subgraph));
  const external = [
    ...owned.flatMap(({ requires }) => requires?.map(({ field }) => field) ?? []),
    ...entity.fields.filter(({ name }) => provided.includes(name)),
  ];
  return [
    `type ${entity.name} ${isImplementation ? 'implements Thing' : ''}`,
    ...keys.map((key) => `@key(fields: "${key}")`),
    `{ ${keys.map((key) => `${key}: ID!`).join(' ')}`,
    printFields(owned),
    ...new Set(external.map((field) => `${printField(field)} @external`)),
    '}',
  ].join(' ');
}

function printFields(fields: readonly (FieldModel & Partial<PlacedField>)[]): string {
  return fields
    .map((field) => {
      const needs = field.requires?.map(({ field: { name }, argument }) =>
        argument === undefined ? name : `${name}(n: ${argument})`,
      );
      const requires = needs ? ` @requires(fields: "${needs.join(' ')}")` : '';
      const provides = field.provides === undefined ? '' : ` @provides(fields: "${field.provides}")`;
      return `${printField(field)}${field.isShareable ? ' @shareable' : ''}${requires}${provides}`;
    })
    .join(' ');
}

function printField({ name, type, hasArgument }: FieldModel): string {
  return `${name}${hasArgument ? '(n: Int = 1)' : ''}: ${printType(type)}`;
}
