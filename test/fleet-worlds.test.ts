import { describe, expect, it } from 'vitest';
import { TestNetwork } from './support/fleet-network.ts';
import { WorldRows } from './support/fleet-world.ts';
import { admin, alice, openWorld } from './support/open-world.ts';

const create =
  'mutation ($node: ID!, $name: String!) { createEntity(node: $node, input: { type: ITEM, name: $name, data: {} }) { id } }';
const deploy =
  'mutation ($node: ID!, $name: String!) { deployAgent(node: $node, input: { name: $name, code: "1" }) { id } }';
const page = (field: string): string =>
  `query ($after: String) { ${field}(first: 2, after: $after) { edges { cursor node { id name } } pageInfo { hasNextPage endCursor } totalCount } }`;

interface Connection {
  readonly edges: readonly {
    readonly cursor: string;
    readonly node: { readonly id: string; readonly name: string };
  }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

/** Every page of a field, two rows each. */
async function pageThrough(network: TestNetwork, field: string): Promise<readonly Connection[]> {
  const pages: Connection[] = [];
  let after: string | null = null;
  do {
    const { data, errors } = await network.run(page(field), { variables: { after }, viewer: admin });
    expect(errors).toBeUndefined();
    const connection = (data as Record<string, Connection>)[field];
    if (!connection) throw new Error(`Expected ${field}`);
    pages.push(connection);
    after = connection.pageInfo.hasNextPage ? connection.pageInfo.endCursor : null;
  } while (after !== null);
  return pages;
}

/** Names of which one begins another, in an order that neither bytes of ids nor of names alone would give. */
const names = { n1: ['guard', 'guard-2', 'z'], n2: ['guard', 'guard.1', 'a'] } as const;

async function twoWorlds(): Promise<TestNetwork> {
  const network = new TestNetwork();
  for (const [node, held] of Object.entries(names)) {
    const { world } = await openWorld({ node });
    network.join(node, new WorldRows(node), world.shape);
    for (const name of held) {
      const made = await network.run(create, { variables: { node, name }, viewer: alice });
      expect(made.data).toEqual({ createEntity: { id: `${node}/alice/item/${name}` } });
      const agent = `${node}-${name}`;
      network.homes.set(`alice/${agent}`, node);
      const deployed = await network.run(deploy, { variables: { node, name: agent }, viewer: alice });
      expect(deployed).toMatchObject({ data: { deployAgent: { id: `alice/${agent}` } } });
    }
  }
  return network;
}

describe('pages over real worlds', () => {
  it.each(['entities', 'agents'])(
    'of %s have each row once, in the order of their cursors',
    async (field) => {
      const pages = await pageThrough(await twoWorlds(), field);
      expect(pages.map(({ edges }) => edges.length)).toEqual([2, 2, 2]);
      expect(pages.map(({ totalCount }) => totalCount)).toEqual([6, 6, 6]);
      const edges = pages.flatMap((one) => one.edges);
      const cursors = edges.map(({ cursor }) => Buffer.from(cursor));
      expect(cursors).toEqual(cursors.toSorted((left, right) => Buffer.compare(left, right)));
      expect(new Set(edges.map(({ node }) => node.id)).size).toBe(6);
    },
  );

  it('complete stats and totals of every node', async () => {
    const network = await twoWorlds();
    const { data, errors } = await network.run(
      '{ nodes { nodes { id stats { agents } } } totals { nodes entities agents } }',
      { viewer: admin },
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      nodes: { nodes: [{ id: 'n1' }, { id: 'n2' }] },
      totals: { nodes: 2, entities: 6, agents: 6 },
    });
  });
});
