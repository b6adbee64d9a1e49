import {
  type GraphQLObjectType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  getNamedType,
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { ShapeRule } from '../check-shapes.ts';
import { type Field, fieldsOf, placeOf } from '../shape-model.ts';
import { edgeOf, isConnection } from './connection-type.ts';

/**
 * What `@scatter(merge:)` joins can be joined. LIST: a list, or a subscription. SUM: an object of nothing but numbers. CONNECTION: a page with
 * the arguments `first: Int` and `after: String`, whose edges have a `cursor: String!` and a `node`, and a `pageInfo`. An argument `nodes` that
 * narrows it is `[ID!]`. A mutation is not scattered: half of it done is nothing that a caller could undo.
 */
export const checkMerges: ShapeRule = (shape) => {
  const problems: string[] = [];
  for (const type of shape.objects) {
    const kind = shape.rootKind(type);
    if (!kind) continue;
    for (const field of fieldsOf(type)) {
      const merge = shape.directive('scatter', field)?.['merge'];
      if (merge === undefined) continue;
      const say = (problem: string) => problems.push(`${placeOf(shape, type, field)} ${problem}`);
      if (kind === 'mutation') say('has @scatter; a mutation runs on one node, by @route');
      const nodes = field.args.find((argument) => argument.name === 'nodes');
      if (nodes && String(getNullableType(nodes.type)) !== '[ID!]') {
        say(`has an argument nodes of type ${String(nodes.type)}; expected [ID!]`);
      }
      const fault = kind === 'subscription' && merge === 'LIST' ? undefined : faultOfMerge(merge, field);
      if (fault) say(`has @scatter(merge: "${merge}"), but ${fault}`);
    }
  }
  return problems;
};

function faultOfMerge(merge: string, field: Field): string | undefined {
  const type = getNamedType(field.type);
  switch (merge) {
    case 'LIST':
      return isListType(getNullableType(field.type)) ? undefined : 'does not return a list';
    case 'SUM':
      return isObjectType(type) ? faultOfSum(type) : 'does not return an object';
    case 'CONNECTION':
      if (!isConnection(type)) return `${type.name} is no page: expected edges and pageInfo`;
      return faultOfArguments(field) ?? faultOfPage(type);
    default:
      return 'expected LIST, CONNECTION or SUM';
  }
}

function faultOfSum(type: GraphQLObjectType): string | undefined {
  const odd = fieldsOf(type).find((field) => {
    const plain = getNullableType(field.type);
    return plain !== GraphQLInt && plain !== GraphQLFloat;
  });
  return odd && `${type.name}.${odd.name} is no number`;
}

function faultOfArguments(field: Field): string | undefined {
  const typeOf = (name: string) => {
    const argument = field.args.find((candidate) => candidate.name === name);
    return argument && getNullableType(argument.type);
  };
  if (typeOf('first') !== GraphQLInt) return 'it has no argument first: Int';
  const after = typeOf('after');
  return after === GraphQLString || after === GraphQLID ? undefined : 'it has no argument after: String';
}

function faultOfPage(page: GraphQLObjectType): string | undefined {
  const edge = edgeOf(page)?.getFields();
  const cursor = edge?.['cursor'];
  if (!cursor || !isNonNullType(cursor.type)) return `the edges of ${page.name} have no cursor: String!`;
  if (!edge['node']) return `the edges of ${page.name} have no node`;
  const pageInfo = page.getFields()['pageInfo'];
  const info = pageInfo && getNamedType(pageInfo.type);
  const fields = isObjectType(info) ? info.getFields() : {};
  return fields['hasNextPage'] && fields['endCursor']
    ? undefined
    : 'pageInfo has no hasNextPage and endCursor';
}
