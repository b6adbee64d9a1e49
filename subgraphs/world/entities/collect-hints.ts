export interface Settled {
  readonly files: string[];
  readonly folders: string[];
}

/** Editors save in several steps (truncate and write, delete and create, rename over): a path is looked at when it has been quiet this long, */
const quietMs = 80;
/** or, when it is never quiet, after this long. */
const patienceMs = 400;

/** Gathers paths at which something may have happened, until each has come to rest. */
export function collectHints(onSettled: (settled: Settled) => void) {
  const pending = new Map<
    string,
    { readonly firstMs: number; readonly lastMs: number; readonly isFolder: boolean }
  >();
  let timer: NodeJS.Timeout | undefined;

  const settle = () => {
    timer = undefined;
    const nowMs = performance.now();
    const settled: Settled = { files: [], folders: [] };
    for (const [path, { firstMs, lastMs, isFolder }] of pending) {
      if (nowMs - lastMs < quietMs && nowMs - firstMs < patienceMs) continue;
      pending.delete(path);
      (isFolder ? settled.folders : settled.files).push(path);
    }
    if (pending.size > 0) timer = setTimeout(settle, quietMs / 2);
    if (settled.files.length + settled.folders.length > 0) onSettled(settled);
  };

  return {
    note(path: string, isFolder: boolean): void {
      const nowMs = performance.now();
      const known = pending.get(path);
      pending.set(path, {
        firstMs: known?.firstMs ?? nowMs,
        lastMs: nowMs,
        isFolder: isFolder || known?.isFolder === true,
      });
      timer ??= setTimeout(settle, quietMs);
    },
    close(): void {
      clearTimeout(timer);
    },
  };
}
