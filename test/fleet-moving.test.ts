import { describe, expect, it } from 'vitest';
import { TestNetwork, type Tamper, faultsOf } from './support/fleet-network.ts';
import { WorldRows } from './support/fleet-world.ts';

const shared = new TestNetwork();
const agent = 'dev/nomad';
const start = `mutation { setAgentStatus(id: "${agent}", status: RUNNING) { id } }`;

/** An agent of `n1` that is on its way to `n2`, where it is not known yet. */
function onItsWay(network = shared.reset()) {
  const [n1, n2] = ['n1', 'n2'].map((node) => network.join(node, new WorldRows(node)));
  if (!n1 || !n2) throw new Error('Expected two nodes');
  network.homes.set(agent, 'n1');
  network.moving.add(agent);
  return { network, n1, n2 };
}

/** Refuses as a node does, and then lets something happen. */
const refuse =
  (code: string, then: () => void): Tamper =>
  async (_request, next) => {
    const [root = ''] = Object.keys(((await next()) as { data: object }).data);
    setImmediate(then);
    return { data: { [root]: null }, errors: [{ message: 'x', path: [root], extensions: { code } }] };
  };

describe('what is asked of an agent that is moving', () => {
  it('waits, and is carried out once at the home that it then has', async () => {
    const { network, n1, n2 } = onItsWay();
    n2.rows.addAgent('dev', 'nomad');
    n1.tamper = refuse('AGENT_MOVING', () => {
      network.homes.set(agent, 'n2');
      network.tellOf(agent);
    });
    const answer = await network.run(start);
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual({ setAgentStatus: { id: agent } });
    expect([n1.requests.length, n2.requests.length]).toEqual([1, 1]);
  });

  it('waits at its new home too, until that has it', async () => {
    const { network, n2 } = onItsWay();
    network.homes.set(agent, 'n2');
    n2.tamper = refuse('MOVED', () => {
      network.moving.delete(agent);
      n2.rows.addAgent('dev', 'nomad');
      n2.tamper = undefined;
      network.tellOf(agent);
    });
    expect(await network.run(start)).toMatchObject({ data: { setAgentStatus: { id: agent } } });
    expect(n2.requests).toHaveLength(2);
  });

  it('goes on where it is when the move is given up', async () => {
    const { network, n1 } = onItsWay();
    n1.tamper = refuse('AGENT_MOVING', () => {
      network.moving.delete(agent);
      n1.rows.addAgent('dev', 'nomad');
      n1.tamper = undefined;
      network.tellOf(agent);
    });
    expect(await network.run(start)).toMatchObject({ data: { setAgentStatus: { id: agent } } });
  });

  it('fails with AGENT_MOVING when its time is up', async () => {
    const { network, n1 } = onItsWay();
    n1.tamper = refuse('AGENT_MOVING', () => undefined);
    expect(faultsOf(await network.run(start, { timeLeftMs: 900 }))).toEqual(['AGENT_MOVING n1']);
  });

  it('of its rows waits as well', async () => {
    const { network, n2 } = onItsWay();
    network.homes.set(agent, 'n2');
    n2.tamper = async (_request, next) => {
      const answer = await next();
      setImmediate(() => {
        n2.rows.addAgent('dev', 'nomad');
        network.moving.delete(agent);
        network.tellOf(agent);
      });
      return answer;
    };
    expect(await network.run(`{ agent(id: "${agent}") { memory } }`)).toMatchObject({
      data: { agent: { memory: { of: agent } } },
    });
  });
});
