import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isLeafType,
  isNonNullType,
} from 'graphql';
import type { ShapeRule } from '../check-shapes.ts';
import { type Field, type OurDirective, type ShapeModel, fieldsOf, placeOf } from '../shape-model.ts';

const onRootFieldsOnly: readonly OurDirective[] = ['route', 'scatter', 'feed', 'latest'];
const waysToAnOwner = ['NODE', 'PREFIX', 'DIRECTORY'];
const fallbacks = ['INITIAL'];

/**
 * Every root field of a shape that many nodes publish says where it runs, by exactly one of `@route` and `@scatter`; `@route` names an
 * argument that is one id, and is always there (required, or with a default) unless `otherwise` says what its absence means.
 */
export const checkDirectives: ShapeRule = (shape) => {
  const problems: string[] = [];
  for (const type of shape.objects) {
    const faultsOf = shape.rootKind(type) ? faultsOfRootField : faultsOfInnerField;
    for (const field of fieldsOf(type)) {
      for (const fault of faultsOf(shape, field)) problems.push(`${placeOf(shape, type, field)} ${fault}`);
    }
  }
  return problems;
};

function faultsOfInnerField(shape: ShapeModel, field: Field): readonly string[] {
  const misplaced = onRootFieldsOnly.filter((name) => shape.directive(name, field));
  return misplaced.map((name) => `has @${name}, which only root fields may have`);
}

function faultsOfRootField(shape: ShapeModel, field: Field): readonly string[] {
  const route = shape.directive('route', field);
  const scatter = shape.directive('scatter', field);
  if (route && scatter) return ['has both @route and @scatter; expected one'];
  if (shape.isFleet && !route && !scatter) {
    return ['has neither @route nor @scatter, so no node is known to ask'];
  }
  if (!route) return [];
  const { by = '', via = '', otherwise } = route;
  const faults: string[] = [];
  if (!waysToAnOwner.includes(via)) {
    faults.push(`has @route(via: "${via}"); expected one of ${waysToAnOwner.join(', ')}`);
  }
  if (otherwise !== undefined && !fallbacks.includes(otherwise)) {
    faults.push(`has @route(otherwise: "${otherwise}"); expected ${fallbacks.join(', ')}`);
  }
  const fault = faultOfPath(field, by, otherwise !== undefined);
  if (fault) faults.push(`has @route(by: "${by}"), but ${fault}`);
  return faults;
}

function faultOfPath(field: Field, path: string, hasFallback: boolean): string | undefined {
  let options: readonly (GraphQLArgument | GraphQLInputField)[] = field.args;
  let reached: GraphQLInputType | undefined;
  let mayBeAbsent = false;
  for (const name of path.split('.')) {
    const step = options.find((option) => option.name === name);
    if (!step) return `there is no argument or input field ${name}`;
    if (!isNonNullType(step.type) && step.defaultValue === undefined) {
      if (!hasFallback) return `${name} may be absent; make it non-null or give it a default`;
      mayBeAbsent = true;
    }
    reached = getNullableType(step.type);
    const named = getNamedType(step.type);
    options = isInputObjectType(named) ? Object.values(named.getFields()) : [];
  }
  if (!isLeafType(reached)) return `${path} is not one id`;
  return hasFallback && !mayBeAbsent ? `${path} is never absent, so that otherwise means nothing` : undefined;
}
