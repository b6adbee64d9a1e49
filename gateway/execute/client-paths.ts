import type { ClientSelection } from '../plan/client-selection.ts';
import type { DataPath } from './places.ts';

interface NamedSelections {
  readonly responseName: string;
  readonly children: Map<string, NamedSelections>;
}

/**
 * From paths in the data to paths in the client's answer. What the client did not select itself (keys, what `@requires` names) is cut off, so
 * that a path leads to the nearest thing that the client can see.
 */
export function createClientPaths(selections: readonly ClientSelection[]): (path: DataPath) => DataPath {
  let root: Map<string, NamedSelections> | undefined;
  return (path) => {
    root ??= nameSelections(selections, new Map());
    const mapped: (string | number)[] = [];
    let level: Map<string, NamedSelections> | undefined = root;
    for (const key of path) {
      if (typeof key === 'number') {
        mapped.push(key);
        continue;
      }
      const named: NamedSelections | undefined = level?.get(key);
      if (!named) break;
      mapped.push(named.responseName);
      level = named.children;
    }
    return mapped;
  };
}

/** A private name stands for one response name, whatever the type it is selected on. */
function nameSelections(
  selections: readonly ClientSelection[],
  level: Map<string, NamedSelections>,
): Map<string, NamedSelections> {
  for (const selection of selections) {
    if (selection.kind === 'fragment') {
      nameSelections(selection.selections, level);
      continue;
    }
    const { privateName, responseName } = selection;
    const named = level.get(privateName) ?? { responseName, children: new Map() };
    level.set(privateName, named);
    if (selection.selections) nameSelections(selection.selections, named.children);
  }
  return level;
}
