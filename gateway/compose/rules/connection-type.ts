import { type GraphQLNamedType, type GraphQLObjectType, getNamedType, isObjectType } from 'graphql';

/** A page: a type with `edges` and `pageInfo`. */
export function isConnection(type: GraphQLNamedType): type is GraphQLObjectType {
  return isObjectType(type) && 'edges' in type.getFields() && 'pageInfo' in type.getFields();
}

/** The type of a connection's edges. */
export function edgeOf(connection: GraphQLObjectType): GraphQLObjectType | undefined {
  return objectOf(connection, 'edges');
}

/** The object types of a connection's rows, by `edges { node }` and by `nodes`. */
export function rowsOfConnection(connection: GraphQLObjectType): readonly GraphQLObjectType[] {
  const edge = edgeOf(connection);
  const rows = [objectOf(connection, 'nodes'), edge && objectOf(edge, 'node')];
  return rows.filter((row) => row !== undefined);
}

function objectOf(type: GraphQLObjectType, name: string): GraphQLObjectType | undefined {
  const field = type.getFields()[name];
  const named = field && getNamedType(field.type);
  return isObjectType(named) ? named : undefined;
}
