import type { GraphQLObjectType } from 'graphql';
import { invariant } from '../../wire/invariant.ts';
import { type Role, roles } from '../../wire/viewer.ts';
import { type AccessRules, includesRole } from './access-rules.ts';
import { type ClientSelection, readSelections } from './client-selection.ts';
import { collectConditions } from './conditions.ts';
import type { LoadedSupergraph } from './load-supergraph.ts';
import { PrivateNames } from './private-names.ts';
import { type ReadOperation, readOperation } from './read-operation.ts';

/** An operation read once, for whichever role it is then planned. */
export interface PreparedOperation extends ReadOperation {
  readonly rootType: GraphQLObjectType;
  readonly names: PrivateNames;
  readonly selections: readonly ClientSelection[];
  /** The variables that `@include` and `@skip` ask for, with their defaults. */
  readonly conditions: ReadonlyMap<string, boolean | undefined>;
  /** Equal for roles that see the same of it. */
  variantFor(role: Role | undefined): string;
}

export interface PrepareRequest {
  readonly query: string;
  readonly operationName?: string | undefined;
}

/** Reads an operation; throws `OperationErrors` when it is none, or not a valid one. */
export function prepareOperation(
  supergraph: LoadedSupergraph,
  access: AccessRules,
  request: PrepareRequest,
): PreparedOperation {
  const read = readOperation({
    schema: supergraph.apiSchema,
    query: request.query,
    operationName: request.operationName || undefined,
  });
  const rootType = supergraph.apiSchema.getRootType(read.definition.operation);
  invariant(rootType, 'a valid operation has a root type');
  const names = new PrivateNames(supergraph.fieldNames);
  const selections = readSelections(
    { fragments: read.fragments, schema: supergraph.apiSchema, names, access },
    read.definition.selectionSet,
    rootType,
  );
  const required = roles.filter((role) => requires(selections, role));
  return {
    ...read,
    rootType,
    names,
    selections,
    conditions: collectConditions(read.definition, selections),
    variantFor: (role) => {
      // A role is named in the message of what it is refused.
      const lacksSome = required.some((one) => !includesRole(role, one));
      return lacksSome ? `as ${role ?? 'stranger'}` : 'all';
    },
  };
}

function requires(selections: readonly ClientSelection[], role: Role): boolean {
  return selections.some((selection) => {
    if (selection.kind === 'field' && [...selection.required.values()].includes(role)) return true;
    return selection.selections !== undefined && requires(selection.selections, role);
  });
}
