import { describe, expect, test, vi } from 'vitest';
import { deferred } from '../wire/deferred.ts';
import { limits } from '../schema/limits.ts';
import { type TestAgents, openAgents } from './support/open-agents.ts';
import { CutOff, type TableProgram } from './support/table-runtime.ts';

/** Counts its messages; does what the message's body says on the way. */
const counter: TableProgram = {
  message: (world, input) => {
    if (input.kind !== 'message') return;
    world.log(`got ${JSON.stringify(input.message.body)}`);
    if (input.message.body === 'throw') throw new Error('out of luck');
    if (input.message.body === 'hang') throw new CutOff('TIMEOUT');
    if (input.message.body === 'die') throw new CutOff('KILLED');
    world.memory['count'] = Number(world.memory['count'] ?? 0) + 1;
  },
};
const failing: TableProgram = { message: () => Promise.reject(new Error('always')) };

const show = '{ agents { nodes { status version failures statusReason } } }';
const shown = async ({ ask }: TestAgents) => (await ask(show)) as { agents: { nodes: unknown[] } };

async function sendMany({ send }: TestAgents, body: unknown, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await send('scout', body);
}

describe('a batch that fails', () => {
  test('is run again one input at a time, so that only the one at fault is lost', async () => {
    const agents = await openAgents({ programs: { x: counter } });
    await agents.deploy('scout', 'x', { start: false });
    for (const body of ['a', 'throw', 'b']) await agents.send('scout', body);
    await agents.ask('mutation { setAgentStatus(id: "alice/scout", status: RUNNING) { id } }');
    await agents.untilMemory('scout', { count: 2 });
    expect(agents.runtime.batches.map(({ inputs }) => inputs.length)).toEqual([1, 3, 1, 1, 1]);
    expect((await agents.log('scout')).slice(2)).toEqual([
      'got "a"',
      'got "throw"',
      'Error: out of luck',
      'got "b"',
    ]);
    expect(await agents.ask('{ inbox(agent: "alice/scout") { totalCount } }')).toEqual({
      inbox: { totalCount: 0 },
    });
  });

  test('of which it is not known whose fault it was is run again once, before its input is given up', async () => {
    const agents = await openAgents({ programs: { x: counter } });
    await agents.deploy('scout', 'x');
    await agents.send('scout', 'die');
    await vi.waitFor(async () =>
      expect(await agents.log('scout')).toContain('Error: It was cut off: KILLED'),
    );
    expect(agents.runtime.batches.map(({ inputs }) => inputs[0]?.kind)).toEqual([
      'start',
      'message',
      'message',
    ]);
  });
});

describe('a program that fails too often in a row', () => {
  test('is rolled back to the version before, whose memory it keeps', async () => {
    const agents = await openAgents({ programs: { x: counter, y: failing } });
    await agents.deploy('scout', 'x');
    await agents.send('scout', 1);
    await agents.untilMemory('scout', { count: 1 });
    await agents.ask('mutation { updateAgent(id: "alice/scout", code: "y") { version } }');
    await sendMany(agents, 1, limits.maxAgentFailures);
    await agents.send('scout', 1);
    await agents.untilMemory('scout', { count: 2 });
    expect(await shown(agents)).toEqual({
      agents: { nodes: [{ status: 'RUNNING', version: 3, failures: 0, statusReason: null }] },
    });
    expect(await agents.log('scout')).toContain('Failed 10 times in a row: back to version 1');
  });

  test('is FAILED where there is no older version, until a new one is started', async () => {
    const agents = await openAgents({ programs: { x: counter, y: failing } });
    await agents.deploy('scout', 'y');
    await sendMany(agents, 1, limits.maxAgentFailures + 1);
    const reason = 'Failed 10 times in a row';
    await vi.waitFor(async () =>
      expect(await shown(agents)).toEqual({
        agents: { nodes: [{ status: 'FAILED', version: 1, failures: 10, statusReason: reason }] },
      }),
    );
    await agents.deploy('scout', 'x');
    await agents.untilMemory('scout', { count: 1 });
  });

  test('is not rolled back once it has proved itself, but slowed down', async () => {
    const agents = await openAgents({ programs: { x: counter } });
    await agents.deploy('scout', 'x');
    await sendMany(agents, 1, limits.trialInputs);
    await agents.untilMemory('scout', { count: limits.trialInputs });
    await sendMany(agents, 'throw', limits.maxAgentFailures);
    await agents.send('scout', 1);
    await agents.untilMemory('scout', { count: limits.trialInputs + 1 });
    expect(await shown(agents)).toMatchObject({
      agents: { nodes: [{ status: 'RUNNING', version: 1, failures: 0 }] },
    });
  });
});

test('a program that was cut off waits, each time twice as long, before it runs again', async () => {
  let now = Date.now();
  const agents = await openAgents({ programs: { x: counter }, clock: () => now });
  const pause = async () =>
    agents.db.selectFrom('agents').select(['penalties', 'penalty_until']).executeTakeFirstOrThrow();
  await agents.deploy('scout', 'x');
  for (const [index, ms] of [limits.agentPenaltyFirstMs, 2 * limits.agentPenaltyFirstMs].entries()) {
    await agents.send('scout', 'hang');
    const penalty = { penalties: index + 1, penalty_until: now + ms };
    await vi.waitFor(async () => expect(await pause()).toEqual(penalty));
    now += ms;
  }
  await agents.send('scout', 1);
  await agents.untilMemory('scout', { count: 1 });
  expect(await pause()).toMatchObject({ penalties: 0 });
});

describe('the CPU of an agent', () => {
  const burner: TableProgram = {
    message: (world) => {
      world.burn(limits.maxCpuBucketMs);
      world.memory['seen'] = world.cpuBucketMs;
    },
  };
  const bucket = '{ agents { nodes { cpuBucket } } }';

  test('is saved up in a bucket that its program and its owner see', async () => {
    let now = Date.now();
    const agents = await openAgents({ programs: { x: burner }, clock: () => now });
    await agents.deploy('scout', 'x');
    await agents.send('scout', 1);
    await agents.untilMemory('scout', { seen: limits.maxCpuBucketMs });
    expect(await agents.ask(bucket)).toEqual({ agents: { nodes: [{ cpuBucket: 0 }] } });
    now += 5_000;
    expect(await agents.ask(bucket)).toEqual({
      agents: { nodes: [{ cpuBucket: 5 * limits.cpuMsPerSecond }] },
    });
    now += 3_600_000;
    expect(await agents.ask(bucket)).toEqual({ agents: { nodes: [{ cpuBucket: limits.maxCpuBucketMs }] } });
  });

  test('is waited for when it is used up, and messages wait too', async () => {
    let now = Date.now();
    const agents = await openAgents({ programs: { x: burner }, clock: () => now });
    await agents.deploy('scout', 'x');
    await agents.send('scout', 1);
    await agents.untilMemory('scout', { seen: limits.maxCpuBucketMs });
    const batches = agents.runtime.batches.length;
    await agents.send('scout', 2);
    expect(await agents.ask('{ inbox(agent: "alice/scout") { totalCount } }')).toEqual({
      inbox: { totalCount: 1 },
    });
    expect(agents.runtime.batches.length).toBe(batches);
    now += 1_000;
    await agents.send('scout', 3);
    await agents.untilMemory('scout', { seen: limits.cpuMsPerSecond });
  });
});

test('what a batch has used that is run again is on the disk before it is, so that no crash gives it back', async () => {
  const now = Date.now();
  let runs = 0;
  const again = deferred<void>();
  const held = deferred<void>();
  const agents = await openAgents({
    clock: () => now,
    programs: {
      x: {
        message: async (world) => {
          world.burn(400);
          if ((runs += 1) === 1) throw new CutOff('KILLED');
          again.resolve();
          await held.promise;
        },
      },
    },
  });
  await agents.deploy('scout', 'x');
  await agents.send('scout', 1);
  await again.promise;
  const bucket = async () =>
    (await agents.db.selectFrom('agents').select('cpu_bucket').executeTakeFirstOrThrow()).cpu_bucket;
  expect(await bucket()).toBe(limits.maxCpuBucketMs - 400);
  held.resolve();
  await vi.waitFor(async () => expect(await bucket()).toBe(limits.maxCpuBucketMs - 800));
});

test('a flood of lines is cut, with one line that says so', async () => {
  const agents = await openAgents({
    programs: {
      x: {
        message: (world) => {
          for (let line = 0; line < 1_000; line += 1) world.log(`line ${line}`);
          world.memory['done'] = true;
        },
      },
    },
  });
  await agents.deploy('scout', 'x');
  await agents.send('scout', 1);
  await agents.untilMemory('scout', { done: true });
  const lines = (await agents.log('scout')).slice(1);
  expect(lines.slice(0, limits.logLineBurst).every((line) => line.startsWith('line '))).toBe(true);
  expect(lines.slice(limits.logLineBurst)).toEqual([
    'Too many lines: those that follow are left out for a while',
  ]);
});

test('what a program may not do costs it that and a line, not the batch', async () => {
  const agents = await openAgents({
    programs: {
      x: {
        message: (world) => {
          world.do({ kind: 'send', to: 'nobody', body: 1 });
          world.do({ kind: 'send', to: 'alice/scout', body: 1 });
          world.do({ kind: 'send', to: 'bob/x', body: 'x'.repeat(limits.maxMessageBytes) });
          world.do({ kind: 'enter', location: 'main/alice/location/none' });
          world.do({ kind: 'say', text: 'hello' });
          world.memory['done'] = true;
        },
      },
    },
  });
  await agents.deploy('scout', 'x');
  await agents.send('scout', 1);
  await agents.untilMemory('scout', { done: true });
  expect((await agents.log('scout')).slice(1)).toEqual([
    `Not sent: expected an agent's id, <owner>/<name>, got "nobody"`,
    'Not sent: expected a message to somebody else',
    `Not sent to "bob/x": Expected it to have at most 65536 bytes as JSON, got 65538`,
    'Expected a location of the node where the agent lives, got "main/alice/location/none"',
    'The avatar of alice/scout is at no location where it could be heard',
  ]);
});

test('more memory than all agents of a developer may have is a failure of the program', async () => {
  const agents = await openAgents({
    programs: { x: { message: ({ memory }) => void (memory['much'] = 'x'.repeat(1_000_000)) } },
  });
  const kept = Array.from({ length: 32 }, (_, index) => `keeper-${index}`);
  for (const name of kept)
    await agents.deploy(name, 'none', { start: false, memory: { much: 'x'.repeat(1_048_000) } });
  await agents.deploy('scout', 'x');
  await agents.send('scout', 1);
  await vi.waitFor(async () =>
    expect((await agents.log('scout')).at(-1)).toContain('would be larger than 33554432 bytes'),
  );
  expect(await agents.memory('scout')).toEqual({});
});
