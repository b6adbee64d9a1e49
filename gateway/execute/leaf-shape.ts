import { type GraphQLLeafType, isEnumType } from 'graphql';

/** Returns the value as it may be shown to the client, undefined when it is not one of the type's. Never called with null. */
export type LeafCheck = (value: unknown) => unknown;

/** As a subgraph's JSON has the type's values. Custom scalars pass as they are. */
export function createLeafCheck(type: GraphQLLeafType): LeafCheck {
  if (isEnumType(type)) {
    const names = new Set(type.getValues().map((value) => value.name));
    return (value) => (typeof value === 'string' && names.has(value) ? value : undefined);
  }
  return builtIn.get(type.name) ?? ((value) => value);
}

const maxInt = 2 ** 31 - 1;

const builtIn: ReadonlyMap<string, LeafCheck> = new Map<string, LeafCheck>([
  ['String', (value) => (typeof value === 'string' ? value : undefined)],
  ['Boolean', (value) => (typeof value === 'boolean' ? value : undefined)],
  ['Float', (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)],
  [
    'Int',
    (value) =>
      Number.isInteger(value) && Math.abs(Number(value)) <= maxInt + 1 ? checkInt(Number(value)) : undefined,
  ],
  // Some servers send the numbers that their ids are.
  [
    'ID',
    (value) => (typeof value === 'string' ? value : Number.isInteger(value) ? String(value) : undefined),
  ],
]);

function checkInt(value: number): number | undefined {
  return value > maxInt ? undefined : value;
}
