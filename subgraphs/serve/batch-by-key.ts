/** Keys in one statement: far below SQLite's 32,766 variables. */
const maxKeysAtOnce = 1_000;

/**
 * Turns a read of many keys into a read of one: what is asked for in one turn of the event loop is read together. Keeps nothing afterwards.
 */
export function batchByKey<Row>(
  readMany: (keys: readonly string[]) => Promise<ReadonlyMap<string, Row>>,
): (key: string) => Promise<Row | undefined> {
  let waiting: { readonly keys: Set<string>; readonly rows: Promise<ReadonlyMap<string, Row>> } | undefined;

  const startBatch = () => {
    const keys = new Set<string>();
    const rows = new Promise<ReadonlyMap<string, Row>>((resolve) => {
      // A tick after the microtasks that are queued now: all siblings of a GraphQL selection have asked by then.
      void Promise.resolve().then(() => {
        process.nextTick(() => {
          waiting = undefined;
          resolve(readInChunks([...keys], readMany));
        });
      });
    });
    return { keys, rows };
  };

  return async (key) => {
    waiting ??= startBatch();
    waiting.keys.add(key);
    return (await waiting.rows).get(key);
  };
}

/** `readMany` over any number of keys. */
export async function readInChunks<Row>(
  keys: readonly string[],
  readMany: (keys: readonly string[]) => Promise<ReadonlyMap<string, Row>>,
): Promise<ReadonlyMap<string, Row>> {
  if (keys.length <= maxKeysAtOnce) return readMany(keys);
  const found = new Map<string, Row>();
  for (let start = 0; start < keys.length; start += maxKeysAtOnce) {
    for (const [key, row] of await readMany(keys.slice(start, start + maxKeysAtOnce))) found.set(key, row);
  }
  return found;
}
