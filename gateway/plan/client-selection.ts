import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  Kind,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type ValueNode,
  getNamedType,
  isCompositeType,
  isUnionType,
} from 'graphql';
import { invariant } from '../../wire/invariant.ts';
import type { AccessRules, RequiredRoles } from './access-rules.ts';
import type { PrivateNames } from './private-names.ts';

/** A client's operation as a tree: fragments spread in place, private names given, protected fields known. */
export type ClientSelection = ClientField | ClientFragment;

/** Answered under `responseName` where all of its conditions hold, and those of the fragments around it. */
export interface ClientField {
  readonly kind: 'field';
  readonly node: FieldNode;
  readonly responseName: string;
  /** As it is planned and fetched. `__typename`, `__schema` and `__type` have no other. */
  readonly privateName: string;
  readonly parentType: GraphQLCompositeType;
  readonly type: GraphQLOutputType;
  readonly conditions: readonly Condition[];
  /** Of a composite type; not of `__schema` and `__type`, which are answered from the API schema. */
  readonly selections: readonly ClientSelection[] | undefined;
  readonly required: RequiredRoles;
}

interface ClientFragment {
  readonly kind: 'fragment';
  readonly typeCondition: GraphQLCompositeType;
  readonly conditions: readonly Condition[];
  readonly selections: readonly ClientSelection[];
}

/** `@include(if: $variable)` wants true, `@skip(if: $variable)` false. */
interface Condition {
  readonly variable: string;
  readonly wanted: boolean;
}

export interface SelectionReader {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly names: PrivateNames;
  readonly access: AccessRules;
}

/** Reads a valid selection set. Selections that a literal condition switches off are left out. */
export function readSelections(
  reader: SelectionReader,
  selectionSet: SelectionSetNode,
  parentType: GraphQLCompositeType,
): readonly ClientSelection[] {
  const selections: ClientSelection[] = [];
  for (const node of selectionSet.selections) {
    const conditions = readConditions(node.directives ?? []);
    if (!conditions) continue;
    if (node.kind === Kind.FIELD) {
      selections.push(readField(reader, node, parentType, conditions));
      continue;
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? reader.fragments.get(node.name.value) : node;
    invariant(fragment, 'a valid operation spreads only fragments that it has');
    const named = fragment.typeCondition?.name.value;
    const typeCondition = named === undefined ? parentType : reader.schema.getType(named);
    invariant(isCompositeType(typeCondition), 'a valid fragment is on a composite type');
    selections.push({
      kind: 'fragment',
      typeCondition,
      conditions,
      selections: readSelections(reader, fragment.selectionSet, typeCondition),
    });
  }
  return selections;
}

function readField(
  reader: SelectionReader,
  node: FieldNode,
  parentType: GraphQLCompositeType,
  conditions: readonly Condition[],
): ClientField {
  const name = node.name.value;
  const definition = findField(parentType, name);
  invariant(definition, 'a valid operation selects only fields that its types have');
  const isMeta = name.startsWith('__');
  const fieldType = getNamedType(definition.type);
  return {
    kind: 'field',
    node,
    responseName: node.alias?.value ?? name,
    privateName: isMeta ? name : reader.names.field(node, definition.args.length > 0),
    parentType,
    type: definition.type,
    conditions,
    selections:
      !isMeta && node.selectionSet && isCompositeType(fieldType)
        ? readSelections(reader, node.selectionSet, fieldType)
        : undefined,
    required: isMeta ? new Map() : reader.access.requiredRoles(parentType, name),
  };
}

const metaFields = new Map(
  [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].map((field) => [field.name, field]),
);

function findField(
  parentType: GraphQLCompositeType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  return metaFields.get(name) ?? (isUnionType(parentType) ? undefined : parentType.getFields()[name]);
}

/** undefined when the selection can never be included. */
function readConditions(directives: NonNullable<FieldNode['directives']>): readonly Condition[] | undefined {
  const conditions: Condition[] = [];
  for (const directive of directives) {
    const name = directive.name.value;
    if (name !== 'include' && name !== 'skip') continue;
    const wanted = name === 'include';
    const value: ValueNode | undefined = directive.arguments?.find(
      (argument) => argument.name.value === 'if',
    )?.value;
    if (value?.kind === Kind.VARIABLE) conditions.push({ variable: value.name.value, wanted });
    else if (value?.kind === Kind.BOOLEAN && value.value !== wanted) return undefined;
  }
  return conditions;
}
