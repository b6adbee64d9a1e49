import {
  type GraphQLOutputType,
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { ShapeRule } from '../check-shapes.ts';
import { type Field, fieldsOf, placeOf } from '../shape-model.ts';

/**
 * A subscription is a `@feed`, a `@latest` or neither. Each event of a `@feed` has the cursor (a non-null leaf) that may come back in a nullable
 * argument; it runs on one node, because a cursor belongs to one. The key of `@latest` is a path through objects to a leaf.
 */
export const checkStreams: ShapeRule = (shape) => {
  const problems: string[] = [];
  for (const type of shape.objects) {
    const kind = shape.rootKind(type);
    if (!kind) continue;
    for (const field of fieldsOf(type)) {
      const say = (problem: string) => problems.push(`${placeOf(shape, type, field)} ${problem}`);
      const feed = shape.directive('feed', field);
      const latest = shape.directive('latest', field);
      if ((feed ?? latest) && kind !== 'subscription') say('has @feed or @latest, but is no subscription');
      if (feed && latest) say('has both @feed and @latest; expected one');
      if (feed) {
        if (shape.directive('scatter', field)) say('has @feed and @scatter; a cursor belongs to one node');
        for (const fault of faultsOfFeed(field, feed)) say(fault);
      }
      if (latest && !leadsToLeaf(field.type, latest['key'] ?? '')) {
        say(`has @latest(key: "${latest['key']}"), which leads to no leaf of its events`);
      }
    }
  }
  return problems;
};

function faultsOfFeed(field: Field, feed: Readonly<Record<string, string>>): readonly string[] {
  const { cursor = '', after = '' } = feed;
  const faults: string[] = [];
  const event = getNamedType(field.type);
  const cursorField = isObjectType(event) ? event.getFields()[cursor] : undefined;
  if (!cursorField || !isNonNullType(cursorField.type) || !isLeafType(getNamedType(cursorField.type))) {
    faults.push(`has @feed(cursor: "${cursor}"), but its events have no non-null field of that name`);
  }
  const argument = field.args.find((candidate) => candidate.name === after);
  if (!argument || isNonNullType(argument.type)) {
    faults.push(`has @feed(after: "${after}"), but no nullable argument of that name`);
  }
  return faults;
}

function leadsToLeaf(type: GraphQLOutputType, path: string): boolean {
  let reached: GraphQLOutputType = type;
  for (const name of path.split('.')) {
    const named = getNamedType(reached);
    const step = isObjectType(named) ? named.getFields()[name] : undefined;
    if (!step) return false;
    reached = step.type;
  }
  const inner = isNonNullType(reached) ? reached.ofType : reached;
  return !isListType(inner) && isLeafType(inner);
}
