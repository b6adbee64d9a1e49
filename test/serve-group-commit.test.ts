import { expect, test } from 'vitest';
import { createGroupCommit } from '../subgraphs/serve/group-commit.ts';
import { limits } from '../schema/limits.ts';

/** Commits at once, and says what came together. */
function countingCommit() {
  const groups: number[] = [];
  const group = createGroupCommit(async (items: readonly number[]) => {
    groups.push(items.length);
    return items;
  });
  return { groups, group };
}

test('what arrives in one turn is brought to the disk together, in order', async () => {
  const { groups, group } = countingCommit();
  const all = Array.from({ length: 50 }, (_, index) => index);
  expect(await Promise.all(all.map((item) => group.add(item)))).toEqual(all);
  expect(groups).toEqual([50]);
});

test('no transaction has more than the limit, and the rest follows', async () => {
  const { groups, group } = countingCommit();
  const count = limits.maxMessagesPerCommit + 1;
  await Promise.all(Array.from({ length: count }, (_, index) => group.add(index)));
  expect(groups).toEqual([limits.maxMessagesPerCommit, 1]);
});

test('when a transaction fails all that were in it fail, and those behind are tried', async () => {
  let attempt = 0;
  const group = createGroupCommit(async (items: readonly number[]) => {
    attempt += 1;
    if (attempt === 1) throw new Error('the disk is full');
    return items;
  });
  const first = await Promise.allSettled([group.add(1), group.add(2)]);
  expect(first).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  expect(await group.add(3)).toBe(3);
});

test('after close nothing more is taken, and what waits is on the disk', async () => {
  const { groups, group } = countingCommit();
  const waiting = group.add(1);
  await group.close();
  expect(groups).toEqual([1]);
  expect(await waiting).toBe(1);
  await expect(group.add(2)).rejects.toMatchObject({ extensions: { code: 'SHUTTING_DOWN' } });
});
