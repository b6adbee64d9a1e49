import { describe, expect, test, vi } from 'vitest';
import { limits } from '../schema/limits.ts';
import { codedError } from '../wire/coded-error.ts';
import { admin, at, bob } from './support/open-world.ts';
import { openAgents } from './support/open-agents.ts';
import { CutOff, type TableProgram } from './support/table-runtime.ts';

const named = (name: string): TableProgram => ({
  message: ({ memory }) => void (memory['by'] = name),
});
const programs = { one: named('one'), two: named('two'), three: named('three') };
const update =
  'mutation ($code: String!) { updateAgent(id: "alice/scout", code: $code) { version codeHash } }';
const rollBack =
  'mutation ($version: Int) { rollbackAgent(id: "alice/scout", version: $version) { version } }';
const setStatus = `mutation ($status: AgentStatus!, $reason: String) {
  setAgentStatus(id: "alice/scout", status: $status, reason: $reason) { status statusReason }
}`;

describe('another program for an agent', () => {
  test('takes over within a second, with the memory of the one before', async () => {
    const { deploy, send, untilMemory, ask } = await openAgents({
      programs: {
        ...programs,
        two: { start: ({ memory }) => void (memory['started'] = true), ...named('two') },
      },
    });
    await deploy('scout', 'one');
    await send('scout', 1);
    await untilMemory('scout', { by: 'one' });
    const started = performance.now();
    expect(await ask(update, { code: 'two' })).toMatchObject({ updateAgent: { version: 2 } });
    await untilMemory('scout', { by: 'one', started: true });
    expect(performance.now() - started).toBeLessThan(1_000);
    await send('scout', 1);
    await untilMemory('scout', { by: 'two', started: true });
  });

  test('is undone by going back to the version before, or to any that is kept', async () => {
    const { deploy, send, untilMemory, ask, codes } = await openAgents({ programs });
    await deploy('scout', 'one');
    for (const code of ['two', 'three']) await ask(update, { code });
    expect(await ask(rollBack)).toEqual({ rollbackAgent: { version: 4 } });
    await send('scout', 1);
    await untilMemory('scout', { by: 'two' });
    expect(await ask(rollBack)).toEqual({ rollbackAgent: { version: 5 } });
    await send('scout', 1);
    await untilMemory('scout', { by: 'one' });
    expect(await codes(rollBack)).toEqual(['NOT_FOUND']);
    expect(await ask(rollBack, { version: 3 })).toEqual({ rollbackAgent: { version: 6 } });
    await send('scout', 1);
    await untilMemory('scout', { by: 'three' });
    expect(await codes(rollBack, { version: 99 })).toEqual(['NOT_FOUND']);
    for (let version = 7; version < 20; version += 1) await ask(update, { code: 'one' });
    expect(await codes(rollBack, { version: 9 })).toEqual(['NOT_FOUND']);
    expect(await codes(rollBack, { version: 10 })).toEqual([]);
  });

  test('is what the compiler makes of it, or refused as it says', async () => {
    const { ask, codes, db } = await openAgents({
      programs,
      compile: async (code) => {
        if (code === 'bad') throw codedError('BAD_USER_INPUT', 'line 1: no program');
        return code.toUpperCase();
      },
    });
    const deploy =
      'mutation ($code: String!) { deployAgent(node: "main", input: { name: "scout", code: $code }) { id } }';
    expect(await codes(deploy, { code: 'bad' })).toEqual(['BAD_USER_INPUT']);
    await ask(deploy, { code: 'good' });
    expect(await codes(update, { code: 'bad' })).toEqual(['BAD_USER_INPUT']);
    expect(await db.selectFrom('agents').select('code').execute()).toEqual([{ code: 'GOOD' }]);
  });
});

describe('deleting an agent', () => {
  test('is for its owner and admins, takes all of it along, and gives its id back', async () => {
    const released: string[] = [];
    const { deploy, send, ask, codes, db, traffic } = await openAgents({
      releaseAgent: async (id) => released.push(id),
    });
    const remove = 'mutation ($id: ID!) { deleteAgent(id: $id) }';
    for (const name of ['scout', 'other']) await deploy(name, 'none');
    await ask('mutation { setSecret(agent: "alice/scout", name: "key", value: "v") { id } }');
    await send('scout', 1);
    expect(await codes(remove, { id: 'alice/scout' }, bob)).toEqual(['FORBIDDEN']);
    expect(await ask(remove, { id: 'alice/scout' })).toEqual({ deleteAgent: 'alice/scout' });
    expect(await ask(remove, { id: 'alice/other' }, admin)).toEqual({ deleteAgent: 'alice/other' });
    expect(released).toEqual(['alice/scout', 'alice/other']);
    expect(await codes(remove, { id: 'alice/scout' })).toEqual(['MOVED']);
    for (const table of ['agents', 'agent_secrets', 'agent_logs', 'entities', 'messages'] as const)
      expect(await db.selectFrom(table).selectAll().execute()).toEqual([]);
    await deploy('scout', 'none');
    expect(await traffic.unread('alice/scout')).toBe(0);
  });

  test('that was cut short is brought to an end: what nobody has here is given back', async () => {
    const released: string[] = [];
    const { deploy, world } = await openAgents({ releaseAgent: async (id) => released.push(id) });
    await deploy('scout', 'none');
    expect(await world.releaseOrphans(['alice/scout', 'alice/gone'])).toBe(1);
    expect(released).toEqual(['alice/gone']);
  });
});

describe('code that is run in an agent', () => {
  const run =
    'mutation ($code: String!) { runInAgent(id: "alice/scout", code: $code) { result log error cpuMs } }';
  const programs = {
    x: {
      command: (world, input) => {
        if (input.kind !== 'command') return undefined;
        world.log(`ran ${input.text}`);
        world.burn(2);
        if (input.text === 'fail') throw new Error('no such thing');
        if (input.text === 'hang') throw new CutOff('TIMEOUT');
        world.memory['last'] = input.text;
        return { memory: { ...world.memory } };
      },
    },
  } satisfies Record<string, TableProgram>;

  test('sees and changes its memory; its owner is told what it came to, once that is on the disk', async () => {
    const { deploy, ask, memory, log } = await openAgents({ programs });
    await deploy('scout', 'x', { memory: { a: 1 } });
    expect(await ask(run, { code: 'go' })).toEqual({
      runInAgent: { result: { memory: { a: 1, last: 'go' } }, log: ['ran go'], error: null, cpuMs: 2 },
    });
    expect(await memory('scout')).toEqual({ a: 1, last: 'go' });
    expect(await log('scout')).toContain('ran go');
  });

  test('that fails changes nothing, and is not held against the program', async () => {
    const { deploy, ask, memory } = await openAgents({ programs });
    await deploy('scout', 'x');
    for (let time = 0; time < limits.maxAgentFailures; time += 1)
      expect(await ask(run, { code: 'fail' })).toMatchObject({
        runInAgent: { result: null, log: ['ran fail'], error: 'Error: no such thing' },
      });
    expect(await ask(run, { code: 'hang' })).toMatchObject({
      runInAgent: { error: 'Error: It was cut off: TIMEOUT' },
    });
    expect(await memory('scout')).toEqual({});
    expect(await ask('{ agents { nodes { status failures } } }')).toEqual({
      agents: { nodes: [{ status: 'RUNNING', failures: 0 }] },
    });
  });

  test('is refused for an agent that does not run, for others, and when it is too long', async () => {
    const { deploy, codes } = await openAgents({ programs });
    await deploy('scout', 'x', { start: false });
    expect(await codes(run, { code: 'go' })).toEqual(['CONFLICT']);
    expect(await codes(run, { code: 'go' }, bob)).toEqual(['FORBIDDEN']);
    expect(await codes(run, { code: '' })).toEqual(['BAD_USER_INPUT']);
    expect(await codes(run, { code: 'x'.repeat(limits.maxCommandLength + 1) })).toEqual(['BAD_USER_INPUT']);
  });
});

describe('the secrets of an agent', () => {
  const set =
    'mutation ($name: String!, $value: String!) { setSecret(agent: "alice/scout", name: $name, value: $value) { secrets } }';
  const drop = 'mutation ($name: String!) { deleteSecret(agent: "alice/scout", name: $name) { secrets } }';

  test('are read by its program, at once when they change, and their names by its owner only', async () => {
    const { deploy, send, untilMemory, ask, codes } = await openAgents({
      programs: {
        x: { message: ({ memory, secrets }) => void (memory['length'] = secrets['key']?.length ?? 0) },
      },
    });
    await deploy('scout', 'x');
    for (const [value, length] of [
      ['abc', 3],
      ['abcde', 5],
    ] as const) {
      expect(await ask(set, { name: 'key', value })).toEqual({ setSecret: { secrets: ['key'] } });
      await send('scout', 1);
      await untilMemory('scout', { length });
    }
    expect(await codes('{ agents { nodes { secrets } } }', {}, bob)).toEqual(['FORBIDDEN']);
    expect(JSON.stringify(await ask('{ exportAgent(id: "alice/scout") }'))).not.toContain('abcde');
    expect(await ask(drop, { name: 'key' })).toEqual({ deleteSecret: { secrets: [] } });
    expect(await codes(drop, { name: 'key' })).toEqual(['NOT_FOUND']);
  });

  test('have names and values within limits, and there are only so many', async () => {
    const { deploy, codes } = await openAgents();
    await deploy('scout', 'none');
    for (const name of ['', '1a', 'a-b', 'x'.repeat(limits.maxSecretNameLength + 1)])
      expect(await codes(set, { name, value: '' })).toEqual(['BAD_USER_INPUT']);
    expect(
      await codes(set, {
        name: 'x'.repeat(limits.maxSecretNameLength),
        value: 'v'.repeat(limits.maxSecretLength),
      }),
    ).toEqual([]);
    expect(await codes(set, { name: 'a', value: 'v'.repeat(limits.maxSecretLength + 1) })).toEqual([
      'BAD_USER_INPUT',
    ]);
    for (let count = 1; count < limits.maxAgentSecrets; count += 1)
      expect(await codes(set, { name: `s${count}`, value: 'v' })).toEqual([]);
    expect(await codes(set, { name: 'more', value: 'v' })).toEqual(['QUOTA_EXCEEDED']);
    expect(await codes(set, { name: 's1', value: 'other' })).toEqual([]);
  });
});

describe('an agent as a file', () => {
  const exported = async ({ ask }: { ask: Awaited<ReturnType<typeof openAgents>>['ask'] }) =>
    at(await ask('{ exportAgent(id: "alice/scout") }'), 'exportAgent');
  const load =
    'mutation ($file: JSON!, $name: String) { importAgent(node: "main", file: $file, name: $name) { id status memory version } }';

  test('comes back as it was, under the name of whoever imports it, and stopped', async () => {
    const agents = await openAgents({
      programs: {
        ...programs,
        three: { message: (world) => world.do({ kind: 'after', timer: 't', ms: 3_600_000, payload: [1] }) },
      },
    });
    await agents.deploy('scout', 'one', { memory: { a: 1 } });
    await agents.ask(update, { code: 'three' });
    await agents.send('scout', 1);
    await vi.waitFor(async () =>
      expect(await agents.db.selectFrom('agent_timers').selectAll().execute()).toHaveLength(1),
    );
    const file = await exported(agents);
    expect(file).toMatchObject({
      format: 'codecraft-agent-file-1',
      name: 'scout',
      code: 'three',
      memory: { a: 1 },
      versions: [{ code: 'one' }],
      timers: [{ timer: 't', payload: [1] }],
    });
    expect(await agents.ask(load, { file }, bob)).toEqual({
      importAgent: { id: 'bob/scout', status: 'STOPPED', memory: { a: 1 }, version: 2 },
    });
    expect(await agents.ask(load, { file, name: 'twin' })).toMatchObject({
      importAgent: { id: 'alice/twin' },
    });
    expect(
      await agents.db.selectFrom('agent_timers').select('agent_id').orderBy('agent_id').execute(),
    ).toEqual(['alice/scout', 'alice/twin', 'bob/scout'].map((agent_id) => ({ agent_id })));
    expect(await agents.codes(load, { file })).toEqual(['ALREADY_EXISTS']);
  });

  test('is refused when it is none', async () => {
    const agents = await openAgents();
    await agents.deploy('scout', 'none');
    const file = (await exported(agents)) as Record<string, unknown>;
    const bad: readonly unknown[] = [
      [],
      {},
      { ...file, format: 'other' },
      { ...file, code: '' },
      { ...file, code: 'x'.repeat(limits.maxAgentCodeBytes + 1) },
      { ...file, memory: 'x'.repeat(limits.maxAgentMemoryBytes) },
      { ...file, timers: [{ timer: 't', inMs: -1, payload: 1 }] },
      { ...file, timers: [{ timer: 't', inMs: limits.maxTimerMs + 1, payload: 1 }] },
      { ...file, name: '../x' },
    ];
    for (const one of bad)
      expect([one, await agents.codes(load, { file: one, name: 'twin' })]).toEqual([one, ['BAD_USER_INPUT']]);
    expect(await agents.codes(load, { file, name: '../x' })).toEqual(['BAD_USER_INPUT']);
  });
});

describe('who may have agents on a node', () => {
  test('is for the node to say, at deploy, at start and when one moves in', async () => {
    const closed = new Set<string>();
    const mayHost = (owner: string) => (closed.has(owner) ? `${owner} is not welcome here` : undefined);
    const { deploy, ask, codes, world, db } = await openAgents({ mayHost });
    await deploy('scout', 'none', { start: false });
    const snapshot = await world.moves.snapshot('alice/scout');
    closed.add('alice');
    const again = 'mutation { deployAgent(node: "main", input: { name: "more", code: "none" }) { id } }';
    expect(await codes(again)).toEqual(['HOSTING_REFUSED']);
    expect(await codes(update, { code: 'one' })).toEqual(['HOSTING_REFUSED']);
    expect(await codes(setStatus, { status: 'RUNNING' })).toEqual(['HOSTING_REFUSED']);
    expect(await codes(setStatus, { status: 'STOPPED' })).toEqual([]);
    await expect(world.moves.assertWelcome(db, snapshot)).rejects.toMatchObject({
      extensions: { code: 'HOSTING_REFUSED' },
    });
    const file = at(await ask('{ exportAgent(id: "alice/scout") }'), 'exportAgent');
    const load = 'mutation ($file: JSON!) { importAgent(node: "main", file: $file, name: "twin") { id } }';
    expect(await codes(load, { file })).toEqual(['HOSTING_REFUSED']);
  });

  test('ends at so many agents of one developer', async () => {
    const { deploy, codes } = await openAgents();
    for (let count = 0; count < limits.maxAgentsPerOwner; count += 1)
      await deploy(`agent-${count}`, 'none', { start: false });
    const more = 'mutation { deployAgent(node: "main", input: { name: "more", code: "none" }) { id } }';
    expect(await codes(more)).toEqual(['QUOTA_EXCEEDED']);
    expect(await codes(more, {}, bob)).toEqual([]);
    expect(await codes(more.replace('more', 'agent-1'))).toEqual([]);
  });
});

describe('an agent that an admin has stopped', () => {
  test('with a reason is not started by its owner until an admin has, and the reason is kept', async () => {
    const { deploy, ask, codes } = await openAgents({ programs });
    await deploy('scout', 'one');
    expect(await ask(setStatus, { status: 'STOPPED', reason: 'It shouts' }, admin)).toEqual({
      setAgentStatus: { status: 'STOPPED', statusReason: 'It shouts' },
    });
    expect(await codes(setStatus, { status: 'RUNNING' })).toEqual(['FORBIDDEN']);
    const again =
      'mutation { deployAgent(node: "main", input: { name: "scout", code: "two", start: true }) { id } }';
    expect(await codes(again)).toEqual(['FORBIDDEN']);
    expect(await codes(again.replace(', start: true', ''))).toEqual([]);
    expect(await ask(setStatus, { status: 'STOPPED', reason: 'Mine' })).toMatchObject({
      setAgentStatus: { statusReason: 'It shouts' },
    });
    expect(await ask(setStatus, { status: 'RUNNING', reason: 'It has promised' }, admin)).toMatchObject({
      setAgentStatus: { status: 'RUNNING' },
    });
    expect(await codes(setStatus, { status: 'STOPPED' })).toEqual([]);
    expect(await codes(setStatus, { status: 'RUNNING' })).toEqual([]);
    const page = '{ moderations { totalCount nodes { moderator { username } action subject reason } } }';
    const decision = { moderator: { username: 'root' }, subject: 'alice/scout' };
    expect(await ask(page, {}, admin)).toEqual({
      moderations: {
        totalCount: 2,
        nodes: [
          { ...decision, action: 'STOPPED', reason: 'It shouts' },
          { ...decision, action: 'STARTED', reason: 'It has promised' },
        ],
      },
    });
    expect(await codes(page)).toEqual(['FORBIDDEN']);
  });

  test('without a reason is started by its owner again', async () => {
    const { deploy, codes } = await openAgents({ programs });
    await deploy('scout', 'one');
    expect(await codes(setStatus, { status: 'STOPPED' }, admin)).toEqual([]);
    expect(await codes(setStatus, { status: 'RUNNING' })).toEqual([]);
    const reason = 'x'.repeat(limits.maxReasonLength + 1);
    expect(await codes(setStatus, { status: 'STOPPED', reason }, admin)).toEqual(['BAD_USER_INPUT']);
  });

  test('is told apart page by page', async () => {
    const { deploy, ask } = await openAgents({ programs });
    await deploy('scout', 'one');
    for (const reason of ['a', 'b', 'c']) await ask(setStatus, { status: 'STOPPED', reason }, admin);
    const page =
      'query ($after: String) { moderations(first: 2, after: $after) { nodes { reason } pageInfo { hasNextPage endCursor } } }';
    const first = await ask(page, {}, admin);
    expect(at(first, 'moderations', 'nodes')).toEqual([{ reason: 'a' }, { reason: 'b' }]);
    const after = at(first, 'moderations', 'pageInfo', 'endCursor');
    expect(at(await ask(page, { after }, admin), 'moderations')).toMatchObject({
      nodes: [{ reason: 'c' }],
      pageInfo: { hasNextPage: false },
    });
  });
});
