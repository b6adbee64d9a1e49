import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LinkRequest } from '../wire/link.ts';
import { codedError } from '../wire/coded-error.ts';
import { type Answer } from './support/compose-graph.ts';
import { TestNetwork, faultsOf } from './support/fleet-network.ts';
import { WorldRows, createTestWorld } from './support/fleet-world.ts';

const oracle = createTestWorld();

/** One node that holds all rows: what the network should look like from outside. */
async function askOracle(
  rows: WorldRows,
  query: string,
  variables: Record<string, unknown>,
): Promise<Answer> {
  const result = await oracle.execute({
    query,
    variables,
    session: rows,
    viewer: { username: 'root', role: 'ADMIN' },
  });
  return JSON.parse(JSON.stringify(result)) as Answer;
}

function together(network: TestNetwork, without: ReadonlySet<string> = new Set()): WorldRows {
  const all = new WorldRows(...network.roster.members().map(({ node }) => node));
  for (const { node, rows } of network.roster.members()) {
    if (without.has(node)) continue;
    all.entities.push(...rows.entities);
    all.agents.push(...rows.agents.filter(({ id }) => network.homes.get(id) === node));
  }
  return all;
}

const selections = [
  'edges { cursor node { id name } } pageInfo { hasNextPage endCursor } totalCount',
  'nodes { id type owner { username } } pageInfo { hasNextPage endCursor }',
  'edges { node { id } } edges { cursor } pageInfo { endCursor hasNextPage } nodes { data node { id } }',
  'totalCount pageInfo { endCursor hasNextPage }',
  'a: nodes { id } b: nodes { name key: id } c: edges { d: node { e: id } f: cursor } pageInfo { hasNextPage endCursor g: endCursor }',
  '... on EntityConnection { nodes { ... on Entity { id } __typename } __typename } pageInfo { ...P }',
];

function queryFor(selection: string): string {
  return `query ($first: Int, $after: String, $type: EntityType, $owner: String) {
    entities(first: $first, after: $after, type: $type, owner: $owner) { ${selection} }
  }
  ${selection.includes('...P') ? 'fragment P on PageInfo { hasNextPage endCursor }' : ''}`;
}

const name = fc.constantFrom('a', 'b', 'c', 'd', 'guard', 'guard-2', 'guard.3', 'z');
const entity = fc.record({
  owner: fc.constantFrom('ann', 'ann-b', 'bob'),
  type: fc.constantFrom('NPC', 'ITEM'),
  name,
});
const node = fc.constantFrom('n1', 'n2', 'n3', 'n4', 'n5');
const network = fc.dictionary(
  node,
  fc.uniqueArray(entity, { maxLength: 10, size: 'max', selector: (row) => JSON.stringify(row) }),
  {
    maxKeys: 5,
    size: 'max',
  },
);
const pageSizes = fc.record({
  first: fc.integer({ min: 1, max: 6 }),
  atFirst: fc.constantFrom(1, 1, 2, 3, 6),
});
/** What happens before a page is asked for. */
const event = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: 'nothing' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), node }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('join' as const),
      node,
      rows: fc.array(entity, { maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail' as const), node }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('recover' as const), node }) },
);

type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;

function rowsOf(id: string, rows: readonly { owner: string; type: string; name: string }[]): WorldRows {
  const held = new WorldRows(id);
  const known = new Set<string>();
  for (const row of rows) {
    const key = JSON.stringify(row);
    if (!known.has(key)) held.addEntity(id, row.owner, row.type, row.name);
    known.add(key);
  }
  return held;
}

function happen(network: TestNetwork, failing: Set<string>, event: Event): void {
  switch (event.kind) {
    case 'nothing':
      return;
    case 'leave':
      return network.roster.leave(event.node);
    case 'join':
      if (!network.roster.get(event.node)) network.join(event.node, rowsOf(event.node, event.rows));
      return;
    case 'fail':
      failing.add(event.node);
      return;
    case 'recover':
      failing.delete(event.node);
      return;
  }
}

describe('pages of a network', () => {
  /** Rows that nodes are asked for at first. */
  let share = 1;
  const test = new TestNetwork({
    breaker: { failures: Infinity },
    pageShare: (first) => Math.min(first, share),
  });
  const build = (nodes: Readonly<Record<string, Parameters<typeof rowsOf>[1]>>): void => {
    for (const { node } of test.roster.members()) test.roster.leave(node);
    for (const [id, rows] of Object.entries(nodes)) test.join(id, rowsOf(id, rows));
  };

  it('are those of one node that holds all rows, while nodes join, leave and fail between them', async () => {
    let secondRounds = 0;
    const run = fc.asyncProperty(
      network,
      fc.constantFrom(...selections),
      pageSizes,
      fc.record({ type: fc.constantFrom(null, 'NPC'), owner: fc.constantFrom(null, 'ann') }),
      fc.array(event, { maxLength: 12 }),
      async (nodes, selection, { first, atFirst }, filter, events) => {
        build(nodes);
        share = atFirst;
        const failing = new Set<string>();
        const query = queryFor(selection);
        let after: string | null = null;
        for (let page = 0; page < 60; page++) {
          const next = events[page];
          if (next) happen(test, failing, next);
          for (const member of test.roster.members())
            member.state = failing.has(member.node) ? 'CONNECTING' : 'UP';
          const members = test.roster.members().map((member) => member.node);
          const down = members.filter((member) => failing.has(member));

          const variables: Record<string, unknown> = { first, after, ...filter };
          const answer = await test.run(query, { variables });
          expect(faultsOf(answer)).toEqual(down.map((member) => `NODE_UNREACHABLE ${member}`));
          const areAllDown = members.length > 0 && down.length === members.length;
          const expected = areAllDown
            ? { data: { entities: null } }
            : await askOracle(together(test, failing), query, variables);
          expect(answer.data).toEqual(expected.data);
          if (areAllDown) {
            failing.clear();
            continue;
          }

          secondRounds += takeSecondRounds(test);
          const { pageInfo } = (answer.data as { entities: { pageInfo: PageInfo } }).entities;
          if (!pageInfo.hasNextPage) return;
          after = pageInfo.endCursor;
        }
        throw new Error('Expected an end');
      },
    );
    await fc.assert(run, { numRuns: 250 });
    expect(secondRounds).toBeGreaterThan(100);
  });

  it('skip nothing and show nothing twice when nodes die between two rounds or show rows of others', async () => {
    let secondRounds = 0;
    let deaths = 0;
    const query = queryFor('edges { cursor node { id } } nodes { id } pageInfo { hasNextPage endCursor }');
    const run = fc.asyncProperty(
      network,
      pageSizes,
      fc.array(fc.record({ from: node, by: node, row: entity }), { maxLength: 6 }),
      fc.infiniteStream(fc.boolean()),
      async (nodes, { first, atFirst }, stolen, dies) => {
        build(nodes);
        share = atFirst;
        const expected = together(test)
          .entities.map(({ id, owner, type, name }) => ({ id, place: [owner, type, name, id].join() }))
          .sort((left, right) => (left.place < right.place ? -1 : 1))
          .map(({ id }) => id);
        for (const { from, by, row } of stolen) {
          const { rows } = test.roster.get(by) ?? {};
          const id = `${from}/${row.owner}/${row.type.toLowerCase()}/${row.name}`;
          if (from === by || rows?.entities.some((held) => held.id === id)) continue;
          rows?.addEntity(from, row.owner, row.type, row.name);
        }
        let dead: string[] = [];
        for (const member of test.roster.members()) {
          member.tamper = (request, next) => {
            if (!isSecondRound(request) || dies.next().value !== true) return next();
            dead.push(member.node);
            throw codedError('NODE_UNREACHABLE', 'gone');
          };
        }

        const shown: string[] = [];
        let after: string | null = null;
        for (let page = 0; page < 400; page++) {
          dead = [];
          const answer: Answer = await test.run(query, { variables: { first, after } });
          const faults = faultsOf(answer).filter((fault) => !fault.startsWith('FOREIGN_ROWS'));
          expect(faults.toSorted()).toEqual(dead.map((one) => `NODE_UNREACHABLE ${one}`).toSorted());
          secondRounds += takeSecondRounds(test);
          deaths += dead.length;
          const { nodes: rows, pageInfo } = (answer.data as { entities: Page }).entities;
          shown.push(...rows.map(({ id }) => id));
          if (!pageInfo.hasNextPage) break;
          expect(pageInfo.endCursor > (after ?? '')).toBe(true);
          after = pageInfo.endCursor;
        }
        expect(shown).toEqual(expected);
      },
    );
    await fc.assert(run, { numRuns: 150 });
    expect(secondRounds).toBeGreaterThan(100);
    expect(deaths).toBeGreaterThan(50);
  });
});

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor: string;
}

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: PageInfo;
}

function isSecondRound({ query }: LinkRequest): boolean {
  return query.includes('fleet_after_');
}

/** How many requests of second rounds have come to the nodes since it was called last. */
function takeSecondRounds(network: TestNetwork): number {
  return network.roster
    .members()
    .reduce((count, { requests }) => count + requests.splice(0).filter(isSecondRound).length, 0);
}
