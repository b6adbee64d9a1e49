import { expect, test } from 'vitest';
import { limits } from '../schema/limits.ts';
import { createExecutableShape } from '../subgraphs/serve/create-executable-shape.ts';

const length = 100;

function createTree() {
  let resolved = 0;
  const shape = createExecutableShape({
    name: 'tree',
    sdl: `type Query { leaves: [Leaf] page(first: Int): [Leaf] size: Int }
      type Leaf { leaves: [Leaf] page(first: Int): [Leaf] id: ID }`,
    resolvers: {
      Query: { leaves: () => leaves(), page: () => leaves(), size: () => 1 },
      Leaf: { leaves: async () => leaves(), page: async () => leaves() },
    },
    onFault: (error) => {
      throw error;
    },
  });
  const leaves = () => {
    resolved += 1;
    return Array.from({ length }, (_, id) => ({ id: String(id) }));
  };
  return { shape, resolved: () => resolved };
}

const nested = (depth: number): string => (depth === 0 ? 'id' : `leaves { ${nested(depth - 1)} }`);

test('an answer with as many rows as it may have is given', async () => {
  const { shape } = createTree();
  const { errors } = await shape.execute({ query: `{ ${nested(2)} }` });
  expect(errors).toBeUndefined();
});

test('lists within lists are refused once, before they have been resolved', async () => {
  const { shape, resolved } = createTree();
  const { data, errors } = await shape.execute({ query: `{ size ${nested(6)} }` });
  expect(data).toBeNull();
  expect(errors?.map((error) => error.extensions.code)).toEqual(['OPERATION_TOO_LARGE']);
  // Those under way at once have not been counted with their rows, but each has been counted.
  expect(resolved()).toBeLessThan(limits.maxRowsPerAnswer);
  const asked = createTree();
  await asked.shape.execute({ query: `{ ${nested(6).replaceAll('leaves', 'page(first: 9)')} }` });
  expect(asked.resolved()).toBeLessThanOrEqual(limits.maxRowsPerAnswer / 20);
});

test('the rows of one operation do not count for the next one', async () => {
  const { shape } = createTree();
  for (let run = 0; run < 5; run++) {
    expect((await shape.execute({ query: `{ ${nested(2)} }` })).errors).toBeUndefined();
  }
});

test('an operation that nobody waits for is not gone on with', async () => {
  const { shape, resolved } = createTree();
  const controller = new AbortController();
  controller.abort();
  await shape.execute({ query: `{ ${nested(2)} }`, signal: controller.signal });
  expect(resolved()).toBe(0);
});
