import { GraphQLError, type GraphQLSchema, type OperationDefinitionNode, getVariableValues } from 'graphql';
import { cutMessage } from '../../wire/cut-message.ts';

export type CoercedVariables =
  { readonly values: Readonly<Record<string, unknown>> } | { readonly errors: readonly GraphQLError[] };

/** Reported at once; a list of a thousand wrong values is one mistake. */
const maxErrors = 10;

/** Checks a client's variables against the API schema and applies defaults. Faults are errors with BAD_USER_INPUT. */
export function createVariableCoercion(
  schema: GraphQLSchema,
  definition: OperationDefinitionNode,
  conditions: ReadonlyMap<string, unknown>,
): (variables: Readonly<Record<string, unknown>>) => CoercedVariables {
  const definitions = definition.variableDefinitions ?? [];
  const none: CoercedVariables = { values: {} };
  if (definitions.length === 0) return () => none;
  return (variables) => {
    const { coerced, errors } = getVariableValues(schema, definitions, variables, { maxErrors });
    if (errors) return { errors: errors.map(toInputError) };
    for (const name of conditions.keys()) {
      // `$on: Boolean = true` is allowed in `@include(if: $on)`, and so is an explicit null for it.
      if (typeof coerced[name] !== 'boolean') return { errors: [missingCondition(name)] };
    }
    return { values: coerced };
  };
}

function toInputError(error: GraphQLError): GraphQLError {
  return new GraphQLError(cutMessage(error.message), {
    ...(error.nodes ? { nodes: error.nodes } : {}),
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

function missingCondition(name: string): GraphQLError {
  return new GraphQLError(`Variable "$${name}" is the condition of @include or @skip and must not be null.`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}
