import { type OperationDefinitionNode, Kind } from 'graphql';
import type { ClientSelection } from './client-selection.ts';

/** Values for the variables of `@include` and `@skip`. */
export type ConditionValues = ReadonlyMap<string, boolean>;

/** The variables that `@include` and `@skip` ask for, with their defaults. */
export function collectConditions(
  definition: OperationDefinitionNode,
  selections: readonly ClientSelection[],
): ReadonlyMap<string, boolean | undefined> {
  const names = collectNames(selections, new Set());
  const defaults = new Map<string, boolean>();
  for (const { variable, defaultValue } of definition.variableDefinitions ?? []) {
    if (defaultValue?.kind === Kind.BOOLEAN) defaults.set(variable.name.value, defaultValue.value);
  }
  return new Map([...names].map((name) => [name, defaults.get(name)]));
}

function collectNames(selections: readonly ClientSelection[], names: Set<string>): Set<string> {
  for (const selection of selections) {
    for (const { variable } of selection.conditions) names.add(variable);
    if (selection.selections) collectNames(selection.selections, names);
  }
  return names;
}

/** Decides them by variables, coerced or as the client sent them. */
export function readConditions(
  conditions: ReadonlyMap<string, boolean | undefined>,
  variables: Readonly<Record<string, unknown>>,
): ConditionValues {
  const values = new Map<string, boolean>();
  for (const [name, byDefault] of conditions) values.set(name, (variables[name] ?? byDefault) === true);
  return values;
}

/**
 * What is left of an operation under certain values. This is done before planning: Apollo's planner merges what `@requires` needs under a condition
 * with what is needed anyway, and then neither is asked for.
 */
export function includeSelections(
  selections: readonly ClientSelection[],
  values: ConditionValues,
): readonly ClientSelection[] {
  if (values.size === 0) return selections;
  return selections
    .filter(({ conditions }) => conditions.every(({ variable, wanted }) => values.get(variable) === wanted))
    .map((selection): ClientSelection => {
      if (selection.kind === 'fragment') {
        return { ...selection, selections: includeSelections(selection.selections, values) };
      }
      return {
        ...selection,
        selections: selection.selections && includeSelections(selection.selections, values),
      };
    });
}
