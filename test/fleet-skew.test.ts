import { describe, expect, it } from 'vitest';
import { readSdl } from '../schema/read-sdl.ts';
import { TestNetwork, createOtherWorld, faultsOf } from './support/fleet-network.ts';
import { WorldRows } from './support/fleet-world.ts';

const shared = new TestNetwork();

/** A node of our version and one of another, each with an entity and an agent. */
function withOther(change: (sdl: string) => string) {
  const network = shared.reset();
  const rowsOf = (node: string): WorldRows => {
    const rows = new WorldRows(node);
    rows.addEntity(node, 'dev', 'NPC', `guard-${node}`);
    rows.addAgent('dev', `of-${node}`);
    return rows;
  };
  const ours = network.join('ours', rowsOf('ours'));
  const other = network.join('other', rowsOf('other'), createOtherWorld(change));
  return { network, ours, other };
}

const change = (from: string, to: string) => (sdl: string) => {
  if (!sdl.includes(from)) throw new Error(`Expected ${from} in the SDL`);
  return sdl.replace(from, to);
};

describe('a node with an older version', () => {
  it('answers what it has, and null where a field is new to it', async () => {
    const { network, other } = withOther(change('  data: JSON!\n  node: Node\n', '  node: Node\n'));
    const answer = await network.run('{ entities { nodes { id data } edges { node { id } } totalCount } }');
    expect(answer.errors).toMatchObject([
      { path: ['entities', 'nodes', 0, 'data'], extensions: { code: 'FIELD_NOT_ON_NODE', node: 'other' } },
    ]);
    // `data` may not be null, and its place in the list may.
    expect(answer.data).toEqual({
      entities: {
        nodes: [null, { id: 'ours/dev/npc/guard-ours', data: { from: 'ours' } }],
        edges: [{ node: { id: 'other/dev/npc/guard-other' } }, { node: { id: 'ours/dev/npc/guard-ours' } }],
        totalCount: 2,
      },
    });
    expect(other.requests[0]?.query).not.toContain('data');
    expect(other.requests).toHaveLength(1);
  });
});

describe('an argument that a node does not know', () => {
  const entities = 'entities(nodes: [ID!], type: EntityType, owner: String, first: Int = 50, after: String)';
  const query = 'query ($owner: String) { entities(owner: $owner) { nodes { id } } totals { nodes } }';

  it('takes its field out, for a filter left out would bring wrong rows', async () => {
    const { network, other } = withOther(change(entities, entities.replace(', owner: String', '')));
    const answer = await network.run(query, { variables: { owner: 'dev' } });
    expect(answer.data).toEqual({
      entities: { nodes: [{ id: 'ours/dev/npc/guard-ours' }] },
      totals: { nodes: 2 },
    });
    expect(answer.errors).toMatchObject([
      { path: ['entities'], extensions: { code: 'FIELD_NOT_ON_NODE', node: 'other' } },
    ]);
    expect(other.requests[0]?.query).toMatch(/^\{/);
    expect(other.requests[0]?.variables).toEqual({});
  });

  it('takes nothing out where it is not used', async () => {
    const { network } = withOther(change(entities, entities.replace(', owner: String', '')));
    const answer = await network.run('{ entities { nodes { id } } }');
    expect(answer.errors).toBeUndefined();
  });

  it('counts as unknown when its type differs', async () => {
    const { network } = withOther(change(entities, entities.replace('owner: String', 'owner: Int')));
    expect(faultsOf(await network.run(query, { variables: { owner: 'dev' } }))).toEqual([
      'FIELD_NOT_ON_NODE other',
    ]);
  });

  it('takes its field out when the node cannot do without it', async () => {
    const { network } = withOther(
      change(entities, entities.replace('nodes: [ID!]', 'shelf: Int!, nodes: [ID!]')),
    );
    expect(faultsOf(await network.run('{ entities { nodes { id } } }'))).toEqual(['FIELD_NOT_ON_NODE other']);
  });

  it('leaves nothing to ask, and then the node is not asked', async () => {
    const { network, other } = withOther(change(entities, entities.replace(', owner: String', '')));
    const answer = await network.run('{ entities(owner: "dev") { totalCount } }');
    expect(answer.data).toEqual({ entities: { totalCount: 1 } });
    expect(faultsOf(answer)).toEqual(['FIELD_NOT_ON_NODE other']);
    expect(answer.extensions?.['network']).toEqual({ asked: 1, answered: 1, failed: [] });
    expect(other.requests).toEqual([]);
  });
});

describe('another version', () => {
  it('is asked for entities without what is new to it', async () => {
    const { network, other } = withOther(change('  stats: NodeStats\n', ''));
    const answer = await network.run('{ node(id: "other") { agents { totalCount } stats { agents } } }');
    expect(answer.data).toEqual({ node: { agents: { totalCount: 1 }, stats: null } });
    expect(faultsOf(answer)).toEqual(['FIELD_NOT_ON_NODE other']);
    expect(answer.errors?.[0]?.path).toEqual(['node', 'stats']);

    const nothing = await network.run('{ node(id: "other") { stats { agents } } }');
    expect(nothing.data).toEqual({ node: { stats: null } });
    expect(faultsOf(nothing)).toEqual(['FIELD_NOT_ON_NODE other']);
    expect(other.requests).toHaveLength(1);
  });

  it('that only says the same in other words or knows more is asked the same', async () => {
    const { network, ours, other } = withOther(
      (sdl) =>
        `# Other words\n${change('  stats: NodeStats\n', '  stats: NodeStats\n  mood: String\n')(sdl)}`,
    );
    const answer = await network.run('{ entities { nodes { id } } nodes { nodes { stats { agents } } } }');
    expect(answer.errors).toBeUndefined();
    expect(other.requests.map(({ query }) => query)).toEqual(ours.requests.map(({ query }) => query));
  });

  it('is worked out once for each operation', async () => {
    const { network, other } = withOther(change('  codeHash: String\n', ''));
    for (let run = 0; run < 2; run++) await network.run('{ agents { nodes { id codeHash } } }');
    const [first, second] = other.requests;
    expect(first?.query).toBe(second?.query);
    expect(first?.query).not.toContain('codeHash');
  });

  it('comes into force when the node publishes it', async () => {
    const { network, other } = withOther((sdl) => sdl);
    const query = '{ agents { nodes { id codeHash } } }';
    expect(faultsOf(await network.run(query))).toEqual([]);
    other.publishedSdl = readSdl('world').replace('  codeHash: String\n', '');
    expect(faultsOf(await network.run(query))).toEqual(['FIELD_NOT_ON_NODE other']);
    other.publishedSdl = undefined;
    expect(faultsOf(await network.run(query))).toEqual([]);
  });

  it('without the keys of rows gives none', async () => {
    const { network } = withOther(change('  edges: [EntityEdge]!\n', ''));
    const answer = await network.run('{ entities { nodes { id } } }');
    expect(answer.data).toEqual({ entities: { nodes: [{ id: 'ours/dev/npc/guard-ours' }] } });
    expect(answer.errors).toMatchObject([{ path: ['entities'], extensions: { code: 'FIELD_NOT_ON_NODE' } }]);
  });
});
