import {
  type DocumentNode,
  type FieldDefinitionNode,
  GraphQLDirective,
  GraphQLNonNull,
  GraphQLString,
  DirectiveLocation,
  Kind,
  getDirectiveValues,
} from 'graphql';
import { type Role, roles } from '../../wire/viewer.ts';

const accessDirective = new GraphQLDirective({
  name: 'access',
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: { role: { type: new GraphQLNonNull(GraphQLString), defaultValue: 'player' } },
});

/** Reads `@access` of every field of every object type: `Type.field` to role, the strictest where shapes differ. */
export function readAccess(documents: readonly DocumentNode[]): ReadonlyMap<string, Role> {
  const access = new Map<string, Role>();
  for (const { definitions } of documents) {
    for (const definition of definitions) {
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) {
        continue;
      }
      for (const field of definition.fields ?? []) {
        const role = readRole(field);
        if (!role) continue;
        const place = `${definition.name.value}.${field.name.value}`;
        access.set(place, stricter(role, access.get(place)));
      }
    }
  }
  return access;
}

function readRole(field: FieldDefinitionNode): Role | undefined {
  const values = getDirectiveValues(accessDirective, field);
  if (!values) return undefined;
  const role = parseRole(values['role']);
  if (!role) {
    throw new Error(
      `Expected @access(role:) to be one of ${roles.join(', ')}, got ${String(values['role'])}`,
    );
  }
  return role;
}

/** As written in SDL, in either case; undefined when there is no such role. */
export function parseRole(text: unknown): Role | undefined {
  return roles.find((role) => role === String(text).toUpperCase());
}

function stricter(one: Role, other: Role | undefined): Role {
  return other && roles.indexOf(other) > roles.indexOf(one) ? other : one;
}
