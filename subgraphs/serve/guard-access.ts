import {
  type GraphQLFieldConfig,
  type GraphQLSchema,
  defaultFieldResolver,
  getDirectiveValues,
  isObjectType,
} from 'graphql';
import { codedError } from '../../wire/coded-error.ts';
import { type Role, hasRole, roles } from '../../wire/viewer.ts';
import type { ShapeContext } from './shape-context.ts';

/** Wraps the resolver of every field with `@access(role:)`, in place: whoever lacks the role gets UNAUTHENTICATED or FORBIDDEN. */
export function guardAccess(schema: GraphQLSchema): GraphQLSchema {
  const directive = schema.getDirective('access');
  if (!directive) return schema;
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const values = field.astNode && getDirectiveValues(directive, field.astNode);
      if (values) guard(field, parseRole(values['role']));
    }
  }
  return schema;
}

function parseRole(value: unknown): Role {
  const role = roles.find((known) => known === String(value).toUpperCase());
  if (!role)
    throw new Error(`Expected @access(role:) to be one of ${roles.join(', ')}, got ${String(value)}`);
  return role;
}

type Field = Pick<GraphQLFieldConfig<unknown, ShapeContext>, 'resolve' | 'subscribe'>;

function guard(field: Field, role: Role): void {
  const { resolve = defaultFieldResolver, subscribe } = field;
  field.resolve = (source, args, context, info) => {
    assertRole(context, role);
    return resolve(source, args, context, info);
  };
  if (subscribe) {
    field.subscribe = (source, args, context, info) => {
      assertRole(context, role);
      return subscribe(source, args, context, info);
    };
  }
}

function assertRole(context: ShapeContext, role: Role): void {
  if (hasRole(context.viewer, role)) return;
  if (!context.viewer) throw codedError('UNAUTHENTICATED', 'Sign in first: send the token of your session');
  throw codedError('FORBIDDEN', `Expected the role ${role} or a higher one, got ${context.viewer.role}`);
}
