import { getNamedType, isLeafType } from 'graphql';
import type { ShapeRule } from '../check-shapes.ts';
import { placeOf } from '../shape-model.ts';

const waysToAnOwner = ['NODE', 'PREFIX', 'DIRECTORY'];

/**
 * In a shape that many nodes publish, a type whose rows it can complete has `@shard` (how else would `_entities` find the node), a stub has
 * not (it owns nothing). The field `by` stands in each key with which rows may come. Shapes that complete the same type agree on its owner.
 */
export const checkSharding: ShapeRule = (shape, all) => {
  const problems: string[] = [];
  for (const type of shape.objects) {
    const say = (problem: string) => problems.push(`${placeOf(shape, type)} ${problem}`);
    const shard = shape.shard(type);
    const resolvable = shape.keys(type).filter((key) => key.isResolvable);
    if (shape.isFleet && resolvable.length > 0 && !shard) {
      say('can be completed here but has no @shard; add it, or make its keys resolvable: false');
    }
    if (!shard) continue;
    if (resolvable.length === 0) say('has @shard but no key with which a row could be asked for');
    if (!waysToAnOwner.includes(shard.via)) {
      say(`has @shard(via: "${shard.via}"); expected one of ${waysToAnOwner.join(', ')}`);
    }
    const field = type.getFields()[shard.by];
    if (!field || !isLeafType(getNamedType(field.type))) {
      say(`has @shard(by: "${shard.by}"), which is not a field with an id`);
    } else if (resolvable.some((key) => !key.fields.includes(shard.by))) {
      say(`has @shard(by: "${shard.by}"), which is not in every key`);
    }
    for (const other of all) {
      const theirs = other.shard(other.schema.getType(type.name) ?? type);
      if (theirs && (theirs.by !== shard.by || theirs.via !== shard.via)) {
        say(
          `has another owner in ${other.name}: via ${theirs.via} by ${theirs.by} there, via ${shard.via} by ${shard.by} here`,
        );
      }
    }
  }
  return problems;
};
