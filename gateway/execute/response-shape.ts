import {
  type GraphQLAbstractType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Role } from '../../wire/viewer.ts';
import type { ErrorCode } from '../../schema/error-codes.ts';
import { includesRole } from '../plan/access-rules.ts';
import type { ClientField, ClientSelection } from '../plan/client-selection.ts';
import { type CollectedFields, collectFields, collectTypelessFields } from './collect-fields.ts';
import { createLeafCheck } from './leaf-shape.ts';
import type { Problems } from './problems.ts';

/** What shaping one answer works with. */
interface ShapeRun {
  readonly problems: Problems;
  /** By response name: the answers to `__schema` and `__type`. */
  readonly introspection: Readonly<Record<string, unknown>>;
}

/**
 * Turns what was fetched under private names into what the client asked for. undefined stands for a field error: a problem has been added, and
 * null takes the place of the nearest nullable field or list item around it.
 */
export type Shape = (value: unknown, run: ShapeRun) => unknown;

export interface ShapeOptions {
  readonly schema: GraphQLSchema;
  readonly role: Role | undefined;
}

/** The shape of a whole answer: never undefined, null when an error reached the root. */
export function createResponseShape(
  options: ShapeOptions,
  rootType: GraphQLObjectType,
  selections: readonly ClientSelection[],
): Shape {
  const shape = new ShapeCompiler(options).object(rootType, [selections]);
  return (value, run) => shape(value, run) ?? null;
}

interface FieldShape {
  readonly responseName: string;
  readonly privateName: string;
  readonly shape: Shape;
}

class ShapeCompiler {
  readonly #options: ShapeOptions;
  readonly #objects = new Map<string, Shape>();
  readonly #ids = new Map<readonly ClientSelection[], number>();

  constructor(options: ShapeOptions) {
    this.#options = options;
  }

  /** Selections that are merged again and again (below each possible type of an interface) are compiled once. */
  object(type: GraphQLObjectType, selectionSets: readonly (readonly ClientSelection[])[]): Shape {
    const identity = `${type.name} ${selectionSets.map((set) => this.#id(set)).join(' ')}`;
    const known = this.#objects.get(identity);
    if (known) return known;
    const shape = this.#fields(type.name, collectFields(this.#options.schema, selectionSets, type));
    this.#objects.set(identity, shape);
    return shape;
  }

  #id(selections: readonly ClientSelection[]): number {
    const id = this.#ids.get(selections) ?? this.#ids.size;
    this.#ids.set(selections, id);
    return id;
  }

  #fields(typeName: string, collected: CollectedFields): Shape {
    const fields: FieldShape[] = [];
    for (const [responseName, [field, ...others]] of collected) {
      if (!field) continue;
      fields.push({
        responseName,
        privateName: field.privateName,
        shape: this.#field(typeName, field, others),
      });
    }
    return shapeFields(fields);
  }

  #field(typeName: string, field: ClientField, others: readonly ClientField[]): Shape {
    if (field.privateName === '__typename') return () => typeName;
    if (field.privateName.startsWith('__')) return (_, run) => run.introspection[field.responseName] ?? null;
    const coordinate = `${typeName}.${field.node.name.value}`;
    const required = field.required.get(typeName);
    if (required && !includesRole(this.#options.role, required)) {
      return completed(refuse(this.#options.role, required), field.type, coordinate);
    }
    const selectionSets = [field, ...others].flatMap(({ selections }) => (selections ? [selections] : []));
    return this.#complete(field.type, selectionSets, coordinate);
  }

  #complete(
    type: GraphQLOutputType,
    selectionSets: readonly (readonly ClientSelection[])[],
    coordinate: string,
  ): Shape {
    if (isNonNullType(type))
      return completed(this.#value(type.ofType, selectionSets, coordinate), type, coordinate);
    return completed(this.#value(type, selectionSets, coordinate), type, coordinate);
  }

  #value(
    type: GraphQLOutputType,
    selectionSets: readonly (readonly ClientSelection[])[],
    coordinate: string,
  ): Shape {
    if (isListType(type))
      return shapeList(this.#complete(type.ofType, selectionSets, coordinate), coordinate);
    const named = getNamedType(type);
    if (isLeafType(named)) return shapeLeaf(createLeafCheck(named), `a value of ${named.name}`, coordinate);
    if (isAbstractType(named)) return this.#abstract(named, selectionSets, coordinate);
    return shapeObject(this.object(named, selectionSets), coordinate);
  }

  #abstract(
    type: GraphQLAbstractType,
    selectionSets: readonly (readonly ClientSelection[])[],
    coordinate: string,
  ): Shape {
    const { schema } = this.#options;
    const possible = new Map(schema.getPossibleTypes(type).map((object) => [object.name, object]));
    const shapes = new Map<unknown, Shape>();
    const fields = collectTypelessFields(this.#options.schema, selectionSets, type);
    const typeless = fields && this.#fields(type.name, fields);
    return shapeObject((value, run) => {
      const typename = typenameOf(value);
      const known = shapes.get(typename);
      if (known) return known(value, run);
      const object = typename === undefined ? undefined : possible.get(typename);
      if (object) {
        const shape = this.object(object, selectionSets);
        shapes.set(typename, shape);
        return shape(value, run);
      }
      if (typeless && (typename === undefined || typename === type.name)) return typeless(value, run);
      return fail(
        run,
        'UNRESOLVABLE_TYPE',
        `Expected an object type of ${type.name} for ${coordinate}`,
        true,
      );
    }, coordinate);
  }
}

function typenameOf(value: unknown): string | undefined {
  const { __typename: typename } = value as { readonly __typename?: unknown };
  return typeof typename === 'string' ? typename : undefined;
}

/** A value in its place: what is null in a non-null place is an error, what failed in a nullable place is null. */
function completed(value: Shape, type: GraphQLOutputType, coordinate: string): Shape {
  if (!isNonNullType(type)) {
    return (input, run) => {
      const shaped = value(input, run);
      return shaped === undefined ? null : shaped;
    };
  }
  return (input, run) => {
    const shaped = value(input, run);
    if (shaped !== null) return shaped;
    return fail(run, 'SUBGRAPH_FAILED', `Cannot return null for non-nullable field ${coordinate}.`, true);
  };
}

function shapeFields(fields: readonly FieldShape[]): Shape {
  // On an ordinary object an assignment to `__proto__` is none; one without a prototype is slower to write and to print.
  const create = fields.some(({ responseName }) => responseName === '__proto__')
    ? (): Record<string, unknown> => Object.create(null)
    : (): Record<string, unknown> => ({});
  return (value, run) => {
    const source = value as Readonly<Record<string, unknown>>;
    const answer = create();
    const { problems } = run;
    for (const { responseName, privateName, shape } of fields) {
      const before = problems.list.length;
      const shaped = shape(source[privateName], run);
      if (problems.list.length !== before) problems.locate(before, responseName);
      if (shaped === undefined) return undefined;
      answer[responseName] = shaped;
    }
    return answer;
  };
}

function shapeObject(shape: Shape, coordinate: string): Shape {
  return (value, run) => {
    if (value === null || value === undefined) return null;
    if (typeof value === 'object' && !Array.isArray(value)) return shape(value, run);
    return fail(run, 'SUBGRAPH_FAILED', `Expected an object for ${coordinate}, got ${kindOf(value)}`);
  };
}

function shapeList(item: Shape, coordinate: string): Shape {
  return (value, run) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) {
      return fail(run, 'SUBGRAPH_FAILED', `Expected a list for ${coordinate}, got ${kindOf(value)}`);
    }
    const { problems } = run;
    const answer: unknown[] = [];
    for (let index = 0; index < value.length; index += 1) {
      const before = problems.list.length;
      const shaped = item(value[index], run);
      if (problems.list.length !== before) problems.locate(before, index);
      if (shaped === undefined) return undefined;
      answer.push(shaped);
    }
    return answer;
  };
}

function shapeLeaf(check: (value: unknown) => unknown, expected: string, coordinate: string): Shape {
  return (value, run) => {
    if (value === null || value === undefined) return null;
    const shaped = check(value);
    if (shaped !== undefined) return shaped;
    return fail(run, 'SUBGRAPH_FAILED', `Expected ${expected} for ${coordinate}, got ${kindOf(value)}`);
  };
}

function refuse(role: Role | undefined, required: Role): Shape {
  if (role === undefined) {
    return (_, run) => fail(run, 'UNAUTHENTICATED', 'Sign in first: send the token of your session');
  }
  const message = `Expected the role ${required} or a higher one, got ${role}`;
  return (_, run) => fail(run, 'FORBIDDEN', message);
}

function fail(run: ShapeRun, code: ErrorCode, message: string, isConsequence = false): undefined {
  run.problems.add({ code, message, isConsequence });
  return undefined;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : value === null ? 'null' : `a value of type ${typeof value}`;
}
