import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { MoveCluster, type Place } from './support/move-cluster.ts';
import { calls, faults } from './support/faulty-registry.ts';

/** Points of a move in the process of the source, and in that of the target. */
const points = [
  'begin',
  'copy',
  'accept',
  'copy again',
  'accept again',
  'freeze',
  'rest',
  'arrive',
  'commit',
  'activate',
  'confirm',
  'release',
].flatMap((step) => [`before ${step}`, `after ${step}`]);
const ownerWithinMs = 10_000;
/** Agents that are made ready, or looked at, at the same time: more do not get through sooner. */
const atOnce = 8;
const waiting = { timeout: ownerWithinMs, interval: 100 } as const;

interface Case {
  readonly agent: string;
  readonly from: 'rome' | 'oslo';
  readonly to: 'rome' | 'oslo';
  readonly point: string;
}

function agentFor(...words: readonly string[]): string {
  return `ada/${words.join('-').replaceAll(' ', '-')}`;
}

async function deploy(
  cluster: MoveCluster,
  node: Place,
  agent: string,
  more: Record<string, unknown> = {},
): Promise<void> {
  const input = {
    name: agent.slice('ada/'.length),
    code: 'export function message() {}',
    memory: { of: agent },
    ...more,
  };
  const query =
    'mutation ($node: ID!, $input: DeployAgentInput!) { deployAgent(node: $node, input: $input) { id } }';
  // Again where a busy machine has cut a link, or let a program wait for too long.
  await vi.waitFor(
    () =>
      cluster.ask(query, { node, input }).catch((error: unknown) => {
        if (!String(error).includes('ALREADY_EXISTS')) throw error;
      }),
    { timeout: 30_000, interval: 200 },
  );
}

async function send(cluster: MoveCluster, input: Record<string, unknown>): Promise<void> {
  await cluster.ask('mutation ($input: SendMessageInput!) { sendMessage(input: $input) { state } }', {
    input,
  });
}

async function bodies(cluster: MoveCluster, agent: string): Promise<readonly string[]> {
  return (await messages(cluster, agent)).map(String);
}

async function messages(cluster: MoveCluster, agent: string): Promise<readonly unknown[]> {
  const query = 'query ($agent: ID!) { inbox(agent: $agent, first: 1000) { nodes { body } } }';
  const { inbox } = await cluster.ask(query, { agent });
  return (Object(inbox).nodes as { body: unknown }[]).map(({ body }) => body);
}

/** What an agent has before its move: two messages, and one that it has sent. */
async function prepare(cluster: MoveCluster, { agent, from }: Pick<Case, 'agent' | 'from'>): Promise<void> {
  await deploy(cluster, from, agent);
  const again = { timeout: 30_000, interval: 200 };
  await vi.waitFor(async () => {
    for (const id of ['a', 'b']) await send(cluster, { to: agent, body: id, id });
    await send(cluster, { from: agent, to: 'ada/sink', body: `${agent} 1`, id: '1' });
  }, again);
}

function move(cluster: MoveCluster, { agent: id, to }: Pick<Case, 'agent' | 'to'>): Promise<void> {
  const query = 'mutation ($id: ID!, $to: ID!) { moveAgent(id: $id, to: $to) { id } }';
  // Whoever asks may hear nothing, as somebody is killed meanwhile.
  return cluster.ask(query, { id, to }).then(
    () => undefined,
    () => undefined,
  );
}

const whereIs = 'query ($id: ID!) { agent(id: $id) { epoch node { id } memory move { state } } }';

/** One owner, as the registry and the disks have it, with all that was sent, each once; and it goes on from there. */
async function check(cluster: MoveCluster, { agent, from }: Pick<Case, 'agent' | 'from'>): Promise<void> {
  await vi.waitFor(async () => {
    const { agent: found } = await cluster.ask(whereIs, { id: agent });
    const { epoch, node } = Object(found);
    expect({ agent, found }).toMatchObject({ found: { memory: { of: agent }, move: null } });
    expect(cluster.workingOn(agent)).toEqual([]);
    expect(cluster.homesOf(agent)).toEqual([`${node.id} ${epoch}`]);
    expect(epoch).toBe(node.id === from ? 1 : 2);
  }, waiting);
  // The second time as somebody who has not heard the answer.
  for (const id of ['a', 'c', 'c']) await send(cluster, { to: agent, body: id, id });
  for (const id of ['1', '2', '2']) {
    await send(cluster, { from: agent, to: 'ada/sink', body: `${agent} ${id}`, id });
  }
  await vi.waitFor(async () => expect(await bodies(cluster, agent)).toEqual(['a', 'b', 'c']), waiting);
  const sunk = (await bodies(cluster, 'ada/sink')).filter((body) => body.startsWith(`${agent} `));
  expect(sunk).toEqual([`${agent} 1`, `${agent} 2`]);
}

/** Moves that are stopped at each of the points, and then lose the node that is killed. */
function casesOf(name: string, { from, to }: Pick<Case, 'from' | 'to'>): readonly Case[] {
  return points.map((point) => ({ agent: agentFor(name, point), from, to, point }));
}

async function forEach<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const workOff = async (): Promise<void> => {
    for (const one of left) await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, workOff));
}

describe('a move', () => {
  let cluster: MoveCluster;
  const folder = mkdtempSync(join(tmpdir(), 'codecraft-moves-'));

  beforeAll(async () => {
    cluster = await MoveCluster.start(folder);
    await deploy(cluster, 'initial', 'ada/sink');
  }, 120_000);

  afterAll(async () => {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.for([
    [
      'its source or its target',
      'rome',
      [
        ...casesOf('source', { from: 'rome', to: 'oslo' }),
        ...casesOf('target', { from: 'oslo', to: 'rome' }),
      ],
    ],
    ['the registry', 'initial', casesOf('registry', { from: 'rome', to: 'oslo' })],
  ] as const)(
    'has one owner and all its messages, each once, wherever it is when %s loses power',
    { timeout: 180_000 },
    async ([, victim, cases]) => {
      const asked: Promise<void>[] = [];
      const struck: Case[] = [];
      await forEach(cases, (one) => prepare(cluster, one));
      await forEach(cases, async (one) => {
        cluster.hold(one.agent, one.point);
        asked.push(move(cluster, one));
        await cluster.held(one.agent, one.point);
        struck.push(one);
      });
      // Only now, so that each is struck at its point.
      await cluster.kill(victim);
      cluster.go();
      await cluster.startAgain(victim);
      await Promise.all(asked);
      expect(struck).toHaveLength(cases.length);
      await forEach(cases, (one) => check(cluster, one));
    },
  );

  test('is what was decided when its source is back before its target goes on', async () => {
    const steps = { from: 'rome', to: 'oslo' } as const;
    const caseAt = (point: string): Case => ({ agent: agentFor('late', point), ...steps, point });
    const open = ['after arrive', 'before commit'].map(caseAt);
    const decided = ['after commit', 'before activate'].map(caseAt);
    const all = [...open, ...decided];
    await forEach(all, (one) => prepare(cluster, one));
    const asked = all.map((one) => {
      cluster.hold(one.agent, one.point);
      return move(cluster, one);
    });
    await forEach(all, ({ agent, point }) => cluster.held(agent, point));
    await cluster.kill('rome');
    await cluster.startAgain('rome');
    // What is open it gives up, what is decided it does its part of.
    await vi.waitFor(async () => {
      for (const { agent } of open) {
        const { agent: found } = await cluster.ask(whereIs, { id: agent });
        expect(found).toMatchObject({ epoch: 1, node: { id: 'rome' }, move: null });
      }
      for (const { agent } of decided) expect(cluster.homesOf(agent)).toEqual([]);
    }, waiting);
    cluster.go();
    await Promise.all(asked);
    await forEach(all, (one) => check(cluster, one));
  });

  test('that is a takeover ends what the lost node does for the agent, also when it comes back', async () => {
    const agents = [1, 2, 3, 4, 5].map((number) => `ada/lost-${number}`);
    // Only before the takeover: so what arrives after it is of the lost node.
    const code = `
      export function start() { after(10); }
      export function timer() {
        if (self.epoch === 1) send('ada/sink', 'still here');
        after(10);
      }`;
    for (const agent of agents) await deploy(cluster, 'rome', agent, { code, memory: {}, start: true });
    const said = async (): Promise<number> =>
      (await bodies(cluster, 'ada/sink')).filter((body) => body === 'still here').length;
    await vi.waitFor(() => expect(agents.every((agent) => cluster.hasCheckpoint(agent))).toBe(true), waiting);
    cluster.freeze('rome');
    const recover = 'mutation ($id: ID!) { recoverAgent(id: $id, to: "oslo") { lost } }';
    for (const id of agents) await cluster.ask(recover, { id });
    const before = await said();
    expect(before).toBeGreaterThan(0);
    cluster.thaw('rome');
    for (const agent of agents)
      await vi.waitFor(() => expect(cluster.homesOf(agent)).toEqual(['oslo 2']), waiting);
    expect(await said()).toBe(before);
    for (const id of agents) await cluster.ask('mutation ($id: ID!) { deleteAgent(id: $id) }', { id });
  }, 60_000);

  test('has them when a word to the registry, or its answer, is lost, doubled or late', async () => {
    const cases = faults.flatMap((fault) =>
      calls.map((call) => ({ agent: agentFor(fault, call), from: 'rome', to: 'oslo' }) as const),
    );
    await forEach(cases, (one) => prepare(cluster, one));
    await forEach(cases, (one) => move(cluster, one));
    await forEach(cases, (one) => check(cluster, one));
    expect([...cluster.struck].toSorted()).toEqual(cases.map(({ agent }) => agent).toSorted());
  }, 120_000);
});
