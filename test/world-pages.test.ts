import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agentPosition } from '../subgraphs/world/agents/agent-identity.ts';
import {
  entityId,
  entityPosition,
  fileTypes,
  parseEntityId,
  parseEntityPath,
  entityPath,
} from '../subgraphs/world/entities/entity-identity.ts';
import { decodeCursor, encodeCursor } from '../subgraphs/serve/cursor.ts';
import { decodeSequence, encodeSequence } from '../subgraphs/serve/sequence-position.ts';
import { alice, at, bob, openWorld, type TestWorld } from './support/open-world.ts';

const firstCharacters = ['a', 'b', 'z', '0', '5', '9'];
const nameCharacters = [...firstCharacters, '.', '_', '-'];
const name = fc
  .tuple(
    fc.constantFrom(...firstCharacters),
    fc.string({ unit: fc.constantFrom(...nameCharacters), maxLength: 4 }),
  )
  .map(([first, rest]) => first + rest);
const identity = fc.record({ owner: name, type: fc.constantFrom(...fileTypes), name });
const bytewise = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** By the first part that differs; names hold ASCII only. */
function byParts(a: readonly string[], b: readonly string[]): number {
  const index = a.findIndex((part, i) => part !== b[i]);
  return index < 0 ? 0 : bytewise(a[index] ?? '', b[index] ?? '');
}

describe('cursors', () => {
  test('of entities sort bytewise as owner, type, name and node do', () => {
    fc.assert(
      fc.property(identity, name, identity, name, (a, nodeOfA, b, nodeOfB) => {
        const cursor = (of: typeof a, node: string) =>
          encodeCursor('world/entities', entityPosition(node, of));
        const order = bytewise(cursor(a, nodeOfA), cursor(b, nodeOfB));
        expect(Math.sign(order)).toBe(
          Math.sign(byParts([a.owner, a.type, a.name, nodeOfA], [b.owner, b.type, b.name, nodeOfB])),
        );
      }),
    );
  });

  test('of agents sort bytewise as owner and name do', () => {
    fc.assert(
      fc.property(name, name, name, name, (owner, own, otherOwner, other) => {
        const cursor = (...of: [string, string]) => encodeCursor('world/agents', agentPosition(...of));
        const order = bytewise(cursor(owner, own), cursor(otherOwner, other));
        expect(Math.sign(order)).toBe(Math.sign(byParts([owner, own], [otherOwner, other])));
      }),
    );
  });

  test('of numbered rows sort bytewise as the numbers do', () => {
    const number = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(Math.sign(bytewise(encodeSequence(a), encodeSequence(b)))).toBe(Math.sign(a - b));
        expect(decodeSequence(encodeSequence(a))).toBe(a);
      }),
    );
  });

  test('are ASCII, give their position back, and are refused when altered or of another list', () => {
    fc.assert(
      fc.property(
        identity,
        name,
        fc.nat(),
        fc.string({ minLength: 1, maxLength: 1 }),
        (of, node, place, character) => {
          const position = entityPosition(node, of);
          const cursor = encodeCursor('world/entities', position);
          expect(cursor).toMatch(/^[ -~]+$/);
          expect(decodeCursor('world/entities', cursor)).toBe(position);
          expect(() => decodeCursor('world/agents', cursor)).toThrow('cursor');
          const index = place % cursor.length;
          const altered = cursor.slice(0, index) + character + cursor.slice(index + 1);
          fc.pre(altered !== cursor);
          expect(() => decodeCursor('world/entities', altered)).toThrow('cursor');
        },
      ),
    );
  });
});

test('ids and paths of entities lead back to what they were made of', () => {
  fc.assert(
    fc.property(identity, name, (of, node) => {
      expect(parseEntityId(node, entityId(node, of))).toEqual(of);
      fc.pre(of.owner !== 'system');
      expect(parseEntityPath(entityPath(of))).toEqual(of);
    }),
  );
});

const page = `query ($first: Int, $after: String, $type: EntityType, $owner: String, $nodes: [ID!]) {
  entities(first: $first, after: $after, type: $type, owner: $owner, nodes: $nodes) {
    totalCount edges { cursor node { id } } nodes { id } pageInfo { hasNextPage endCursor }
  }
}`;
const agentPage =
  '{ agents(first: 2) { totalCount nodes { id } pageInfo { hasNextPage } } agents2: agents(owner: "bob") { nodes { id } } agents3: agents(status: RUNNING) { totalCount } }';

async function author({ ask }: TestWorld, node: string): Promise<void> {
  for (const [viewer, type, entity] of [
    [bob, 'NPC', 'a'],
    [alice, 'NPC', 'b'],
    [alice, 'ITEM', 'a-b'],
    [alice, 'ITEM', 'a'],
  ] as const) {
    await ask(
      'mutation ($node: ID!, $type: EntityType!, $name: String!) { createEntity(node: $node, input: { type: $type, name: $name, data: {} }) { id } }',
      { node, type, name: entity },
      viewer,
    );
  }
}

describe('pages', () => {
  test('are in the order of owner, type and name, and a cursor leads on exactly', async () => {
    const world = await openWorld();
    await author(world, 'main');
    const whole = await world.ask(page);
    const ids = ['main/alice/item/a', 'main/alice/item/a-b', 'main/alice/npc/b', 'main/bob/npc/a'];
    expect(at(whole, 'entities', 'nodes')).toEqual(ids.map((id) => ({ id })));
    expect(at(whole, 'entities', 'totalCount')).toBe(4);

    const seen: unknown[] = [];
    for (let after: unknown = null, hasNextPage: unknown = true; hasNextPage;) {
      const data = await world.ask(page, { first: 1, after });
      seen.push(at(data, 'entities', 'edges', 0, 'node', 'id'));
      after = at(data, 'entities', 'pageInfo', 'endCursor');
      hasNextPage = at(data, 'entities', 'pageInfo', 'hasNextPage');
    }
    expect(seen).toEqual(ids);
  });

  test('go on from the cursor of another node, and of a row that is gone', async () => {
    const main = await openWorld();
    const other = await openWorld({ node: 'other' });
    await author(main, 'main');
    await author(other, 'other');
    const after = at(await other.ask(page, { first: 2 }), 'entities', 'pageInfo', 'endCursor');
    // other/alice/item/a-b stands after main/alice/item/a-b.
    expect(at(await main.ask(page, { after }), 'entities', 'nodes')).toEqual([
      { id: 'main/alice/npc/b' },
      { id: 'main/bob/npc/a' },
    ]);
    const gone = at(await main.ask(page, { first: 2 }), 'entities', 'pageInfo', 'endCursor');
    await main.ask('mutation { deleteEntity(id: "main/alice/item/a-b") }', {}, alice);
    expect(at(await main.ask(page, { after: gone, first: 1 }), 'entities', 'nodes')).toEqual([
      { id: 'main/alice/npc/b' },
    ]);
  });

  test('are filtered by type and owner, and counted so', async () => {
    const world = await openWorld();
    await author(world, 'main');
    const count = async (variables: Record<string, unknown>) =>
      at(await world.ask(page, variables), 'entities', 'totalCount');
    expect(await count({ type: 'NPC' })).toBe(2);
    expect(await count({ owner: 'alice' })).toBe(3);
    expect(await count({ owner: 'alice', type: 'ITEM' })).toBe(2);
    expect(await count({ owner: 'nobody' })).toBe(0);
    expect(await count({ type: 'AVATAR' })).toBe(0);
    expect(await count({ nodes: ['main', 'other'] })).toBe(4);
    expect(await count({ nodes: ['other'] })).toBe(0);
    expect(await count({ nodes: [] })).toBe(0);
  });

  test('of agents are in the order of owner and name', async () => {
    const { ask } = await openWorld();
    for (const [viewer, agent] of [
      [bob, 'z'],
      [alice, 'b-1'],
      [alice, 'b'],
    ] as const) {
      await ask(
        'mutation ($name: String!) { deployAgent(node: "main", input: { name: $name, code: "x" }) { id } }',
        { name: agent },
        viewer,
      );
    }
    expect(await ask(agentPage)).toEqual({
      agents: {
        totalCount: 3,
        nodes: [{ id: 'alice/b' }, { id: 'alice/b-1' }],
        pageInfo: { hasNextPage: true },
      },
      agents2: { nodes: [{ id: 'bob/z' }] },
      agents3: { totalCount: 0 },
    });
  });

  test('with a size or a cursor that cannot be are refused, whichever nodes are asked', async () => {
    const { codes, ask } = await openWorld();
    const refused: readonly [Record<string, unknown>, string][] = [
      [{ first: 0 }, 'BAD_PAGE_SIZE'],
      [{ first: -1 }, 'BAD_PAGE_SIZE'],
      [{ first: 1_001 }, 'BAD_PAGE_SIZE'],
      [{ first: 1_001, nodes: ['other'] }, 'BAD_PAGE_SIZE'],
      [{ after: '' }, 'BAD_CURSOR'],
      [{ after: 'alice,item,a,main,' }, 'BAD_CURSOR'],
      [{ after: encodeCursor('world/agents', 'alice,b,') }, 'BAD_CURSOR'],
    ];
    for (const [variables, code] of refused) expect(await codes(page, variables)).toEqual([code]);
    await ask(page, { first: 1_000 });
    await ask(page, { first: null });
  });
});
