import fc from 'fast-check';
import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { Pick } from './random-supergraph.ts';

export interface RandomOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface OperationShape {
  readonly schema: GraphQLSchema;
  readonly pick: Pick;
  /** Aliases, arguments, conditions and variables; without them a query is the plainest of its kind. */
  readonly isFancy: boolean;
  /** `__typename` in every selection set on an abstract type, so that an answer tells what it is about. */
  readonly tellsTypes: boolean;
}

const variables = ['$x: Int = 2', '$y: Int', '$yes: Boolean!', '$no: Boolean = false', '$maybe: Boolean!'];

/** A query that is mostly valid: two selections may still be in conflict. */
export function pickOperation(shape: OperationShape): RandomOperation {
  const query = shape.schema.getQueryType();
  if (!query) throw new Error('Expected a schema with queries');
  const fragments: string[] = [];
  const making = { ...shape, fragments, taken: new Map<string, string>() };
  const selections = pickSelections(making, query, 4);
  const used = (text: string) =>
    variables.filter((one) => new RegExp(`\\${one.slice(0, one.indexOf(':'))}\\b`).test(text));
  const body = [selections, ...fragments].join('\n');
  const definitions = used(body);
  return {
    query: `query ${definitions.length > 0 ? `(${definitions.join(', ')})` : ''} ${body}`,
    variables: { y: 3, yes: true, maybe: shape.pick(fc.boolean()) },
  };
}

interface Making extends OperationShape {
  readonly fragments: string[];
  /** What each response name stands for. */
  readonly taken: Map<string, string>;
}

function pickSelections(making: Making, type: GraphQLCompositeType, depth: number): string {
  const { pick } = making;
  const count = pick(fc.integer({ min: 2, max: depth > 3 ? 6 : 4 }));
  const selections = Array.from({ length: count }, () => pickSelection(making, type, depth)).filter(Boolean);
  if (selections.length === 0 || (making.tellsTypes && isAbstractType(type))) selections.push('__typename');
  return `{ ${selections.join(' ')} }`;
}

function pickSelection(making: Making, type: GraphQLCompositeType, depth: number): string {
  const { pick } = making;
  const kind = pick(fc.integer({ min: 0, max: 9 }));
  if (kind === 0 && !(isObjectType(type) && type.name === 'Query')) return '__typename';
  if (kind <= 2 || (!isObjectType(type) && !isInterfaceType(type))) return pickFragment(making, type, depth);
  const fields = Object.values(type.getFields()).filter(
    (field) => depth > 1 || !isCompositeType(getNamedType(field.type)),
  );
  const [fallback] = fields;
  if (!fallback) return '';
  const composite = fields.filter((field) => isCompositeType(getNamedType(field.type)));
  const pool = composite.length > 0 && pick(fc.boolean()) ? composite : fields;
  return pickField(making, pick(fc.constantFrom(...pool)), depth);
}

function pickField(making: Making, field: GraphQLField<unknown, unknown>, depth: number): string {
  const { pick, isFancy } = making;
  const values = ['(n: 2)', '(n: 1)', '(n: $x)', '(n: $y)', '(n: null)'];
  const argument =
    isFancy && field.args.length > 0 && pick(fc.boolean()) ? pick(fc.constantFrom(...values)) : '';
  const alias = isFancy ? pickAlias(making, field.name, argument) : '';
  const named = getNamedType(field.type);
  const inner = isCompositeType(named) ? ` ${pickSelections(making, named, depth - 1)}` : '';
  return `${alias}${field.name}${argument}${pickCondition(making)}${inner}`;
}

/** Names that a plan uses itself are the dangerous ones. Now and then one name stands for two things, as it may on types that exclude each other. */
function pickAlias({ pick, taken }: Making, name: string, argument: string): string {
  const meaning = `${name}${argument}`;
  const wanted = pick(
    fc.constantFrom('', '', '', '', 'id', 'code', 'label', 'f0', 'f1', '__typename', 'x', 'y'),
  );
  const responseName = wanted || name;
  const before = taken.get(responseName) ?? meaning;
  if (before === meaning || pick(fc.integer({ min: 0, max: 30 })) === 0) {
    taken.set(responseName, meaning);
    return wanted ? `${wanted}: ` : '';
  }
  const unique = `u${taken.size}`;
  taken.set(unique, meaning);
  return `${unique}: `;
}

function pickCondition({ pick, isFancy }: Making): string {
  if (!isFancy) return '';
  const conditions = [
    '@include(if: $maybe)',
    '@skip(if: $maybe)',
    '@include(if: $yes)',
    '@skip(if: $no)',
    '@skip(if: true)',
  ];
  return ` ${pick(fc.constantFrom('', '', '', '', '', '', '', ...conditions))}`;
}

function pickFragment(making: Making, type: GraphQLCompositeType, depth: number): string {
  const { pick, schema, fragments } = making;
  const candidates: GraphQLCompositeType[] = [type];
  if (isAbstractType(type)) candidates.push(...schema.getPossibleTypes(type));
  if (isObjectType(type)) candidates.push(...(type as GraphQLObjectType).getInterfaces());
  const on = pick(fc.constantFrom(...candidates));
  if (depth <= 1) return '';
  const inner = pickSelections(making, on, depth - 1);
  if (pick(fc.boolean())) return `... on ${on.name}${pickCondition(making)} ${inner}`;
  const name = `F${fragments.length}`;
  fragments.push(`fragment ${name} on ${on.name} ${inner}`);
  return `...${name}${pickCondition(making)}`;
}
