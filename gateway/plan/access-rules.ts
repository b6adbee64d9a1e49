import {
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
} from 'graphql';
import { type Role, roles } from '../../wire/viewer.ts';

/** For which object types the field of a selection needs a role, and which. */
export type RequiredRoles = ReadonlyMap<string, Role>;

const nothing: RequiredRoles = new Map();

/** Which fields need which role, asked by the selections of an operation. */
export class AccessRules {
  readonly #schema: GraphQLSchema;
  readonly #byCoordinate: ReadonlyMap<string, Role>;

  constructor(schema: GraphQLSchema, byCoordinate: ReadonlyMap<string, Role>) {
    this.#schema = schema;
    this.#byCoordinate = new Map(byCoordinate);
  }

  /** A field selected on an interface needs on each object type what the type or any of its interfaces asks for. */
  requiredRoles(parent: GraphQLCompositeType, fieldName: string): RequiredRoles {
    if (this.#byCoordinate.size === 0) return nothing;
    const required = new Map<string, Role>();
    for (const type of this.#objectTypes(parent)) {
      const role = this.#requiredOn(type, fieldName);
      if (role) required.set(type.name, role);
    }
    return required.size > 0 ? required : nothing;
  }

  #objectTypes(type: GraphQLCompositeType): readonly GraphQLObjectType[] {
    if (isObjectType(type)) return [type];
    return isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [];
  }

  #requiredOn(type: GraphQLObjectType, fieldName: string): Role | undefined {
    return [type, ...type.getInterfaces()]
      .map(({ name }) => this.#byCoordinate.get(`${name}.${fieldName}`))
      .reduce(higher, undefined);
  }
}

function higher(a: Role | undefined, b: Role | undefined): Role | undefined {
  if (!a || !b) return a ?? b;
  return roles.indexOf(a) > roles.indexOf(b) ? a : b;
}

/** Whether whoever has the first role has the second one too. */
export function includesRole(role: Role | undefined, required: Role): boolean {
  return role !== undefined && roles.indexOf(role) >= roles.indexOf(required);
}
