import { expect, test, vi } from 'vitest';
import { admin, at, bob } from './support/open-world.ts';
import { openAgents } from './support/open-agents.ts';
import { CutOff } from './support/table-runtime.ts';

const usage = `query ($username: String, $agent: ID, $after: String) { _entities(representations: [{ __typename: "Node", id: "main" }]) { ... on Node {
  agentUsage(username: $username, agent: $agent, after: $after) { totalCount nodes {
    agent username cpuMs messagesReceived messagesSent networkReceived networkSent logLines
  } pageInfo { endCursor } }
} } }`;

interface Used {
  readonly agent: string;
  readonly username: string;
  readonly [count: string]: number | string;
}

test('what an agent used is counted to the byte and kept over a restart, for its owner and admins to see', async () => {
  const agents = await openAgents({
    programs: {
      echo: {
        message: (world, input) => {
          if (input.kind !== 'message') return;
          world.burn(7);
          if (input.message.body === 'die') throw new CutOff('TIMEOUT');
          world.memory['count'] = Number(world.memory['count'] ?? 0) + 1;
          world.log('one');
          world.do({ kind: 'send', to: 'alice/other', body: { echo: input.message.body } });
          world.do({ kind: 'send', to: 'no agent', body: 'costs a line and nothing else' });
        },
      },
      other: { message: () => undefined },
    },
  });
  await agents.deploy('other', 'other');
  await agents.deploy('echo', 'echo');
  const bodies = ['plain', { grün: 'ünïcödé — 漢字 🎉' }, ['x'.repeat(5_000), 1, null]];
  // One by one: a batch that fails is run again in parts, and all of that is charged.
  for (const [index, body] of bodies.entries()) {
    await agents.send('echo', body);
    await agents.untilMemory('echo', { count: index + 1 });
  }
  await agents.send('echo', 'die');
  const sizeOf = (body: unknown) => Buffer.byteLength(JSON.stringify(body));
  const sizes = bodies.map(sizeOf);
  const answers = bodies.map((echo) => sizeOf({ echo }));
  const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

  const rows = async (variables = {}, viewer?: typeof admin) =>
    at(await agents.ask(usage, variables, viewer), '_entities', 0, 'agentUsage', 'nodes') as Used[];
  const total = async (agent: string, column: string, viewer?: typeof admin) =>
    sum((await rows({ agent }, viewer)).map((row) => Number(row[column])));
  await vi.waitFor(
    async () => expect(await total('alice/other', 'messagesReceived')).toBe(bodies.length),
    10_000,
  );
  await vi.waitFor(
    async () => expect(await total('alice/echo', 'messagesReceived')).toBe(bodies.length + 1),
    10_000,
  );
  expect(await total('alice/echo', 'networkReceived')).toBe(sum(sizes) + sizeOf('die'));
  expect(await total('alice/echo', 'messagesSent')).toBe(bodies.length);
  expect(await total('alice/echo', 'networkSent')).toBe(sum(answers));
  expect(await total('alice/other', 'networkReceived')).toBe(sum(answers));
  expect(await total('alice/echo', 'cpuMs', admin)).toBe(4 * 7);
  // What it printed, what it was refused, and its failure.
  expect(await total('alice/echo', 'logLines')).toBe(3 + 3 + 1);

  expect(new Set((await rows()).map(({ agent, username }) => `${username} ${agent}`))).toEqual(
    new Set(['alice alice/other', 'alice alice/echo']),
  );
  expect(await rows({ username: 'alice' }, admin)).not.toEqual([]);
  expect(await rows({}, bob)).toEqual([]);
  for (const asked of [{ username: 'alice' }, { agent: 'alice/echo' }])
    expect(await agents.codes(usage, asked, bob)).toEqual(['FORBIDDEN']);
  expect(await rows({ username: 'bob', agent: 'alice/echo' }, bob)).toEqual([]);
  expect(await agents.codes(usage, { after: 'x' })).toEqual(['BAD_CURSOR']);
  await agents.send('other', 'last');
  await vi.waitFor(async () =>
    expect(await agents.ask('{ inbox(agent: "alice/other") { totalCount } }')).toEqual({
      inbox: { totalCount: 0 },
    }),
  );
  await agents.close();

  const again = await openAgents({ folder: agents.folder, start: false });
  const kept = at(await again.ask(usage, { agent: 'alice/other' }), '_entities', 0, 'agentUsage', 'nodes');
  expect(sum((kept as Used[]).map((row) => Number(row['messagesReceived'])))).toBe(bodies.length + 1);
});
