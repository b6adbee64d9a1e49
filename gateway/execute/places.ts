import { type Data, isData } from './data.ts';

/** Names of fields, and '@' for each item of a list: how a plan names the places of its entities. */
export type PlanPath = readonly (string | number)[];

export type DataPath = readonly (string | number)[];

/** The objects at a path, in order. Whatever does not look as the path expects has none. */
export function gatherObjects(root: Data, path: PlanPath): Data[] {
  const objects: Data[] = [];
  gather(root, path, 0, objects);
  return objects;
}

function gather(value: unknown, path: PlanPath, index: number, objects: Data[]): void {
  const step = path[index];
  if (step === undefined) {
    if (isData(value)) objects.push(value);
  } else if (step === '@') {
    if (!Array.isArray(value)) return;
    for (const item of value) gather(item, path, index + 1, objects);
  } else if (isData(value)) {
    gather(value[step], path, index + 1, objects);
  }
}

/** An object, where it is, and the objects around it: one for each field on the way, outermost first. */
export interface Place {
  readonly object: Data;
  readonly path: DataPath;
  readonly around: readonly Data[];
}

/** The same objects in the same order with where they are; costs more, so only for what needs it. */
export function gatherPlaces(root: Data, path: PlanPath): Place[] {
  const places: Place[] = [];
  const visit = (value: unknown, index: number, here: DataPath, around: readonly Data[]): void => {
    const step = path[index];
    if (step === undefined) {
      if (isData(value)) places.push({ object: value, path: here, around });
    } else if (step === '@') {
      if (!Array.isArray(value)) return;
      for (const [position, item] of value.entries()) visit(item, index + 1, [...here, position], around);
    } else if (isData(value)) {
      visit(value[step], index + 1, [...here, step], [...around, value]);
    }
  };
  visit(root, 0, [], []);
  return places;
}
