import type { DataPath } from './places.ts';

interface Branch {
  isEnd: boolean;
  readonly next: Map<string | number, Branch>;
}

/** Paths, asked whether one of them lies on the way to another path or behind it. */
export class PathSet {
  readonly #root: Branch = { isEnd: false, next: new Map() };

  add(path: DataPath): void {
    let branch = this.#root;
    for (const key of path) {
      let next = branch.next.get(key);
      if (!next) {
        next = { isEnd: false, next: new Map() };
        branch.next.set(key, next);
      }
      branch = next;
    }
    branch.isEnd = true;
  }

  /** Whether a path of the set is a beginning of this one, or this one of it. */
  touches(path: DataPath): boolean {
    let branch: Branch | undefined = this.#root;
    for (const key of path) {
      if (branch.isEnd) return true;
      branch = branch.next.get(key);
      if (!branch) return false;
    }
    return branch.isEnd || branch.next.size > 0;
  }
}
