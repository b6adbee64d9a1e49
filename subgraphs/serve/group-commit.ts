import { setImmediate as nextTurn } from 'node:timers/promises';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { invariant } from '../../wire/invariant.ts';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

export interface GroupLimits<Item> {
  readonly maxItems?: number;
  /** Of all items of a group together; one alone may weigh more. */
  readonly maxWeight?: number;
  readonly weightOf?: (item: Item) => number;
  /** Waited for before each group: what arrives meanwhile is in it. */
  readonly gather?: () => Promise<unknown>;
  /** Groups under way at a time: more than one where most of the time goes into waiting for somebody else. One when absent. */
  readonly maxAtOnce?: number;
  /** Called when nothing waits any more. */
  readonly onIdle?: () => void;
}

export interface GroupCommit<Item, Result> {
  /** Resolves when the item is on the disk. RATE_LIMITED when too many wait, SHUTTING_DOWN after `close`. */
  add(item: Item): Promise<Result>;
  /** Resolves when all that has been added so far is settled. */
  settled(): Promise<void>;
  /** Takes no more items; resolves when those that wait are settled. Idempotent. */
  close(): Promise<void>;
}

/**
 * Brings items to the disk together: what arrives while one transaction is being committed goes into the next, since waiting for the disk costs the
 * same for one as for many. In the order of arrival.
 * @param commit resolves once all of the items are on the disk, with a result for each in turn; when it rejects, none is
 */
export function createGroupCommit<Item, Result>(
  commit: (items: readonly Item[]) => Promise<readonly Result[]>,
  groupLimits: GroupLimits<Item> = {},
): GroupCommit<Item, Result> {
  const queue: Waiting<Item, Result>[] = [];
  const adding = new Set<Promise<unknown>>();
  const underWay = new Set<Promise<void>>();
  let isClosed = false;

  const commitAll = async () => {
    while (queue.length > 0) {
      // A commit stops the whole process while the disk works: first everything is read that has come in the meantime.
      await nextTurn();
      await groupLimits.gather?.();
      // Another one may have taken them meanwhile.
      if (queue.length > 0) await settle(queue.splice(0, sizeOfGroup(queue, groupLimits)), commit);
    }
  };
  /** Never rejects: what goes wrong is each item's own. */
  const begin = () => {
    const working = commitAll().then(() => {
      underWay.delete(working);
      // What came in the same turn has found somebody at work.
      if (queue.length > 0) begin();
      else if (underWay.size === 0) groupLimits.onIdle?.();
    });
    underWay.add(working);
  };

  const add = (item: Item): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (isClosed) return reject(codedError('SHUTTING_DOWN', 'This node is stopping'));
      if (queue.length >= limits.maxMessagesWaiting) {
        return reject(
          codedError('RATE_LIMITED', 'Too many messages wait to be stored on this node; send it again'),
        );
      }
      queue.push({ item, resolve, reject });
      if (underWay.size < (groupLimits.maxAtOnce ?? 1)) begin();
    });

  return {
    add: (item) => {
      const added = add(item);
      const isOver = () => void adding.delete(added);
      adding.add(added);
      added.then(isOver, isOver);
      return added;
    },
    settled: async () => {
      await Promise.allSettled(adding);
    },
    close: async () => {
      isClosed = true;
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** How many of those that wait go together. */
function sizeOfGroup<Item, Result>(
  queue: readonly Waiting<Item, Result>[],
  { maxItems = limits.maxMessagesPerCommit, maxWeight = Infinity, weightOf = () => 0 }: GroupLimits<Item>,
): number {
  const most = Math.min(queue.length, maxItems);
  let weight = 0;
  for (const [index, { item }] of queue.slice(0, most).entries()) {
    weight += weightOf(item);
    if (index > 0 && weight > maxWeight) return index;
  }
  return most;
}

async function settle<Item, Result>(
  group: readonly Waiting<Item, Result>[],
  commit: (items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<void> {
  try {
    const results = await commit(group.map(({ item }) => item));
    invariant(results.length === group.length, 'a commit has a result for each item');
    for (const [index, result] of results.entries()) group[index]?.resolve(result);
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    for (const { reject } of group) reject(error);
  }
}
