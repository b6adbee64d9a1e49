import { describe, expect, test, vi } from 'vitest';
import { MoveCluster, type Place } from './support/move-cluster.ts';
import { calls, faults } from './support/faulty-registry.ts';

/** Points of a move in the process of the source, and in that of the target. */
const points = [
  'begin',
  'copy',
  'accept',
  'freeze',
  'rest',
  'arrive',
  'commit',
  'activate',
  'confirm',
  'release',
].flatMap((step) => [`before ${step}`, `after ${step}`]);
/** Moves of one node at a time. */
const atOnce = 7;
const ownerWithinMs = 10_000;

function agentFor(...words: readonly string[]): string {
  return `ada/${words.join('-').replaceAll(' ', '-')}`;
}

async function deploy(cluster: MoveCluster, node: Place, agent: string): Promise<void> {
  const input = {
    name: agent.slice('ada/'.length),
    code: 'export function message() {}',
    memory: { of: agent },
  };
  const query =
    'mutation ($node: ID!, $input: DeployAgentInput!) { deployAgent(node: $node, input: $input) { id } }';
  await cluster.ask(query, { node, input });
}

async function send(cluster: MoveCluster, input: Record<string, unknown>): Promise<void> {
  await cluster.ask('mutation ($input: SendMessageInput!) { sendMessage(input: $input) { state } }', {
    input,
  });
}

async function bodies(cluster: MoveCluster, agent: string): Promise<readonly string[]> {
  const query = 'query ($agent: ID!) { inbox(agent: $agent, first: 1000) { nodes { body } } }';
  const { inbox } = await cluster.ask(query, { agent });
  return (Object(inbox).nodes as { body: unknown }[]).map(({ body }) => String(body));
}

/** What an agent has before its move: two messages, and one that it has sent. */
async function prepare(cluster: MoveCluster, agent: string): Promise<void> {
  await deploy(cluster, 'rome', agent);
  for (const id of ['a', 'b']) await send(cluster, { to: agent, body: id, id });
  await send(cluster, { from: agent, to: 'ada/sink', body: `${agent} 1`, id: '1' });
}

function move(cluster: MoveCluster, agent: string): Promise<void> {
  const query = 'mutation ($id: ID!) { moveAgent(id: $id, to: "oslo") { id } }';
  // Whoever asks may hear nothing, as somebody is killed meanwhile.
  return cluster.ask(query, { id: agent }).then(
    () => undefined,
    () => undefined,
  );
}

/** One owner, as the registry and the disks have it, with all that was sent, each once; and it goes on from there. */
async function check(cluster: MoveCluster, agent: string): Promise<void> {
  const ask = 'query ($id: ID!) { agent(id: $id) { epoch node { id } memory move { state } } }';
  await vi.waitFor(
    async () => {
      const { agent: found } = await cluster.ask(ask, { id: agent });
      const { epoch, node } = Object(found);
      expect({ agent, found }).toMatchObject({ found: { memory: { of: agent }, move: null } });
      expect(cluster.homesOf(agent)).toEqual([`${node.id} ${epoch}`]);
      expect(epoch).toBe(node.id === 'rome' ? 1 : 2);
    },
    { timeout: ownerWithinMs, interval: 100 },
  );
  // The second time as somebody who has not heard the answer.
  for (const id of ['a', 'c', 'c']) await send(cluster, { to: agent, body: id, id });
  for (const id of ['1', '2', '2']) {
    await send(cluster, { from: agent, to: 'ada/sink', body: `${agent} ${id}`, id });
  }
  await vi.waitFor(async () => expect(await bodies(cluster, agent)).toEqual(['a', 'b', 'c']), {
    timeout: ownerWithinMs,
    interval: 100,
  });
  const sunk = (await bodies(cluster, 'ada/sink')).filter((body) => body.startsWith(`${agent} `));
  expect(sunk).toEqual([`${agent} 1`, `${agent} 2`]);
}

async function inBatches<T>(all: readonly T[], work: (batch: readonly T[]) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += atOnce) await work(all.slice(at, at + atOnce));
}

describe('a move', () => {
  test.for(['rome', 'oslo', 'initial'] as const)(
    'has one owner and all its messages, each once, whenever %s is killed',
    { timeout: 240_000 },
    async (victim) => {
      const cluster = await MoveCluster.start();
      await deploy(cluster, 'initial', 'ada/sink');
      let struck = 0;
      await inBatches(points, async (batch) => {
        const cases = batch.map((point) => ({ point, agent: agentFor(victim, point) }));
        await Promise.all(cases.map(({ agent }) => prepare(cluster, agent)));
        for (const { agent, point } of cases) cluster.hold(agent, point);
        const asked = cases.map(({ agent }) => move(cluster, agent));
        // Only now, so that each is struck at its step.
        for (const { agent, point } of cases) await cluster.held(agent, point);
        await cluster.kill(victim);
        struck += cases.length;
        cluster.go();
        await cluster.startAgain(victim);
        await Promise.all(asked);
        await Promise.all(cases.map(({ agent }) => check(cluster, agent)));
      });
      expect(struck).toBe(points.length);
    },
  );

  test(
    'has them when a word to the registry, or its answer, is lost, doubled or late',
    { timeout: 150_000 },
    async () => {
      const cluster = await MoveCluster.start();
      await deploy(cluster, 'initial', 'ada/sink');
      const agents = faults.flatMap((fault) => calls.map((call) => agentFor(fault, call)));
      await inBatches(agents, async (batch) => {
        await Promise.all(batch.map((agent) => prepare(cluster, agent)));
        await Promise.all(batch.map((agent) => move(cluster, agent)));
        await Promise.all(batch.map((agent) => check(cluster, agent)));
      });
      expect([...cluster.struck].toSorted()).toEqual(agents.toSorted());
    },
  );
});
