import {
  type FieldDefinitionNode,
  type FieldNode,
  type InputValueDefinitionNode,
  Kind,
  type ObjectValueNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type TypeNode,
  type ValueNode,
} from 'graphql';
import { argumentOf } from './directives.ts';
import { type NodeDocument, finishDocument } from './node-document.ts';
import type { PrivateNames } from './private-names.ts';
import { aliased } from './row-key.ts';
import { responseNameOf } from './selection.ts';
import { type SdlIndex, fieldOf, isComposite, namedType, printType } from './sdl-index.ts';

/** What is left of an operation for a node that publishes another version of the shape. */
export interface TrimmedDocument {
  /** undefined when nothing is left to ask. */
  readonly document: NodeDocument | undefined;
  /** Response names from the root to each field that was taken out, with the field as `Type.name`. */
  readonly missing: readonly MissingField[];
}

export interface MissingField {
  readonly path: readonly string[];
  readonly field: string;
  /** Response name of what an object is asked for of which the node knows no other field. */
  readonly standIn: string;
}

/**
 * Takes out what the node does not know: fields it does not have, fields with an argument that it does not have (leaving a filter out would
 * bring wrong rows), and those whose types differ from ours. The same `document` when there is nothing to take out.
 */
export function trimDocument(document: NodeDocument, ours: SdlIndex, theirs: SdlIndex): TrimmedDocument {
  const { operation } = document;
  const missing: MissingField[] = [];
  const standIn = document.names.name('nothing');
  const trimSet = (set: SelectionSetNode, type: string, path: readonly string[]): SelectionNode[] =>
    set.selections.flatMap((selection) => trimSelection(selection, type, path));

  const trimSelection = (
    selection: SelectionNode,
    type: string,
    path: readonly string[],
  ): SelectionNode[] => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const on = selection.typeCondition?.name.value ?? type;
      if (!theirs.types.has(on)) return missingFragment(selection.selectionSet, on, path);
      const selections = trimSet(selection.selectionSet, on, path);
      return selections.length > 0
        ? [{ ...selection, selectionSet: { kind: Kind.SELECTION_SET, selections } }]
        : [];
    }
    return selection.kind === Kind.FIELD ? trimField(selection, type, path) : [selection];
  };

  const trimField = (field: FieldNode, type: string, path: readonly string[]): FieldNode[] => {
    const name = field.name.value;
    if (name === '__typename') return [field];
    const here = [...path, responseNameOf(field)];
    const our = fieldOf(ours, type, name);
    const their = fieldOf(theirs, type, name);
    if (!our || !their || !isSameField({ ours, theirs }, field, our, their)) {
      missing.push({ path: here, field: `${type}.${name}`, standIn });
      return [];
    }
    if (!field.selectionSet) return [field];
    const selections = trimSet(field.selectionSet, namedType(our.type), here);
    // Whether there is an object is still to be known, although nothing of it is.
    if (selections.length === 0) selections.push(aliased(standIn, '__typename'));
    return [{ ...field, selectionSet: { kind: Kind.SELECTION_SET, selections } }];
  };

  // Rows of a type that the node has never heard of: only an entity can be asked for by such a type.
  const missingFragment = (set: SelectionSetNode, type: string, path: readonly string[]): SelectionNode[] => {
    for (const selection of set.selections) {
      if (selection.kind !== Kind.FIELD || path[0] !== '_entities') continue;
      missing.push({
        path: [...path, responseNameOf(selection)],
        field: `${type}.${selection.name.value}`,
        standIn,
      });
    }
    return [];
  };

  const root = ours.roots[operation.operation];
  const selections = operation.selectionSet.selections.flatMap((selection) => {
    const before = missing.length;
    const trimmed = trimSelection(selection, root, []);
    // Without what we ask for ourselves (cursors, keys) the node's rows cannot be merged.
    const needed = missing.slice(before).find(({ path }) => path.some((name) => document.names.has(name)));
    if (!needed) return trimmed.filter((kept) => hasClientsLeaf(kept, document.names));
    missing.splice(before, Infinity, { ...needed, path: needed.path.slice(0, 1) });
    return [];
  });
  if (selections.length === 0) return { document: undefined, missing };
  if (missing.length === 0) return { document, missing };
  const trimmed: OperationDefinitionNode = {
    ...operation,
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
  return { document: finishDocument(trimmed, document.names), missing };
}

/** Whether anything is left that the client wants to see. */
function hasClientsLeaf(selection: SelectionNode, names: PrivateNames): boolean {
  if (selection.kind === Kind.FRAGMENT_SPREAD) return true;
  if (selection.kind === Kind.FIELD && names.has(responseNameOf(selection))) return false;
  const { selectionSet } = selection;
  return !selectionSet || selectionSet.selections.some((inner) => hasClientsLeaf(inner, names));
}

interface Versions {
  readonly ours: SdlIndex;
  readonly theirs: SdlIndex;
}

function isSameField(
  versions: Versions,
  field: FieldNode,
  our: FieldDefinitionNode,
  their: FieldDefinitionNode,
): boolean {
  if (nullable(our.type) !== nullable(their.type)) return false;
  const type = namedType(our.type);
  if (isComposite(versions.ours, type) !== isComposite(versions.theirs, type)) return false;
  const given = new Set(field.arguments?.map((argument) => argument.name.value));
  for (const { name, value } of field.arguments ?? []) {
    const ourArgument = argumentOf(our, name.value);
    const theirArgument = argumentOf(their, name.value);
    if (!ourArgument || !theirArgument || !takes(theirArgument.type, ourArgument.type)) return false;
    if (!knowsValue(versions.theirs, value, theirArgument)) return false;
  }
  return (their.arguments ?? []).every((argument) => given.has(argument.name.value) || !isRequired(argument));
}

/** Whether every input field in a literal is one that the node knows. */
function knowsValue(theirs: SdlIndex, value: ValueNode, input: InputValueDefinitionNode): boolean {
  if (value.kind === Kind.LIST) return value.values.every((item) => knowsValue(theirs, item, input));
  if (value.kind !== Kind.OBJECT) return true;
  const type = theirs.types.get(namedType(input.type));
  // A scalar such as JSON takes any object.
  if (type?.kind !== 'input') return true;
  return knowsFields(theirs, value, type.inputFields);
}

function knowsFields(
  theirs: SdlIndex,
  value: ObjectValueNode,
  known: ReadonlyMap<string, InputValueDefinitionNode>,
): boolean {
  return value.fields.every((entry) => {
    const input = known.get(entry.name.value);
    return input !== undefined && knowsValue(theirs, entry.value, input);
  });
}

function isRequired(input: InputValueDefinitionNode): boolean {
  return input.type.kind === Kind.NON_NULL_TYPE && !input.defaultValue;
}

/** A type without its exclamation marks: whether a value may be null is checked when the answer is put together. */
function nullable(type: TypeNode): string {
  return printType(type).replaceAll('!', '');
}

/** Whether a place of type `theirs` takes every value that `ours` takes: the same type, or one that also takes null. */
function takes(theirs: TypeNode, ours: TypeNode): boolean {
  if (theirs.kind === Kind.NON_NULL_TYPE) {
    return ours.kind === Kind.NON_NULL_TYPE && takes(theirs.type, ours.type);
  }
  const bare = ours.kind === Kind.NON_NULL_TYPE ? ours.type : ours;
  if (theirs.kind === Kind.LIST_TYPE) return bare.kind === Kind.LIST_TYPE && takes(theirs.type, bare.type);
  return bare.kind === Kind.NAMED_TYPE && bare.name.value === theirs.name.value;
}
