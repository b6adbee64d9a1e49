import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { Variables } from './arguments.ts';
import { type SdlIndex, possibleTypes } from './sdl-index.ts';

export type Condition = (variables: Variables) => boolean;

/** A field of an object as the answer has it: one response name, asked for in one place or in several. */
export interface FlatField {
  readonly responseName: string;
  readonly name: string;
  readonly places: readonly FieldPlace[];
  /** By @include and @skip, its own and those of the fragments around it. */
  readonly isIncluded: Condition;
}

interface FieldPlace {
  readonly node: FieldNode;
  /** Directives that must let it through, from the outermost fragment to the field itself. */
  readonly conditions: readonly (readonly DirectiveNode[])[];
}

const always: Condition = () => true;

/** The one operation of a document, its named fragments written out where they are used. */
export function inlineFragments(document: DocumentNode): OperationDefinitionNode {
  const fragments = new Map<string, FragmentDefinitionNode>();
  let operation: OperationDefinitionNode | undefined;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operation = definition;
  }
  if (!operation) throw codedError('INTERNAL_SERVER_ERROR', 'Expected a fetch with an operation');
  let left: number = limits.maxOperationTokens;

  const inline = (set: SelectionSetNode): SelectionSetNode => ({
    kind: Kind.SELECTION_SET,
    selections: set.selections.map(inlineOne),
  });
  const inlineOne = (selection: SelectionNode): SelectionNode => {
    // Fragments inside fragments can write out to more than any node would read.
    if (--left < 0)
      throw codedError('OPERATION_TOO_LARGE', 'The operation is too large with its fragments written out');
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(selection.name.value);
      if (!fragment)
        throw codedError('INTERNAL_SERVER_ERROR', `No fragment ${selection.name.value} in a fetch`);
      return {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: fragment.typeCondition,
        directives: selection.directives ?? [],
        selectionSet: inline(fragment.selectionSet),
      };
    }
    if (!selection.selectionSet) return selection;
    return { ...selection, selectionSet: inline(selection.selectionSet) };
  };
  return { ...operation, selectionSet: inline(operation.selectionSet) };
}

/** The fields that an object of this type gets from a selection, fragments looked through. */
export function flattenSelection(
  index: SdlIndex,
  objectType: string,
  selections: readonly SelectionNode[],
): readonly FlatField[] {
  const places = new Map<string, FieldPlace[]>();
  const visit = (selection: SelectionNode, outer: FieldPlace['conditions']): void => {
    const own = (selection.directives ?? []).filter(isCondition);
    const conditions = own.length > 0 ? [...outer, own] : outer;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const on = selection.typeCondition?.name.value ?? objectType;
      if (on !== objectType && !possibleTypes(index, on).has(objectType)) return;
      for (const inner of selection.selectionSet.selections) visit(inner, conditions);
    } else if (selection.kind === Kind.FIELD) {
      const responseName = responseNameOf(selection);
      const known = places.get(responseName);
      if (known) known.push({ node: selection, conditions });
      else places.set(responseName, [{ node: selection, conditions }]);
    }
  };
  for (const selection of selections) visit(selection, []);
  return [...places].map(([responseName, parts]) => ({
    responseName,
    name: parts[0]?.node.name.value ?? responseName,
    places: parts,
    isIncluded: anyOf(parts.map((place) => allOf(place.conditions.flat().map(compileCondition)))),
  }));
}

/** What is selected below a field in all its places. */
export function selectionsBelow(field: FlatField): readonly SelectionNode[] {
  return field.places.flatMap(({ node, conditions }) => {
    const selections = node.selectionSet?.selections ?? [];
    return field.places.length === 1 ? selections : conditions.reduceRight(wrap, selections);
  });
}

/** The field as one node without conditions, for a request that is only made when `isIncluded`. */
export function asFieldNode(field: FlatField): FieldNode {
  const [first] = field.places;
  if (!first) throw codedError('INTERNAL_SERVER_ERROR', `The field ${field.responseName} is nowhere`);
  const directives = (first.node.directives ?? []).filter((directive) => !isCondition(directive));
  if (!first.node.selectionSet) return { ...first.node, directives };
  return {
    ...first.node,
    directives,
    selectionSet: { kind: Kind.SELECTION_SET, selections: selectionsBelow(field) },
  };
}

export function responseNameOf(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}

function wrap(selections: readonly SelectionNode[], directives: readonly DirectiveNode[]): SelectionNode[] {
  return [{ kind: Kind.INLINE_FRAGMENT, directives, selectionSet: { kind: Kind.SELECTION_SET, selections } }];
}

function isCondition(directive: DirectiveNode): boolean {
  return directive.name.value === 'include' || directive.name.value === 'skip';
}

function compileCondition(directive: DirectiveNode): Condition {
  const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
  const wanted = directive.name.value === 'include';
  if (value?.kind === Kind.VARIABLE) {
    const name = value.name.value;
    return (variables) => (variables[name] === true) === wanted;
  }
  const fixed = (value?.kind === Kind.BOOLEAN && value.value) === wanted;
  return fixed ? always : () => false;
}

function allOf(conditions: readonly Condition[]): Condition {
  const open = conditions.filter((condition) => condition !== always);
  if (open.length === 0) return always;
  return (variables) => open.every((condition) => condition(variables));
}

function anyOf(conditions: readonly Condition[]): Condition {
  if (conditions.includes(always)) return always;
  return (variables) => conditions.some((condition) => condition(variables));
}
