import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  executeSync,
} from 'graphql';
import type { ClientField, ClientSelection } from '../plan/client-selection.ts';

export interface IntrospectionOptions {
  readonly schema: GraphQLSchema;
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly selections: readonly ClientSelection[];
}

/** Answers to `__schema` and `__type`, by response name. */
export type Introspect = (variables: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

const empty = {};

/** Answers them from the API schema; without variables that is done once for all runs. */
export function compileIntrospection(options: IntrospectionOptions): Introspect {
  const fields = introspectionFields(options.selections);
  if (fields.length === 0) return () => empty;
  const document = createDocument(options, fields);
  const introspect: Introspect = (variableValues) =>
    executeSync({ schema: options.schema, document, variableValues }).data ?? empty;
  if (options.definition.variableDefinitions?.length) return introspect;
  let known: ReturnType<Introspect> | undefined;
  return () => (known ??= introspect(empty));
}

function introspectionFields(selections: readonly ClientSelection[]): readonly ClientField[] {
  return selections.flatMap((selection): readonly ClientField[] => {
    if (selection.kind === 'fragment') return introspectionFields(selection.selections);
    return selection.privateName === '__schema' || selection.privateName === '__type' ? [selection] : [];
  });
}

function createDocument(options: IntrospectionOptions, fields: readonly ClientField[]): DocumentNode {
  // Whether a field is in the answer is decided where the answer is shaped.
  const selections = fields.map(({ node }): FieldNode => ({ ...node, directives: [] }));
  const operation: OperationDefinitionNode = {
    ...options.definition,
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
  return { kind: Kind.DOCUMENT, definitions: [operation, ...options.fragments.values()] };
}
