import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type InlineFragmentNode,
  Kind,
  type NameNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  getNamedType,
  isAbstractType,
  visit,
} from 'graphql';
import type { Role } from '../../wire/viewer.ts';
import { includesRole } from './access-rules.ts';
import type { ClientField, ClientSelection } from './client-selection.ts';
import type { PrivateNames } from './private-names.ts';

export interface PlanDocumentOptions {
  readonly schema: GraphQLSchema;
  readonly names: PrivateNames;
  /** Of whoever asks: fields beyond it are left out. */
  readonly role: Role | undefined;
}

/**
 * What the planner is given: one operation under private names, without fragments of a name, introspection and protected fields. undefined when
 * nothing is left to fetch.
 */
export function createPlanDocument(
  options: PlanDocumentOptions,
  definition: OperationDefinitionNode,
  selections: readonly ClientSelection[],
  rootType: GraphQLCompositeType,
): DocumentNode | undefined {
  const planned = planSelections(options, selections, rootType);
  if (planned.length === 0) return undefined;
  const operation: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: definition.operation,
    ...(definition.variableDefinitions
      ? {
          variableDefinitions: definition.variableDefinitions.map((variable) =>
            renameVariables({ ...variable, directives: [] as ConstDirectiveNode[] }, options.names),
          ),
        }
      : {}),
    ...(definition.directives
      ? { directives: definition.directives.map((directive) => renameVariables(directive, options.names)) }
      : {}),
    selectionSet: selectionSetOf(planned),
  };
  return { kind: Kind.DOCUMENT, definitions: [operation] };
}

function planSelections(
  options: PlanDocumentOptions,
  selections: readonly ClientSelection[],
  rootType?: GraphQLCompositeType,
): SelectionNode[] {
  return selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === 'field') return planField(options, selection, rootType !== undefined);
    const inner = planSelections(options, selection.selections, rootType);
    if (inner.length === 0 && rootType) return [];
    const fragment: InlineFragmentNode = {
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: nameOf(selection.typeCondition.name) },
      selectionSet: selectionSetOf(inner.length > 0 ? inner : [typename]),
    };
    return [fragment];
  });
}

function planField(options: PlanDocumentOptions, field: ClientField, isRoot: boolean): SelectionNode[] {
  if (field.privateName.startsWith('__')) return isRoot ? [] : [typename];
  const node = fieldNode(options, field);
  const denied = deniedTypes(field, options.role);
  if (denied.size === 0) return [node];
  if (!isAbstractType(field.parentType)) return [];
  const allowed = options.schema.getPossibleTypes(field.parentType).filter((type) => !denied.has(type.name));
  return allowed.map((type) => ({
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: nameOf(type.name) },
    selectionSet: selectionSetOf([node]),
  }));
}

/** The object types on which a role may not have this field. */
export function deniedTypes(field: ClientField, role: Role | undefined): ReadonlySet<string> {
  const denied = new Set<string>();
  for (const [type, required] of field.required) {
    if (!includesRole(role, required)) denied.add(type);
  }
  return denied;
}

function fieldNode(options: PlanDocumentOptions, field: ClientField): FieldNode {
  const { node } = field;
  const name = node.name.value;
  const renamed = renameVariables(node, options.names, 'shallow');
  return {
    kind: Kind.FIELD,
    name: node.name,
    ...(field.privateName === name ? {} : { alias: nameOf(field.privateName) }),
    arguments: renamed.arguments ?? [],
    directives: (renamed.directives ?? []).filter(
      ({ name: { value } }) => value !== 'include' && value !== 'skip',
    ),
    ...(field.selections ? { selectionSet: selectionSetOf(planComposite(options, field)) } : {}),
  };
}

function planComposite(options: PlanDocumentOptions, field: ClientField): SelectionNode[] {
  const inner = planSelections(options, field.selections ?? []);
  if (inner.length === 0) return [typename];
  // Only a `__typename` of its own makes the planner look for the real type of an interface object.
  const needsType =
    isAbstractType(getNamedType(field.type)) &&
    inner.some((selection) => selection.kind === Kind.INLINE_FRAGMENT);
  return needsType ? [typename, ...inner] : inner;
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

function selectionSetOf(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections };
}

function nameOf(value: string): NameNode {
  return { kind: Kind.NAME, value };
}

/** @param depth `shallow` leaves the selection set of a field as it is, where it would only be thrown away */
function renameVariables<Node extends Parameters<typeof visit>[0]>(
  node: Node,
  names: PrivateNames,
  depth: 'deep' | 'shallow' = 'deep',
): Node {
  return visit(node, {
    ...(depth === 'shallow' ? { SelectionSet: () => false } : {}),
    Variable: (variable) => ({ ...variable, name: nameOf(names.variable(variable.name.value)) }),
  });
}
