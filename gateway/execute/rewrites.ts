import type { FetchDataRewrite } from '@apollo/query-planner';
import { type Data, isData } from './data.ts';
import type { TypeConditions } from './type-conditions.ts';

export type Rewrite = (value: unknown) => void;

const fragmentPrefix = '... on ';

/** Changes that a plan makes to representations before, and to answers after a fetch, in place. undefined when there are none. */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  types: TypeConditions,
): Rewrite | undefined {
  if (!rewrites || rewrites.length === 0) return undefined;
  const compiled = rewrites.map((rewrite) => compileRewrite(rewrite, types));
  return (value) => {
    for (const rewrite of compiled) rewrite(value);
  };
}

function compileRewrite(rewrite: FetchDataRewrite, types: TypeConditions): Rewrite {
  const path = [...rewrite.path];
  const last = path.pop() ?? '';
  const change =
    rewrite.kind === 'ValueSetter'
      ? setValue(last, rewrite.setValueTo)
      : renameKey(last, rewrite.renameKeyTo);
  return path.reduceRight<Rewrite>((next, element) => descend(element, next, types), overItems(change));
}

function setValue(key: string, value: unknown): (object: Data) => void {
  return (object) => {
    object[key] = value;
  };
}

/** Falsy values are values too. */
function renameKey(from: string, to: string): (object: Data) => void {
  return (object) => {
    if (object[from] === undefined) return;
    object[to] = object[from];
    delete object[from];
  };
}

function descend(element: string, next: Rewrite, types: TypeConditions): Rewrite {
  if (!element.startsWith(fragmentPrefix)) return overItems((object) => next(object[element]));
  const matching = types.matching(element.slice(fragmentPrefix.length));
  return overItems((object) => {
    // An answer need not say its type where only one is possible.
    if (object['__typename'] === undefined || matching.has(object['__typename'])) next(object);
  });
}

function overItems(change: (object: Data) => void): Rewrite {
  const rewrite = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(rewrite);
    else if (isData(value)) change(value);
  };
  return rewrite;
}

/** Which response names stand, in a fetch's answer, under another name: for the paths of its errors. */
export function renamedKeys(rewrites: readonly FetchDataRewrite[] | undefined): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const rewrite of rewrites ?? []) {
    const last = rewrite.path.at(-1);
    if (rewrite.kind === 'KeyRenamer' && last !== undefined) names.set(last, rewrite.renameKeyTo);
  }
  return names;
}
