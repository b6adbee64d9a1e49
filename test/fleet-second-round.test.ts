import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharePage } from '../gateway/fleet/page-share.ts';
import { limits } from '../schema/limits.ts';
import { codedError } from '../wire/coded-error.ts';
import type { LinkRequest } from '../wire/link.ts';
import type { Answer } from './support/compose-graph.ts';
import { TestNetwork, createOtherWorld, faultsOf } from './support/fleet-network.ts';
import { WorldRows } from './support/fleet-world.ts';

const page =
  'query ($after: String) { entities(first: 6, after: $after) { nodes { name } edges { node { id } } pageInfo { hasNextPage endCursor } totalCount } }';

const network = new TestNetwork({ pageShare: (first) => Math.min(first, 2) });

/** Nodes with entities of these names, each of which is asked for two at first. */
function nodesWith(rows: Readonly<Record<string, readonly string[]>>, of = network.reset()): TestNetwork {
  for (const [node, names] of Object.entries(rows)) {
    const held = new WorldRows(node);
    for (const name of names) held.addEntity(node, 'dev', 'NPC', name);
    of.join(node, held);
  }
  return of;
}

function nodeOf(of: TestNetwork, node: string) {
  const member = of.roster.get(node);
  if (!member) throw new Error(`Expected ${node} to be there`);
  return member;
}

const skewed = { n1: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], n2: ['x'], n3: ['y', 'z'] };

function pageOf({ data }: Answer) {
  const { nodes, pageInfo, totalCount } = (data as { entities: Page }).entities;
  return { names: nodes.map(({ name }) => name).join(''), ...pageInfo, totalCount };
}

interface Page {
  readonly nodes: readonly { readonly name: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  readonly totalCount: number;
}

/** Of the variables: how many rows, and behind which. */
const valuesIn = ({ variables }: LinkRequest): readonly unknown[] =>
  Object.values(variables ?? {}).toSorted(
    (left, right) => Number(typeof left === 'string') - Number(typeof right === 'string'),
  );

const isSecond = ({ query }: LinkRequest): boolean => query.includes('fleet_after_');

/** The response name of what a node was asked. */
function rootIn(answer: unknown): string {
  return Object.keys((answer as { data: object }).data)[0] ?? '';
}

/** Answers the first round, and does something else in the second. */
function inSecondRound(of: TestNetwork, node: string, act: (next: () => Promise<unknown>) => unknown): void {
  nodeOf(of, node).tamper = (request, next) => (isSecond(request) ? act(next) : next());
}

describe('a page whose rows are all on one node', () => {
  it('is full after that node was asked once more, for what is missing and nothing else', async () => {
    const skew = nodesWith(skewed);
    const answer = await skew.run(page);
    expect(pageOf(answer)).toEqual({
      names: 'abcdef',
      hasNextPage: true,
      endCursor: 'dev,NPC,f,n1,',
      totalCount: 10,
    });
    expect(answer.extensions?.['network']).toEqual({ asked: 3, answered: 3, failed: [] });
    const asked = skew.roster.members().map(({ requests }) => requests.map(valuesIn));
    expect(asked).toEqual([[[2], [4, 'dev,NPC,b,n1,']], [[2]], [[2]]]);
    expect(nodeOf(skew, 'n1').requests[1]?.query).not.toContain('totalCount');
  });

  it('is so in a large network too, where the gateway alone decides how many rows it asks for', async () => {
    const rows: Record<string, readonly string[]> = {
      heap: Array.from({ length: 60 }, (_, at) => `a-${at + 10}`),
    };
    for (let node = 0; node < 150; node++) rows[`n${node}`] = ['b', 'c'];
    const large = nodesWith(rows, new TestNetwork());
    const query = '{ entities(first: 50) { nodes { name } totalCount } agents(first: 2) { totalCount } }';
    const answer = await large.run(query);
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual({
      entities: { nodes: rows['heap']?.slice(0, 50).map((name) => ({ name })), totalCount: 360 },
      agents: { totalCount: 0 },
    });
    expect(nodeOf(large, 'heap').requests).toHaveLength(2);
    expect(nodeOf(large, 'heap').requests[1]?.query).not.toContain('agents');
    expect(nodeOf(large, 'n7').requests).toHaveLength(1);
    expect(answer.extensions?.['network']).toEqual({ asked: 151, answered: 151, failed: [] });
  });

  it('is full although another node has been silent in the first round', async () => {
    const skew = nodesWith(skewed);
    nodeOf(skew, 'n2').tamper = () => new Promise(() => undefined);
    const answer = await skew.run(page, { timeLeftMs: 2_000 });
    expect(pageOf(answer)).toMatchObject({ names: 'abcdef', totalCount: 9 });
    expect(faultsOf(answer)).toEqual(['NODE_TIMEOUT n2']);
  });

  it('goes on from a cursor of the client', async () => {
    const skew = nodesWith(skewed);
    const { names } = pageOf(await skew.run(page, { variables: { after: 'dev,NPC,a,n1,' } }));
    expect(names).toBe('bcdefg');
    expect(nodeOf(skew, 'n1').requests.map(valuesIn)).toEqual([
      [2, 'dev,NPC,a,n1,'],
      [4, 'dev,NPC,c,n1,'],
    ]);
  });

  it('is apart for each alias', async () => {
    const skew = nodesWith(skewed);
    const answer = await skew.run(
      '{ a: entities(first: 3) { nodes { name } } b: entities(first: 5, type: ITEM) { nodes { name } } c: entities(first: 5) { nodes { name } } }',
    );
    const names = (text: string) => ({ nodes: text.split('').map((name) => ({ name })) });
    expect(answer).toMatchObject({ data: { a: names('abc'), b: names(''), c: names('abcde') } });
    expect(nodeOf(skew, 'n1').requests).toHaveLength(2);
  });
});

describe('a node that fails between two rounds', () => {
  const ways: Readonly<Record<string, readonly [string, (next: () => Promise<unknown>) => unknown]>> = {
    'is gone': [
      'NODE_UNREACHABLE',
      () => {
        throw codedError('NODE_UNREACHABLE', 'gone');
      },
    ],
    'is silent': ['NODE_TIMEOUT', () => new Promise(() => undefined)],
    'answers with garbage': ['NODE_BAD_ANSWER', () => ({ data: { entities: { fleet_edges: 7 } } })],
    refuses: [
      'FORBIDDEN',
      async (next) => {
        const name = rootIn(await next());
        const error = { message: 'no', path: [name], extensions: { code: 'FORBIDDEN' } };
        return { data: { [name]: null }, errors: [error] };
      },
    ],
  };
  it.each(Object.entries(ways))('and %s ends the page where it was sure', async (_way, [code, act]) => {
    const skew = nodesWith(skewed);
    inSecondRound(skew, 'n1', act);
    const answer = await skew.run(page, { timeLeftMs: 700 });
    expect(pageOf(answer)).toEqual({
      names: 'ab',
      hasNextPage: true,
      endCursor: 'dev,NPC,b,n1,',
      totalCount: 10,
    });
    expect(faultsOf(answer)).toEqual([`${code} n1`]);
    const failed = code === 'FORBIDDEN' ? [] : ['n1'];
    expect(answer.extensions?.['network']).toEqual({ asked: 3, answered: 3 - failed.length, failed });
  });

  it('costs the rows of all fields that it was asked for once more, and of no other node', async () => {
    const skew = nodesWith({ n1: ['a', 'c', 'e', 'g'], n2: ['b', 'd', 'f', 'h'] });
    const query =
      '{ p: entities(first: 6) { nodes { name } } q: entities(first: 6, owner: "dev") { nodes { name } } }';
    inSecondRound(skew, 'n2', async (next) => {
      const { data } = (await next()) as { data: object };
      return { data: { ...data, [Object.keys(data).at(-1) ?? '']: 'garbage' } };
    });
    const answer = await skew.run(query);
    const nodes = ['a', 'b', 'c', 'd'].map((name) => ({ name }));
    expect(answer.data).toEqual({ p: { nodes }, q: { nodes } });
    expect(faultsOf(answer)).toEqual(['NODE_BAD_ANSWER n2']);
  });

  it('because it has left the network ends the page where it was sure', async () => {
    const skew = nodesWith(skewed);
    nodeOf(skew, 'n1').tamper = async (_request, next) => {
      const answer = await next();
      skew.roster.leave('n1');
      return answer;
    };
    const first = await skew.run(page);
    expect(pageOf(first)).toMatchObject({ names: 'ab', endCursor: 'dev,NPC,b,n1,' });
    expect(faultsOf(first)).toEqual(['NODE_UNKNOWN n1']);
    const next = await skew.run(page, { variables: { after: 'dev,NPC,b,n1,' } });
    expect(pageOf(next)).toMatchObject({ names: 'xyz', hasNextPage: false });
    expect(next.errors).toBeUndefined();
  });
});

describe("a second round with somebody else's rows", () => {
  it('is asked for what is missing without them', async () => {
    const skew = nodesWith({ n1: ['d', 'e', 'f', 'g', 'h', 'i'], n2: ['x', 'y', 'z'] });
    for (const name of ['a', 'b']) nodeOf(skew, 'n1').rows.addEntity('n2', 'dev', 'NPC', name);
    const answer = await skew.run(page);
    expect(pageOf(answer)).toEqual({
      names: 'defghi',
      hasNextPage: true,
      endCursor: 'dev,NPC,i,n1,',
      totalCount: 9,
    });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'FOREIGN_ROWS', node: 'n1', rows: 2 } }]);
  });

  it('makes the page short when they come in it, and nothing behind them is skipped', async () => {
    const skew = nodesWith({ n1: ['a', 'b', 'e', 'f', 'g', 'h'], n2: ['x', 'y', 'z'] });
    for (const name of ['c', 'd']) nodeOf(skew, 'n1').rows.addEntity('n2', 'dev', 'NPC', name);
    const first = pageOf(await skew.run(page));
    expect(first).toMatchObject({ names: 'abef', hasNextPage: true, endCursor: 'dev,NPC,f,n1,' });
    expect(nodeOf(skew, 'n1').requests).toHaveLength(2);
    const second = pageOf(await skew.run(page, { variables: { after: first.endCursor } }));
    expect(second).toMatchObject({ names: 'ghxyz', hasNextPage: false });
  });

  it('looks up the owners of new rows only', async () => {
    const agents = nodesWith({ n1: [], n2: [] });
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      nodeOf(agents, 'n1').rows.addAgent('dev', name);
      agents.homes.set(`dev/${name}`, name === 'a' || name === 'd' ? 'n2' : 'n1');
    }
    for (const name of ['a', 'd']) nodeOf(agents, 'n2').rows.addAgent('dev', name);
    const answer = await agents.run('{ agents(first: 4) { nodes { id } totalCount } }');
    expect(answer.data).toMatchObject({
      agents: { nodes: ['a', 'b', 'c', 'd'].map((name) => ({ id: `dev/${name}` })) },
    });
    const looked = agents.lookups.flat();
    expect(looked.length).toBe(new Set(looked).size);
    expect(agents.lookups).toHaveLength(2);
  });
});

describe('what a node says of the rows of a second round', () => {
  it('has its errors where those rows have gone', async () => {
    const skew = nodesWith(skewed);
    inSecondRound(skew, 'n1', async (next) => {
      const answer = await next();
      const path = [rootIn(answer), 'nodes', 1, 'name'];
      return { ...(answer as object), errors: [{ message: 'odd', path, extensions: { code: 'CONFLICT' } }] };
    });
    expect((await skew.run(page)).errors).toMatchObject([
      { path: ['entities', 'nodes', 3, 'name'], extensions: { code: 'CONFLICT', node: 'n1' } },
    ]);
  });

  it('names a field that it lacks once, and no row of it has it', async () => {
    const skew = nodesWith({ n2: ['x'] });
    const rows = new WorldRows('n1');
    for (const name of 'abcdefg') rows.addEntity('n1', 'dev', 'NPC', name);
    skew.join(
      'n1',
      rows,
      createOtherWorld((sdl) => sdl.replace('  owner: User\n', '')),
    );
    const answer = await skew.run('{ entities(first: 6) { edges { node { name owner { username } } } } }');
    expect(faultsOf(answer)).toEqual(['FIELD_NOT_ON_NODE n1']);
    expect(answer.data).toEqual({
      entities: { edges: 'abcdef'.split('').map((name) => ({ node: { name, owner: null } })) },
    });
    expect(nodeOf(skew, 'n1').requests).toHaveLength(2);
  });
});

describe('the rows that nodes are asked for at first', () => {
  const pageSize = fc.integer({ min: 1, max: limits.maxPageSize });

  it('are the whole page when one node is asked, and when all of them are few', () => {
    const run = fc.property(pageSize, fc.integer({ min: 1, max: 2_000 }), (first, nodes) => {
      const isFew = nodes === 1 || first * nodes <= limits.pageRowBudget;
      expect(sharePage(first, nodes)).toBeGreaterThanOrEqual(isFew ? first : 1);
      expect(sharePage(first, nodes)).toBeLessThanOrEqual(first);
    });
    fc.assert(run);
  });

  it('are several pages together, and never so many that they grow with both', () => {
    const run = fc.property(pageSize, fc.integer({ min: 2, max: 10_000 }), (first, nodes) => {
      const rows = sharePage(first, nodes) * nodes;
      expect(rows).toBeGreaterThanOrEqual(Math.min(4 * first, nodes * first));
      expect(rows).toBeLessThanOrEqual(Math.max(limits.pageRowBudget, 4 * first + 4 * nodes));
    });
    fc.assert(run);
  });
});
