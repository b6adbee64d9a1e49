import { expect, test, vi } from 'vitest';
import { explore } from './model/explore.ts';
import type { Mutant } from './model/move-model.ts';

// Hundreds of thousands of states, on a machine that does other things too.
vi.setConfig({ testTimeout: 120_000 });

const bounds = { moves: 2, updates: 2, faults: 1 };

test.for([bounds, { moves: 1, updates: 1, faults: 2 }])(
  'in whatever order things happen, an agent has one owner, loses nothing, and runs in the end: %o',
  (bounded) => {
    const { violation, stuck, states } = explore(bounded);
    expect(violation).toBeUndefined();
    expect(stuck).toEqual([]);
    expect(states).toBeGreaterThan(10_000);
  },
);

test.for<Mutant>([
  'no confirm state',
  'no stop before the snapshot',
  'no move id at receive',
  'no move id at commit',
  'no fence',
  'self-resume',
])('with %s that is not so', (mutant) => {
  expect(explore({ ...bounds, mutant }).violation).toBeDefined();
});

test('an epoch that rises when a move is given up makes no difference', () => {
  expect(explore({ ...bounds, updates: 1, mutant: 'epoch bump at abort' }).violation).toBeUndefined();
});
