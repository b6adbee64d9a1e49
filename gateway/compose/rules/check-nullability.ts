import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { ShapeRule } from '../check-shapes.ts';
import { type Field, type ShapeModel, fieldsOf, placeOf } from '../shape-model.ts';
import { isConnection } from './connection-type.ts';

/**
 * Non-null only where the value comes with its neighbours, so that what is missing costs itself and nothing else:
 *
 * - An entity that several shapes contribute to has nullable fields, but for its keys: each shape's part is a fetch of its own.
 * - In a shape that many nodes publish: root fields are nullable (a node may be down, and a mutation beside it was carried out); so is a field
 *   or an item of a list that is an entity which any shape shards (the fleet leaves out rows that a node does not own); a page has `edges: [X]!`
 *   and `nodes: [X]!`. (A stub of a type that nobody shards, such as User, carries its own key, and there is no node that could be down.)
 */
export const checkNullability: ShapeRule = (shape, all) => {
  const problems: string[] = [];
  for (const type of shape.objects) {
    const isRoot = shape.rootKind(type) !== undefined;
    const isShared = !isRoot && isEntity(shape, type) && countContributors(type, all) > 1;
    for (const field of fieldsOf(type)) {
      const say = (problem: string) => problems.push(`${placeOf(shape, type, field)} ${problem}`);
      if (isShared && isNonNullType(field.type) && !isKeyField(shape, type, field)) {
        say(`is non-null, but ${type.name} has fields in other shapes too, and they are fetched apart`);
      }
      if (!shape.isFleet) continue;
      if (isRoot && isNonNullType(field.type)) say('is non-null, but the node that it asks may be down');
      if (isConnection(type) && (field.name === 'edges' || field.name === 'nodes')) {
        if (!isListOfNullable(field))
          say(`is ${String(field.type)}; expected [X]!, a list with room for nulls`);
      } else if (!isRoot && isSharded(getNamedType(field.type), all) && hasNoRoom(field)) {
        say(`is ${String(field.type)}, but rows that cannot be had are null`);
      }
    }
  }
  return problems;
};

function isEntity(shape: ShapeModel, type: GraphQLNamedType): boolean {
  return shape.keys(type).length > 0;
}

function isSharded({ name }: GraphQLNamedType, all: readonly ShapeModel[]): boolean {
  return all.some((shape) =>
    shape.objects.some((type) => type.name === name && shape.shard(type) !== undefined),
  );
}

function countContributors(type: GraphQLObjectType, all: readonly ShapeModel[]): number {
  const contributes = (shape: ShapeModel): boolean => {
    const theirs = shape.objects.find((candidate) => candidate.name === type.name);
    return theirs !== undefined && shape.keys(theirs).some((key) => key.isResolvable);
  };
  return all.filter(contributes).length;
}

function isKeyField(shape: ShapeModel, type: GraphQLObjectType, field: Field): boolean {
  return shape.keys(type).some((key) => key.fields.includes(field.name));
}

function isListOfNullable(field: Field): boolean {
  if (!isNonNullType(field.type)) return false;
  const list = field.type.ofType;
  return isListType(list) && !isNonNullType(list.ofType);
}

/** Whether a missing row would take its parent along. */
function hasNoRoom(field: Field): boolean {
  const inner = isNonNullType(field.type) ? field.type.ofType : field.type;
  return isListType(inner) ? isNonNullType(inner.ofType) : isNonNullType(field.type);
}
