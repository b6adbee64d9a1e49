import { describe, expect, it } from 'vitest';
import { limits } from '../schema/limits.ts';
import { TestNetwork, faultsOf } from './support/fleet-network.ts';
import { WorldRows } from './support/fleet-world.ts';

const shared = new TestNetwork();

function threeNodes(network = shared.reset()) {
  for (const node of ['n1', 'n2', 'n3']) {
    const rows = new WorldRows(node);
    rows.addEntity(node, 'dev', 'NPC', `guard-${node}`);
    rows.addAgent('dev', `of-${node}`);
    network.join(node, rows);
  }
  return network;
}

function asked(network: TestNetwork): readonly string[] {
  return network.roster.members().flatMap(({ node, requests }) => requests.map(() => node));
}

const totals = '{ totals { nodes entities memoryMb t: __typename } }';

describe('a sum', () => {
  it('adds up what the nodes say', async () => {
    expect((await threeNodes().run(totals)).data).toEqual({
      totals: { nodes: 3, entities: 3, memoryMb: 4.5, t: 'Totals' },
    });
  });

  it('is what the others say when a node fails, and null when none is left', async () => {
    const network = threeNodes();
    const [first, ...others] = network.roster.members();
    if (first) first.tamper = () => ({ data: { totals: { nodes: 'x' } } });
    const some = await network.run(totals);
    expect(some.data).toMatchObject({ totals: { nodes: 2 } });
    expect(faultsOf(some)).toEqual(['NODE_BAD_ANSWER n1']);
    for (const member of others) member.state = 'CONNECTING';
    expect((await network.run(totals)).data).toEqual({ totals: null });
  });
});

describe('a list', () => {
  it('joins what the nodes say, in the order of the nodes', async () => {
    expect((await threeNodes().run('{ brokenFiles { path node { id } } }')).data).toEqual({
      brokenFiles: ['n1', 'n2', 'n3'].map((node) => ({ path: `${node}.json`, node: { id: node } })),
    });
  });

  it('has the errors of its items where the items are', async () => {
    const network = threeNodes();
    const second = network.roster.get('n2');
    if (second) {
      second.tamper = async (_request, next) => ({
        ...((await next()) as object),
        errors: [{ message: 'odd', path: ['brokenFiles', 0, 'node'], extensions: { code: 'CONFLICT' } }],
      });
    }
    const answer = await network.run('{ brokenFiles { node { id } } }');
    expect(answer.data).toMatchObject({ brokenFiles: [{}, {}, {}] });
  });
});

describe('the argument nodes', () => {
  const query =
    'query ($nodes: [ID!]) { entities(nodes: $nodes) { nodes { name } totalCount } totals(nodes: $nodes) { nodes } }';
  const names = (...nodes: string[]) => nodes.map((node) => ({ name: `guard-${node}` }));

  it.each([{ nodes: null }, {}])('means everybody when it is null or absent', async (variables) => {
    const network = threeNodes();
    expect((await network.run(query, { variables })).data).toEqual({
      entities: { nodes: names('n1', 'n2', 'n3'), totalCount: 3 },
      totals: { nodes: 3 },
    });
    expect(asked(network)).toEqual(['n1', 'n2', 'n3']);
  });

  it('means nobody when it is empty', async () => {
    const network = threeNodes();
    const answer = await network.run(query, { variables: { nodes: [] } });
    expect(answer).toEqual({ data: { entities: { nodes: [], totalCount: 0 }, totals: { nodes: 0 } } });
    expect(asked(network)).toEqual([]);
  });

  it('counts each node once, and says which are not known', async () => {
    const network = threeNodes();
    const answer = await network.run(query, { variables: { nodes: ['n3', 'n9', 'n1', 'n3'] } });
    expect(answer.data).toEqual({
      entities: { nodes: names('n1', 'n3'), totalCount: 2 },
      totals: { nodes: 2 },
    });
    expect(faultsOf(answer)).toEqual(['NODE_UNKNOWN n9']);
    expect(asked(network)).toEqual(['n1', 'n3']);
  });

  it('may be one id, or differ from field to field of one request', async () => {
    const network = threeNodes();
    const answer = await network.run(
      '{ a: totals(nodes: "n1") { nodes } b: totals(nodes: ["n1", "n2"]) { nodes entities } }',
    );
    expect(answer.data).toEqual({ a: { nodes: 1 }, b: { nodes: 2, entities: 2 } });
    expect(asked(network)).toEqual(['n1', 'n2']);
    expect(network.roster.get('n2')?.requests[0]?.query).not.toContain('nodes:');
  });
});

describe('a page', () => {
  it.each([0, -1, limits.maxPageSize + 1])(
    'of %d rows is refused before any node is asked',
    async (first) => {
      const network = threeNodes();
      const answer = await network.run(
        'query ($first: Int) { entities(first: $first) { totalCount } totals { nodes } }',
        {
          variables: { first },
        },
      );
      expect(faultsOf(answer)).toEqual(['BAD_PAGE_SIZE']);
      expect(answer.data).toEqual({ entities: null, totals: { nodes: 3 } });
      expect(network.roster.get('n1')?.requests.every(({ query }) => !query.includes('entities('))).toBe(
        true,
      );
    },
  );

  it.each([1, limits.maxPageSize])('of %d rows is not', async (first) => {
    const answer = await threeNodes().run('query ($first: Int) { entities(first: $first) { totalCount } }', {
      variables: { first },
    });
    expect(answer.data).toEqual({ entities: { totalCount: 3 } });
  });

  it('has the size that the schema says when the client says null', async () => {
    const network = threeNodes();
    await network.run('{ entities(first: null) { nodes { id } } }');
    await network.run('{ entities { nodes { id } } }');
    const sizes = network.roster.get('n1')?.requests.map(({ variables }) => Object.values(variables ?? {}));
    expect(sizes).toEqual([[50], [50]]);
  });

  it.each(['', 'ümlaut', 'line\nbreak', 'x'.repeat(limits.maxCursorBytes + 1)])(
    'after what is no cursor is refused before any node is asked',
    async (after) => {
      const network = threeNodes();
      const answer = await network.run('query ($after: String) { entities(after: $after) { totalCount } }', {
        variables: { after },
      });
      expect(faultsOf(answer)).toEqual(['BAD_CURSOR']);
      expect(asked(network)).toEqual([]);
    },
  );

  it('after a cursor that all nodes refuse is refused once', async () => {
    const answer = await threeNodes().run('{ entities(after: "forged") { nodes { id } } }');
    expect(answer.data).toEqual({ entities: null });
    expect(faultsOf(answer)).toEqual(['BAD_CURSOR n1']);
  });

  it('is empty when there is no node at all', async () => {
    const network = shared.reset();
    const answer = await network.run(
      '{ entities { edges { cursor } nodes { id } pageInfo { hasNextPage endCursor } totalCount } totals { nodes } brokenFiles { path } }',
    );
    expect(answer).toEqual({
      data: {
        entities: { edges: [], nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 },
        totals: { nodes: 0 },
        brokenFiles: [],
      },
    });
  });

  it('is apart for each alias, and what is asked in private does not show', async () => {
    const answer = await threeNodes().run(`{
      npcs: entities(type: NPC, first: 1) { fleet_edges: edges { fleet_cursor: cursor } }
      items: entities(type: ITEM) { fleet_page: nodes { id } }
      agents(first: 2) { nodes { fleet_key: id } pageInfo { hasNextPage } }
    }`);
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual({
      npcs: { fleet_edges: [{ fleet_cursor: 'dev,NPC,guard-n1,n1,' }] },
      items: { fleet_page: [] },
      agents: {
        nodes: [{ fleet_key: 'dev/of-n1' }, { fleet_key: 'dev/of-n2' }],
        pageInfo: { hasNextPage: true },
      },
    });
  });
});
