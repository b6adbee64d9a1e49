import {
  type FieldDefinitionNode,
  type FieldNode,
  type InputValueDefinitionNode,
  Kind,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { argumentOf } from './directives.ts';
import { type SdlIndex, namedType } from './sdl-index.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** The value of an argument, or of something inside it, in one run; undefined when neither the client nor the schema gives one. */
export type ReadArgument = (variables: Variables) => unknown;

interface ArgumentPlace {
  readonly index: SdlIndex;
  readonly field: FieldNode;
  readonly definition: FieldDefinitionNode;
  /** The argument's name, then the names of input fields inside it: `['input', 'to']`. */
  readonly path: readonly string[];
}

/**
 * Works out once where an argument's value comes from: a literal, a variable, a variable inside a literal object, the schema's default of the
 * argument or of an input field.
 */
export function compileArgument({ index, field, definition, path }: ArgumentPlace): ReadArgument {
  const [name = '', ...rest] = path;
  const given = field.arguments?.find((argument) => argument.name.value === name)?.value;
  return compileValue(index, given, argumentOf(definition, name), rest);
}

function compileValue(
  index: SdlIndex,
  given: ValueNode | undefined,
  input: InputValueDefinitionNode | undefined,
  path: readonly string[],
): ReadArgument {
  const value = given ?? input?.defaultValue;
  if (!value) return () => undefined;
  if (value.kind === Kind.VARIABLE) {
    const readDefault = compileValue(index, undefined, input, path);
    const name = value.name.value;
    return (variables) => {
      const supplied = variables[name];
      return supplied === undefined ? readDefault(variables) : pluck(index, supplied, input, path);
    };
  }
  const [next, ...rest] = path;
  if (next === undefined) return compileWhole(value);
  if (value.kind !== Kind.OBJECT) return () => undefined;
  const inside = value.fields.find((candidate) => candidate.name.value === next)?.value;
  return compileValue(index, inside, inputFieldOf(index, input, next), rest);
}

function compileWhole(value: ValueNode): ReadArgument {
  let usesVariables = false;
  const look = (node: ValueNode): void => {
    if (node.kind === Kind.VARIABLE) usesVariables = true;
    if (node.kind === Kind.LIST) node.values.forEach(look);
    if (node.kind === Kind.OBJECT) node.fields.forEach((entry) => look(entry.value));
  };
  look(value);
  if (usesVariables) return (variables) => valueFromASTUntyped(value, variables);
  const constant: unknown = valueFromASTUntyped(value);
  return () => constant;
}

/** What a variable's value holds at the path, input fields that it leaves out by their defaults. */
function pluck(
  index: SdlIndex,
  value: unknown,
  input: InputValueDefinitionNode | undefined,
  [next, ...rest]: readonly string[],
): unknown {
  if (next === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const inside = inputFieldOf(index, input, next);
  const held: unknown = Object.hasOwn(value, next) ? Reflect.get(value, next) : undefined;
  return held === undefined
    ? compileValue(index, undefined, inside, rest)({})
    : pluck(index, held, inside, rest);
}

function inputFieldOf(
  index: SdlIndex,
  input: InputValueDefinitionNode | undefined,
  name: string,
): InputValueDefinitionNode | undefined {
  return input && index.types.get(namedType(input.type))?.inputFields.get(name);
}
