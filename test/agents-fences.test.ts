import { expect, test, vi } from 'vitest';
import { deferred } from '../wire/deferred.ts';
import { limits } from '../schema/limits.ts';
import { parseSnapshot } from '../subgraphs/world/moving/agent-snapshot.ts';
import { type TestAgents, openAgents } from './support/open-agents.ts';
import type { TableProgram } from './support/table-runtime.ts';

/** A program that waits in its first message until it is let go, and then has done something. */
function waiting() {
  const begun = deferred<void>();
  const go = deferred<void>();
  const program: TableProgram = {
    message: async (world, input) => {
      if (input.kind !== 'message') return;
      begun.resolve();
      await go.promise;
      world.memory['done'] = input.message.body;
      world.log('done');
      world.do({ kind: 'send', to: 'alice/other', body: 1 });
    },
  };
  return { begun: begun.promise, letGo: () => go.resolve(), program };
}

async function openWaiting(more: Record<string, TableProgram> = {}) {
  const { program, ...rest } = waiting();
  const agents = await openAgents({ programs: { x: program, ...more } });
  await agents.deploy('other', 'none', { start: false });
  await agents.deploy('scout', 'x');
  await agents.send('scout', 1);
  await rest.begun;
  return { ...rest, agents };
}

const unreadOf = async ({ traffic }: TestAgents) => ({
  scout: await traffic.unread('alice/scout'),
  other: await traffic.unread('alice/other'),
});

test('what an agent does while it is being stopped does not happen, and happens when it is started again', async () => {
  const { agents, letGo } = await openWaiting();
  await agents.ask('mutation { setAgentStatus(id: "alice/scout", status: STOPPED) { id } }');
  letGo();
  await agents.world.moves.freeze('alice/scout', 'there');
  expect(await agents.memory('scout')).toEqual({});
  expect(await unreadOf(agents)).toEqual({ scout: 1, other: 0 });
  await agents.world.moves.thaw('alice/scout');
  await agents.ask('mutation { setAgentStatus(id: "alice/scout", status: RUNNING) { id } }');
  await agents.untilMemory('scout', { done: 1 });
  expect((await agents.log('scout')).filter((line) => line === 'done')).toHaveLength(1);
  await vi.waitFor(async () => expect(await unreadOf(agents)).toEqual({ scout: 0, other: 1 }));
});

test('a message that an older version was at is handled by the newer one', async () => {
  const { agents, letGo } = await openWaiting({
    y: { message: ({ memory }) => void (memory['version'] = 'new') },
  });
  await agents.ask('mutation { updateAgent(id: "alice/scout", code: "y") { id } }');
  letGo();
  await agents.untilMemory('scout', { version: 'new' });
  expect(await unreadOf(agents)).toEqual({ scout: 0, other: 0 });
});

test('an agent that is deleted while it runs leaves nothing behind', async () => {
  const { agents, letGo } = await openWaiting();
  await agents.ask('mutation { deleteAgent(id: "alice/scout") }');
  letGo();
  await agents.close();
  const { db, close } = await openAgents({ folder: agents.folder });
  for (const table of ['agents', 'agent_versions', 'agent_logs'] as const)
    expect(
      await db.selectFrom(table).select('agent_id').where('agent_id', '=', 'alice/scout').execute(),
    ).toEqual([]);
  expect(await db.selectFrom('messages').selectAll().execute()).toEqual([]);
  expect(await db.selectFrom('entities').select('entity_id').execute()).toEqual([
    { entity_id: 'alice/other' },
  ]);
  await close();
});

test('freezing finishes what runs, lets the program know where it goes, and runs nothing more until it is thawed', async () => {
  const moved: TableProgram = {
    message: ({ memory }, input) => {
      if (input.kind === 'message') memory['got'] = input.message.body;
    },
    beforeMove: ({ memory }, input) => {
      if (input.kind === 'beforeMove') memory['to'] = input.to;
    },
  };
  const agents = await openAgents({ programs: { x: moved } });
  await agents.deploy('scout', 'x');
  await agents.send('scout', 1);
  await agents.untilMemory('scout', { got: 1 });
  const snapshot = await agents.world.moves.freeze('alice/scout', 'there');
  expect(JSON.parse(snapshot.agent.memory)).toEqual({ got: 1, to: 'there' });
  expect(snapshot.agent.status).toBe('RUNNING');
  expect(await agents.ask('{ agents { nodes { status } } }')).toEqual({
    agents: { nodes: [{ status: 'MOVING' }] },
  });
  const batches = agents.runtime.batches.length;
  await agents.send('scout', 2);
  expect(await agents.codes('mutation { updateAgent(id: "alice/scout", code: "x") { id } }')).toEqual([
    'AGENT_MOVING',
  ]);
  expect(await agents.codes('mutation { deleteAgent(id: "alice/scout") }')).toEqual(['AGENT_MOVING']);
  expect(await agents.codes('mutation { rollbackAgent(id: "alice/scout") { id } }')).toEqual([
    'AGENT_MOVING',
  ]);
  expect(
    await agents.codes('mutation { setSecret(agent: "alice/scout", name: "k", value: "v") { id } }'),
  ).toEqual(['AGENT_MOVING']);
  expect(await agents.codes('mutation { enter(agent: "alice/scout", location: "x") { id } }')).toEqual([
    'AGENT_MOVING',
  ]);
  expect(agents.runtime.batches.length).toBe(batches);
  expect((await agents.world.moves.freeze('alice/scout', 'there')).agent).toEqual(snapshot.agent);
  await agents.world.moves.thaw('alice/scout');
  await agents.untilMemory('scout', { got: 2, to: 'there' });
});

test('an agent that was frozen stays so over a restart', async () => {
  const programs = { x: { message: ({ memory }) => void (memory['got'] = true) } } satisfies Record<
    string,
    TableProgram
  >;
  const first = await openAgents({ programs });
  await first.deploy('scout', 'x');
  await first.world.moves.freeze('alice/scout', 'there');
  expect(first.runtime.batches.map(({ inputs }) => inputs[0]?.kind)).toEqual(['start']);
  await first.close();
  const second = await openAgents({ programs, folder: first.folder });
  await second.send('scout', 1);
  expect(await second.world.moves.frozen()).toEqual(['alice/scout']);
  await second.world.moves.thaw('alice/scout');
  await second.untilMemory('scout', { got: true });
  expect(second.runtime.batches.map(({ inputs }) => inputs[0]?.kind)).toEqual(['message']);
});

test('a program that wants to move is heard, again after a restart, until it is told no', async () => {
  const wishes: string[] = [];
  const onMoveWanted = (agent: string, to: string) => void wishes.push(`${agent} to ${to}`);
  const programs = {
    x: { message: (world) => world.do({ kind: 'move', to: 'harbour' }) },
  } satisfies Record<string, TableProgram>;
  const first = await openAgents({ programs, onMoveWanted });
  await first.deploy('scout', 'x');
  await first.send('scout', 1);
  await vi.waitFor(() => expect(wishes).toEqual(['alice/scout to harbour']));
  await first.close();
  const second = await openAgents({ programs, onMoveWanted, folder: first.folder });
  expect(wishes).toHaveLength(2);
  await second.world.moves.withdraw('alice/scout');
  await second.close();
  await openAgents({ programs, onMoveWanted, folder: first.folder });
  expect(wishes).toHaveLength(2);
});

test('a snapshot installed on another node goes on there as it was, and the program is told from where it has come', async () => {
  const programs = {
    x: {
      message: (world, input) => {
        if (input.kind !== 'message') return;
        world.memory['got'] = input.message.body;
        world.do({ kind: 'after', timer: 't', ms: 3_600_000, payload: 1 });
      },
      afterMove: ({ memory }, input) => {
        if (input.kind === 'afterMove') memory['from'] = input.from;
      },
    },
  } satisfies Record<string, TableProgram>;
  const source = await openAgents({ programs });
  await source.deploy('scout', 'x');
  await source.ask('mutation { setSecret(agent: "alice/scout", name: "key", value: "hidden") { id } }');
  await source.send('scout', 1);
  await source.untilMemory('scout', { got: 1 });
  const snapshot = await source.world.moves.freeze('alice/scout', 'there');
  const target = await openAgents({ programs, node: 'there' });
  await target.transact((transaction) => target.world.moves.assertWelcome(transaction, snapshot));
  for (let time = 0; time < 2; time += 1)
    await target.transact((transaction) =>
      target.world.moves.install(transaction, snapshot, { epoch: 2, from: 'main' }),
    );
  target.world.moves.installed('alice/scout');
  await target.untilMemory('scout', { got: 1, from: 'main' });
  expect(await target.world.agentEpoch('alice/scout')).toBe(2);
  const again = await target.world.moves.snapshot('alice/scout');
  expect(again.secrets).toEqual([{ name: 'key', value: 'hidden' }]);
  expect(again.timers[0]?.inMs).toBeGreaterThan(3_500_000);
  expect(again.versions).toEqual(snapshot.versions);
  const done = await source.transact((transaction) => source.world.moves.remove(transaction, 'alice/scout'));
  done();
  expect(await source.world.hasAgent('alice/scout')).toBe(false);
});

test('what is no snapshot, or holds more than an agent may have, is not taken in', async () => {
  const agents = await openAgents({ programs: { x: {} } });
  await agents.deploy('scout', 'x');
  const { moves } = agents.world;
  const good = await moves.snapshot('alice/scout');
  const { agent } = good;
  const bad: readonly unknown[] = [
    null,
    { ...good, format: 'other' },
    { ...good, agent: { ...agent, owner: 'bob' } },
    { ...good, agent: { ...agent, name: '../x' } },
    { ...good, agent: { ...agent, memory: '{' } },
    { ...good, agent: { ...agent, memory: `"${'x'.repeat(limits.maxAgentMemoryBytes)}"` } },
    { ...good, agent: { ...agent, code: 'x'.repeat(limits.maxAgentCodeBytes + 1) } },
    { ...good, agent: { ...agent, cpu_bucket: limits.maxCpuBucketMs + 1 } },
    { ...good, agent: { ...agent, status: 'MOVING' } },
    { ...good, timers: Array(limits.maxAgentTimers + 1).fill({ timer: 't', inMs: 1, payload: '1' }) },
    { ...good, secrets: [{ name: 'x', value: 'v'.repeat(limits.maxSecretLength + 1) }] },
    { ...good, log: [{ epoch: 1, sequence: 1, at: '', level: 'loud', text: '' }] },
  ];
  const refused = { extensions: { code: 'BAD_USER_INPUT' } };
  for (const snapshot of bad) {
    expect(() => parseSnapshot(snapshot)).toThrow(expect.objectContaining(refused));
  }
  expect(parseSnapshot(JSON.parse(JSON.stringify(good)))).toEqual(good);
  expect(await moves.agents()).toEqual([{ agent: 'alice/scout', epoch: 1 }]);
  await moves.note('alice/scout', 'It stays');
  await moves.note('alice/gone', 'It is not here');
  expect((await agents.log('scout')).at(-1)).toBe('It stays');
});
