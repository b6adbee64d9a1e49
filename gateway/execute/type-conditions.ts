import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/** Names of types for which a fragment on another type applies, asked of the whole supergraph. */
export class TypeConditions {
  readonly #schema: GraphQLSchema;
  readonly #matching = new Map<string, ReadonlySet<unknown>>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** The condition's own name, and its object types and interfaces when it is abstract. */
  matching(condition: string): ReadonlySet<unknown> {
    const known = this.#matching.get(condition);
    if (known) return known;
    const names = new Set<unknown>([condition]);
    const type = this.#schema.getType(condition);
    if (isAbstractType(type)) {
      for (const object of this.#schema.getPossibleTypes(type)) names.add(object.name);
    }
    if (isInterfaceType(type)) {
      for (const other of this.#schema.getImplementations(type).interfaces) names.add(other.name);
    }
    this.#matching.set(condition, names);
    return names;
  }

  /** Whether a `__typename` says what an object is, rather than (of an interface object) only what it implements. */
  isObjectType(name: unknown): boolean {
    return typeof name === 'string' && isObjectType(this.#schema.getType(name));
  }
}
