import { checkAccess } from './rules/check-access.ts';
import { checkDirectives } from './rules/check-directives.ts';
import { checkMerges } from './rules/check-merges.ts';
import { checkNullability } from './rules/check-nullability.ts';
import { checkReferences } from './rules/check-references.ts';
import { checkSharding } from './rules/check-sharding.ts';
import { checkStreams } from './rules/check-streams.ts';
import type { Shape } from './shape.ts';
import { type ShapeModel, createShapeModel } from './shape-model.ts';

/** Looks at one shape beside all of them and says what is wrong, a sentence each: `world: Entity.owner …`. */
export type ShapeRule = (shape: ShapeModel, all: readonly ShapeModel[]) => readonly string[];

const rules: readonly ShapeRule[] = [
  checkDirectives,
  checkSharding,
  checkReferences,
  checkMerges,
  checkStreams,
  checkNullability,
  checkAccess,
];

/**
 * What composition cannot know: whether rows of many nodes stay right when the fleet routes, merges and completes them. Returns every
 * breach; none means that the shapes may be published. Each rule is described in its file under rules/.
 */
export function checkShapes(shapes: readonly Shape[]): readonly string[] {
  const problems: string[] = [];
  const models: ShapeModel[] = [];
  for (const shape of shapes) {
    try {
      models.push(createShapeModel(shape));
    } catch (error) {
      problems.push(`${shape.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  for (const model of models) {
    for (const rule of rules) problems.push(...rule(model, models));
  }
  return problems;
}
