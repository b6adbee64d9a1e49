import { isInterfaceType, isObjectType } from 'graphql';
import type { ShapeRule } from '../check-shapes.ts';
import { parseRole } from '../read-access.ts';
import { placeOf } from '../shape-model.ts';

/** `@access` names a role that there is, and stands on fields of object types, because those are what the gateway checks. */
export const checkAccess: ShapeRule = (shape) => {
  const problems: string[] = [];
  for (const type of Object.values(shape.schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const access = shape.directive('access', field);
      if (!access) continue;
      const say = (problem: string) => problems.push(`${placeOf(shape, type, field)} ${problem}`);
      if (!parseRole(access['role'])) say(`has @access of an unknown role, ${access['role']}`);
      if (isInterfaceType(type)) say('has @access; put it on the fields of the object types');
    }
  }
  return problems;
};
