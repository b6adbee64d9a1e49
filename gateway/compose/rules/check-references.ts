import { type GraphQLObjectType, getNamedType, isAbstractType, isObjectType } from 'graphql';
import type { ShapeRule } from '../check-shapes.ts';
import { type Field, type ShapeModel, fieldsOf, placeOf } from '../shape-model.ts';
import { edgeOf, isConnection, rowsOfConnection } from './connection-type.ts';

/**
 * The planner never hops from a shape to itself: what a field returns is completed by the node that was asked. So a field may return a type
 * sharded in its own shape only where the row must be that node's:
 *
 * - a root field, which was sent to the owner (`@route`) or to all of them (`@scatter`), itself or through a page;
 * - a field of a type sharded `via: "NODE"`, itself or through a page: what lives on this node;
 * - any field, if what it returns is sharded `via: "NODE"`: the node on which this row is.
 *
 * Everything else (who sent a message, where an item was made) refers to rows that may be anywhere: it belongs into a shape in which that
 * type is a stub, `@key(…, resolvable: false)`.
 */
export const checkReferences: ShapeRule = (shape) => {
  const problems: string[] = [];
  for (const type of shape.objects) {
    if (shape.rootKind(type) || shape.shard(type)?.via === 'NODE') continue;
    if (isPart(shape, type)) continue;
    for (const field of fieldsOf(type)) {
      for (const target of rowsOf(shape, field)) {
        const shard = shape.shard(target);
        if (!shard || shard.via === 'NODE') continue;
        problems.push(
          `${placeOf(shape, type, field)} returns ${target.name}, which this shape shards: a row of another node would be asked of the wrong one. ` +
            `Move the field to a shape in which ${target.name} is a stub (resolvable: false)`,
        );
      }
    }
  }
  return problems;
};

/** Pages and their edges stand for the field that returns them. */
function isPart(shape: ShapeModel, type: GraphQLObjectType): boolean {
  return isConnection(type) || shape.objects.some((other) => isConnection(other) && edgeOf(other) === type);
}

/** The object types that a field gives rows of: its own, or those in its page. */
function rowsOf(shape: ShapeModel, field: Field): readonly GraphQLObjectType[] {
  const named = getNamedType(field.type);
  if (isAbstractType(named)) return shape.schema.getPossibleTypes(named);
  if (!isObjectType(named)) return [];
  return isConnection(named) ? rowsOfConnection(named) : [named];
}
