import {
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { ClientField, ClientSelection } from '../plan/client-selection.ts';
import { deniedTypes } from '../plan/plan-document.ts';
import { type CollectedFields, collectFields, collectTypelessFields } from './collect-fields.ts';
import { createLeafCheck } from './leaf-shape.ts';
import type { ShapeOptions } from './response-shape.ts';

/**
 * Shapes an answer in which nothing is wrong, by code made for the operation: it writes each object with all of its fields at once, which is
 * several times as fast as field by field. undefined as soon as anything is not as the schema promises: then the careful way has to be taken.
 */
export type FastShape = (data: unknown, introspection: Readonly<Record<string, unknown>>) => unknown;

/** undefined when no answer to the operation could be without errors, as some field is refused. */
export function createFastShape(
  options: ShapeOptions,
  rootType: GraphQLObjectType,
  selections: readonly ClientSelection[],
): FastShape | undefined {
  if (hasDenied(options, selections)) return undefined;
  return compileObject(options, rootType.name, collectFields(options.schema, [selections], rootType));
}

function hasDenied(options: ShapeOptions, selections: readonly ClientSelection[]): boolean {
  return selections.some((selection) => {
    if (selection.kind === 'field' && deniedTypes(selection, options.role).size > 0) return true;
    return selection.selections !== undefined && hasDenied(options, selection.selections);
  });
}

/** A program in the making. Its text holds names of GraphQL alone, which are harmless by their grammar; all else is handed in. */
interface Program {
  readonly options: ShapeOptions;
  readonly functions: string[];
  readonly externals: ((value: never) => unknown)[];
  names: number;
}

function compileObject(options: ShapeOptions, typeName: string, fields: CollectedFields): FastShape {
  const program: Program = { options, functions: [], externals: [], names: 0 };
  const main = addObject(program, typeName, fields);
  // oxlint-disable-next-line typescript/no-implied-eval -- of names that the parser has let through and nothing else
  const create = new Function('externals', `${program.functions.join('\n')}\nreturn ${main};`) as (
    externals: Program['externals'],
  ) => FastShape;
  return create(program.externals);
}

function addObject(program: Program, typeName: string, fields: CollectedFields): string {
  const statements: string[] = [];
  const entries: string[] = [];
  for (const [responseName, [field, ...others]] of fields) {
    if (!field) continue;
    const variable = newName(program);
    statements.push(readField(program, typeName, variable, [field, ...others]));
    entries.push(`${responseName === '__proto__' ? '["__proto__"]' : responseName}: ${variable}`);
  }
  const name = newName(program);
  program.functions.push(
    `function ${name}(source, introspection) {\n${statements.join('\n')}\nreturn { ${entries.join(', ')} };\n}`,
  );
  return name;
}

function readField(
  program: Program,
  typeName: string,
  variable: string,
  fields: readonly [ClientField, ...ClientField[]],
): string {
  const [{ privateName, responseName, type }] = fields;
  if (privateName === '__typename') return `const ${variable} = "${typeName}";`;
  if (privateName.startsWith('__')) return `const ${variable} = introspection.${responseName} ?? null;`;
  const selectionSets = fields.flatMap(({ selections }) => (selections ? [selections] : []));
  return `let ${variable} = source.${privateName};\n${complete(program, type, variable, selectionSets)}`;
}

type SelectionSets = readonly (readonly ClientSelection[])[];

/** Statements that turn a variable from what was fetched into what is answered, or return. */
function complete(
  program: Program,
  type: GraphQLOutputType,
  variable: string,
  selectionSets: SelectionSets,
): string {
  const [inner, whenNull] = isNonNullType(type) ? [type.ofType, 'return;'] : [type, `${variable} = null;`];
  return `if (${variable} == null) { ${whenNull} } else ${value(program, inner, variable, selectionSets)}`;
}

function value(
  program: Program,
  type: GraphQLOutputType,
  variable: string,
  selectionSets: SelectionSets,
): string {
  if (isListType(type)) {
    const [list, index, item] = [newName(program), newName(program), newName(program)];
    return `{
      if (!Array.isArray(${variable})) return;
      const ${list} = [];
      for (let ${index} = 0; ${index} < ${variable}.length; ${index} += 1) {
        let ${item} = ${variable}[${index}];
        ${complete(program, type.ofType, item, selectionSets)}
        ${list}.push(${item});
      }
      ${variable} = ${list};
    }`;
  }
  const named = getNamedType(type);
  if (isLeafType(named)) return leaf(program, named, variable);
  const shape = isAbstractType(named)
    ? external(program, compileAbstract(program.options, named, selectionSets))
    : addObject(program, named.name, collectFields(program.options.schema, selectionSets, named));
  return `{
    if (typeof ${variable} !== "object" || Array.isArray(${variable})) return;
    ${variable} = ${shape}(${variable});
    if (${variable} === undefined) return;
  }`;
}

function leaf(program: Program, type: GraphQLLeafType, variable: string): string {
  const check = `{ ${variable} = ${external(program, createLeafCheck(type))}(${variable}); if (${variable} === undefined) return; }`;
  return type.name === 'String' || type.name === 'ID'
    ? `if (typeof ${variable} !== "string") ${check}`
    : check;
}

/** Object types are compiled when they first occur: an interface may have many. */
function compileAbstract(
  options: ShapeOptions,
  type: GraphQLAbstractType,
  selectionSets: SelectionSets,
): (object: { readonly __typename?: unknown }) => unknown {
  const { schema } = options;
  const possible = new Map<unknown, GraphQLObjectType>(
    schema.getPossibleTypes(type).map((object) => [object.name, object]),
  );
  const fields = collectTypelessFields(schema, selectionSets, type);
  const typeless = fields && compileObject(options, type.name, fields);
  const shapes = new Map<unknown, FastShape>();
  return (object) => {
    const typename = object.__typename;
    let shape = shapes.get(typename);
    if (!shape) {
      const found = possible.get(typename);
      shape = found && compileObject(options, found.name, collectFields(schema, selectionSets, found));
      if (shape) shapes.set(typename, shape);
      else if (typename === undefined || typename === type.name) shape = typeless;
    }
    return shape?.(object, {});
  };
}

function external(program: Program, call: (value: never) => unknown): string {
  return `externals[${program.externals.push(call) - 1}]`;
}

function newName(program: Program): string {
  program.names += 1;
  return `$${program.names}`;
}
