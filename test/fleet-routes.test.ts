import { describe, expect, it } from 'vitest';
import { codedError } from '../wire/coded-error.ts';
import { TestNetwork, faultsOf } from './support/fleet-network.ts';
import { WorldRows } from './support/fleet-world.ts';

const shared = new TestNetwork();

function twoNodes(network = shared.reset()) {
  const [n1, n2] = ['n1', 'n2'].map((node) => {
    const rows = new WorldRows(node);
    rows.addEntity(node, 'dev', 'NPC', 'guard');
    rows.addAgent('dev', `of-${node}`);
    return network.join(node, rows);
  });
  if (!n1 || !n2) throw new Error('Expected two nodes');
  return { network, n1, n2 };
}

describe('references', () => {
  it('go to the nodes that own them, in one request each, and come back in their places', async () => {
    const { network, n1, n2 } = twoNodes();
    const { data } = await network.run(
      '{ a: node(id: "n2") { stats { agents } } nodes { nodes { id stats { cpuPercent } } } }',
    );
    expect(data).toEqual({
      a: { stats: { agents: 1 } },
      nodes: {
        nodes: [
          { id: 'n1', stats: { cpuPercent: 1.5 } },
          { id: 'n2', stats: { cpuPercent: 1.5 } },
        ],
      },
    });
    expect(n1.requests).toHaveLength(1);
    expect(n2.requests.length).toBeLessThanOrEqual(2);
  });

  it('to agents go where the directory says', async () => {
    const { network } = twoNodes();
    const { data } = await network.run(
      '{ a: agent(id: "dev/of-n2") { memory } b: agent(id: "dev/of-n1") { status } }',
    );
    expect(data).toEqual({ a: { memory: { of: 'dev/of-n2' } }, b: { status: 'RUNNING' } });
  });

  it('to nodes and agents that nobody knows are null, with an error that counts them', async () => {
    const { network, n1 } = twoNodes();
    const agents = await network.run('{ agent(id: "no/one") { id memory } }');
    expect(agents.data).toEqual({ agent: { id: 'no/one', memory: null } });
    expect(agents.errors).toMatchObject([
      { extensions: { code: 'AGENT_UNKNOWN', rows: 1 }, path: ['agent'] },
    ]);

    network.homes.set('dev/lost', 'n9');
    const lost = await network.run('{ agent(id: "dev/lost") { memory } }');
    expect(lost.errors).toMatchObject([{ extensions: { code: 'NODE_UNKNOWN', node: 'n9', rows: 1 } }]);
    expect(n1.requests).toEqual([]);
  });

  it('are all lost, and nothing else, when the directory cannot be asked', async () => {
    const { network } = twoNodes();
    network.directoryFault = new Error('disk');
    const answer = await network.run('{ agent(id: "dev/of-n1") { id memory } entities { totalCount } }');
    expect(answer.data).toEqual({ agent: { id: 'dev/of-n1', memory: null }, entities: { totalCount: 2 } });
    expect(faultsOf(answer)).toEqual(['INITIAL_UNREACHABLE']);
  });

  it('to an agent that has just moved are followed once', async () => {
    const { network, n1, n2 } = twoNodes();
    n2.rows.addAgent('dev', 'nomad');
    network.homes.set('dev/nomad', 'n1');
    n1.tamper = (_request, next) => {
      network.homes.set('dev/nomad', 'n2');
      return next();
    };
    expect(await network.run('{ agent(id: "dev/nomad") { memory } }')).toMatchObject({
      data: { agent: { memory: { of: 'dev/nomad' } } },
    });
    expect([n1.requests.length, n2.requests.length]).toEqual([1, 1]);
    expect(network.lookups).toHaveLength(2);
  });

  it('to an agent that is nowhere are not followed for ever', async () => {
    const { network, n1, n2 } = twoNodes();
    network.homes.set('dev/nomad', 'n1');
    n1.tamper = (_request, next) => {
      network.homes.set('dev/nomad', 'n2');
      return next();
    };
    const answer = await network.run('{ agent(id: "dev/nomad") { memory } }');
    expect(faultsOf(answer)).toEqual(['MOVED n2']);
    expect([n1.requests.length, n2.requests.length]).toEqual([1, 1]);
  });
});

describe('a routed field', () => {
  const cases: Readonly<Record<string, readonly [string, Record<string, unknown>?]>> = {
    'a literal': ['mutation { createEntity(node: "n2", input: { type: NPC, name: "x", data: 1 }) { id } }'],
    'a variable': [
      'mutation ($n: ID!) { createEntity(node: $n, input: { type: NPC, name: "x", data: 1 }) { id } }',
      { n: 'n2' },
    ],
    'the default of a variable': [
      'mutation ($n: ID! = "n2") { createEntity(node: $n, input: { type: NPC, name: "x", data: 1 }) { id } }',
    ],
  };
  it.each(Object.entries(cases))('runs on the node that %s names', async (_name, [query, variables = {}]) => {
    const { network, n1, n2 } = twoNodes();
    expect(await network.run(query, { variables })).toMatchObject({
      data: { createEntity: { id: 'n2/dev/npc/x' } },
    });
    expect([n1.rows.changes, n2.rows.changes]).toEqual([[], ['createEntity x']]);
  });

  it('runs on the node with which an id begins', async () => {
    const { network, n1 } = twoNodes();
    expect(
      await network.run('{ entity(id: "n2/dev/npc/guard") { name node { id stats { agents } } } }'),
    ).toMatchObject({
      data: { entity: { name: 'guard', node: { id: 'n2', stats: { agents: 1 } } } },
    });
    expect(n1.requests).toEqual([]);
  });

  it('of nobody is null with the reason', async () => {
    const { network } = twoNodes();
    const unknown = await network.run(
      '{ a: entity(id: "n9/dev/npc/x") { id } b: entity(id: "noslash") { id } }',
    );
    expect(unknown.data).toEqual({ a: null, b: null });
    expect(faultsOf(unknown).toSorted()).toEqual(['NODE_UNKNOWN', 'NODE_UNKNOWN n9']);
    const nothing = await network.run('{ entity(id: "n1/dev/npc/none") { id } }');
    expect(nothing.data).toEqual({ entity: null });
    expect(nothing.errors).toBeUndefined();
  });

  it('of an agent that has just moved is followed once', async () => {
    const { network, n1, n2 } = twoNodes();
    n2.rows.addAgent('dev', 'nomad');
    network.homes.set('dev/nomad', 'n1');
    n1.tamper = (_request, next) => {
      network.homes.set('dev/nomad', 'n2');
      return next();
    };
    expect(
      await network.run('mutation { setAgentStatus(id: "dev/nomad", status: STOPPED) { id status } }'),
    ).toMatchObject({
      data: { setAgentStatus: { id: 'dev/nomad', status: 'STOPPED' } },
    });
    expect(n2.rows.changes).toEqual(['setAgentStatus dev/nomad']);
  });

  it('shares a request with the others that go to the same node', async () => {
    const { network, n1, n2 } = twoNodes();
    const answer = await network.run(`{
      a: entity(id: "n1/dev/npc/guard") { name }
      b: entity(id: "n1/dev/npc/none") { name }
      c: entity(id: "n2/dev/npc/guard") { name }
      entities { totalCount }
      __typename
    }`);
    expect(answer.data).toEqual({
      a: { name: 'guard' },
      b: null,
      c: { name: 'guard' },
      entities: { totalCount: 2 },
      __typename: 'Query',
    });
    expect([n1.requests.length, n2.requests.length]).toEqual([1, 1]);
  });

  it('that is left out by a condition is not asked for', async () => {
    const { network, n1 } = twoNodes();
    const query =
      'query ($a: Boolean!) { a: entity(id: "n1/dev/npc/guard") @include(if: $a) { name } entity(id: "n2/dev/npc/guard") { name @skip(if: $a) id } }';
    expect((await network.run(query, { variables: { a: false } })).data).toEqual({
      entity: { name: 'guard', id: 'n2/dev/npc/guard' },
    });
    expect(n1.requests).toEqual([]);
    expect((await network.run(query, { variables: { a: true } })).data).toEqual({
      a: { name: 'guard' },
      entity: { id: 'n2/dev/npc/guard' },
    });
  });
});

describe('mutations', () => {
  const query = `mutation {
    one: createEntity(node: "n1", input: { type: NPC, name: "one", data: 1 }) { name }
    two: createEntity(node: "n2", input: { type: NPC, name: "two", data: 1 }) { name }
    three: createEntity(node: "n1", input: { type: NPC, name: "three", data: 1 }) { name }
  }`;

  it('run one after the other, each on its node and once', async () => {
    const { network, n1, n2 } = twoNodes();
    const order: string[] = [];
    for (const node of [n1, n2]) {
      node.tamper = async (_request, next) => {
        const before = node.rows.changes.length;
        const answer = await next();
        order.push(...node.rows.changes.slice(before));
        return answer;
      };
    }
    expect((await network.run(query)).data).toEqual({
      one: { name: 'one' },
      two: { name: 'two' },
      three: { name: 'three' },
    });
    expect(order).toEqual(['createEntity one', 'createEntity two', 'createEntity three']);
  });

  it('are carried out although a node in between is dead', async () => {
    const { network, n1, n2 } = twoNodes();
    n2.tamper = () => Promise.reject(codedError('NODE_UNREACHABLE', 'lost'));
    const answer = await network.run(query);
    expect(answer.data).toEqual({ one: { name: 'one' }, two: null, three: { name: 'three' } });
    expect(answer.errors).toMatchObject([
      { path: ['two'], extensions: { code: 'NODE_UNREACHABLE', node: 'n2' } },
    ]);
    expect(n1.rows.changes).toEqual(['createEntity one', 'createEntity three']);
    expect(n2.requests).toHaveLength(1);
  });
});
