import type { FetchDataKeyRenamer } from '@apollo/query-planner';
import { type Data, isData } from './data.ts';
import type { Place } from './places.ts';
import type { TypeConditions } from './type-conditions.ts';

/**
 * What `@fromContext` arguments of a fetch get, by the name of their variable: values of objects around the entity. A path of `..` leads as many
 * fields outwards, the rest of it inwards again. undefined when the fetch has no such arguments.
 */
export function compileContextValues(
  renamers: readonly FetchDataKeyRenamer[] | undefined,
  types: TypeConditions,
): ((place: Place) => Data) | undefined {
  if (!renamers || renamers.length === 0) return undefined;
  return (place) => {
    const values: Data = {};
    for (const { path, renameKeyTo } of renamers) {
      // Of several possible types around the entity only the one that is there has a value.
      if (values[renameKeyTo] !== undefined) continue;
      const levels = path.findIndex((element) => element !== '..');
      const from = levels === 0 ? place.object : place.around.at(-levels);
      const value = from && valueAt(from, path.slice(levels), types);
      if (value !== undefined) values[renameKeyTo] = value;
    }
    return values;
  };
}

function valueAt(value: unknown, path: readonly string[], types: TypeConditions): unknown {
  const [element, ...rest] = path;
  if (element === undefined || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => valueAt(item, path, types));
  if (!isData(value)) return undefined;
  if (!element.startsWith('... on ')) return valueAt(value[element], rest, types);
  const isMatch = types.matching(element.slice('... on '.length)).has(value['__typename']);
  return isMatch ? valueAt(value, rest, types) : undefined;
}
