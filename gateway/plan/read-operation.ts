import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  parse,
  validate,
} from 'graphql';
import type { ErrorCode } from '../../schema/error-codes.ts';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { cutMessage } from '../../wire/cut-message.ts';
import { excessOf } from './excess-of.ts';

/** One operation of a client's document, valid against the API schema. */
export interface ReadOperation {
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

export interface ReadRequest {
  readonly schema: GraphQLSchema;
  readonly query: string;
  readonly operationName: string | undefined;
}

/** Parses and validates; throws a list of coded errors as `OperationErrors`. */
export function readOperation(request: ReadRequest): ReadOperation {
  const document = parseOperation(request.query);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const definition = pickOperation(document, request.operationName);
  measure(definition, fragments);
  assertValid(request.schema, document);
  assertSubscriptionRoot(definition, fragments);
  return { definition, fragments };
}

/** Why an operation of a client cannot be run. */
export class OperationErrors extends Error {
  readonly errors: readonly GraphQLError[];
  constructor(errors: readonly GraphQLError[]) {
    super(errors[0]?.message);
    this.errors = errors;
  }
}

function parseOperation(query: string): DocumentNode {
  const excess = excessOf(query);
  if (excess) throw refusal('OPERATION_TOO_LARGE', excess);
  try {
    return parse(query);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new OperationErrors([recoded(error, 'GRAPHQL_PARSE_FAILED')]);
  }
}

function pickOperation(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const named = name ? operations.filter((node) => node.name?.value === name) : operations;
  const [operation, another] = named;
  if (operation && !another) return operation;
  if (name) throw refusal('OPERATION_RESOLUTION_FAILURE', `Expected an operation named "${name}"`);
  throw refusal(
    'OPERATION_RESOLUTION_FAILURE',
    `Expected one operation, or a name to choose by, got ${operations.length} operations`,
  );
}

/** Refuses what is too deep or, with its fragments spread, too long: small texts can stand for billions of fields. */
function measure(
  definition: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): void {
  let selections = 0;
  const visit = (selectionSet: SelectionSetNode, depth: number, spreads: readonly string[]): void => {
    if (depth > limits.maxOperationDepth) {
      throw refusal('OPERATION_TOO_LARGE', `Expected at most ${limits.maxOperationDepth} nested selections`);
    }
    for (const selection of selectionSet.selections) {
      selections += 1;
      if (selections > limits.maxOperationSelections) {
        throw refusal(
          'OPERATION_TOO_LARGE',
          `Expected at most ${limits.maxOperationSelections} selections, fragments spread`,
        );
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value;
        const fragment = fragments.get(name);
        // A cycle and a missing fragment are for validation to name.
        if (fragment && !spreads.includes(name)) visit(fragment.selectionSet, depth, [...spreads, name]);
      } else if (selection.selectionSet) {
        visit(selection.selectionSet, depth + (selection.kind === Kind.FIELD ? 1 : 0), spreads);
      }
    }
  };
  visit(definition.selectionSet, 1, []);
}

function assertValid(schema: GraphQLSchema, document: DocumentNode): void {
  let errors: readonly GraphQLError[];
  try {
    errors = validate(schema, document);
  } catch (error) {
    // graphql-js collects the fields of a subscription before it has checked the variables of @include and @skip.
    if (!(error instanceof GraphQLError)) throw error;
    errors = [error];
  }
  if (errors.length > 0) {
    throw new OperationErrors(errors.map((error) => recoded(error, 'GRAPHQL_VALIDATION_FAILED')));
  }
}

/** The planner cannot plan a subscription whose only field may be absent; the specification of 2025 forbids it too. */
function assertSubscriptionRoot(
  definition: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): void {
  if (definition.operation !== 'subscription') return;
  const visit = (selectionSet: SelectionSetNode): void => {
    for (const selection of selectionSet.selections) {
      const condition = selection.directives?.find(
        ({ name: { value } }) => value === 'include' || value === 'skip',
      );
      if (condition) {
        throw new OperationErrors([
          new GraphQLError(`@${condition.name.value} cannot be used on the root field of a subscription`, {
            nodes: condition,
            extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
          }),
        ]);
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        if (fragment) visit(fragment.selectionSet);
      }
    }
  };
  visit(definition.selectionSet);
}

function refusal(code: ErrorCode, message: string): OperationErrors {
  return new OperationErrors([codedError(code, message)]);
}

function recoded(error: GraphQLError, code: ErrorCode): GraphQLError {
  return new GraphQLError(cutMessage(error.message), {
    ...(error.nodes ? { nodes: error.nodes } : {}),
    ...(error.source ? { source: error.source } : {}),
    ...(error.positions ? { positions: error.positions } : {}),
    extensions: { code },
  });
}
