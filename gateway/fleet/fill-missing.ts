import { isRecord } from './node-answer.ts';
import type { MissingField } from './trim-document.ts';

/** A field that a node was not asked for, with the first place of the answer where it belongs. */
export interface AbsentField {
  readonly path: readonly (string | number)[];
  readonly field: string;
}

/** Puts null where the answer lacks what was taken out of the request, and tells where that was; fields of rows that are not there are not. */
export function fillMissing(data: unknown, missing: readonly MissingField[]): readonly AbsentField[] {
  const absent: AbsentField[] = [];
  for (const { path, field, standIn } of missing) {
    const first = fill(data, path, standIn, []);
    if (first) absent.push({ path: first, field });
  }
  return absent;
}

function fill(
  value: unknown,
  path: readonly string[],
  standIn: string,
  walked: readonly (string | number)[],
): readonly (string | number)[] | undefined {
  if (Array.isArray(value)) {
    let first: readonly (string | number)[] | undefined;
    value.forEach((item: unknown, position) => {
      const found = fill(item, path, standIn, [...walked, position]);
      first ??= found;
    });
    return first;
  }
  const [name, ...rest] = path;
  if (name === undefined || !isRecord(value)) return undefined;
  if (rest.length > 0) return fill(value[name], rest, standIn, [...walked, name]);
  // The same name may stand for a field that the node does have, of a row of another type.
  if (value[name] !== undefined) return undefined;
  value[name] = null;
  delete value[standIn];
  return [...walked, name];
}
