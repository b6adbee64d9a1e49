import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { codedError } from '../wire/coded-error.ts';
import { admin, alice, at, bob, openWorld, player } from './support/open-world.ts';

const deploy = `mutation ($name: String = "scout", $code: String = "say('hi')", $memory: JSON, $node: ID = "main") {
  deployAgent(node: $node, input: { name: $name, code: $code, memory: $memory }) { id name status codeHash memory owner { username } }
}`;
const setStatus =
  'mutation ($status: AgentStatus!) { setAgentStatus(id: "alice/scout", status: $status) { status } }';
const references =
  'query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on Agent { id status memory unread } } }';
const scout = { ids: [{ __typename: 'Agent', id: 'alice/scout' }] };

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

describe('an agent', () => {
  test('is deployed once the registry has given this node its id', async () => {
    const claimed: string[] = [];
    const { ask, world } = await openWorld({
      claimAgent: async (id) => {
        claimed.push(id);
        return { epoch: 1 };
      },
    });
    expect(await ask(deploy, {}, alice)).toEqual({
      deployAgent: {
        id: 'alice/scout',
        name: 'scout',
        status: 'STOPPED',
        codeHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        memory: {},
        owner: { username: 'alice' },
      },
    });
    expect(claimed).toEqual(['alice/scout']);
    expect(await world.hasAgent('alice/scout')).toBe(true);
    expect(await world.hasAgent('alice/other')).toBe(false);
  });

  test('deployed again keeps its memory and status unless new memory is given', async () => {
    const { ask } = await openWorld();
    const first = await ask(deploy, { memory: { seen: 1 } }, alice);
    await ask(setStatus, { status: 'RUNNING' }, alice);
    const second = await ask(deploy, { code: 'other()' }, alice);
    expect(second).toMatchObject({ deployAgent: { status: 'RUNNING', memory: { seen: 1 } } });
    expect(at(second, 'deployAgent', 'codeHash')).not.toBe(at(first, 'deployAgent', 'codeHash'));
    expect(await ask(deploy, { memory: [] }, alice)).toMatchObject({ deployAgent: { memory: [] } });
  });

  test('is not stored when the registry does not give its id, and the id is not given back', async () => {
    for (const code of ['AGENT_TAKEN', 'INITIAL_UNREACHABLE'] as const) {
      const released: string[] = [];
      const { codes, ask } = await openWorld({
        claimAgent: () => Promise.reject(codedError(code, 'no')),
        releaseAgent: async (id) => released.push(id),
      });
      expect(await codes(deploy, {}, alice)).toEqual([code]);
      expect(await ask('{ agents { totalCount } }')).toEqual({ agents: { totalCount: 0 } });
      expect(released).toEqual([]);
    }
  });

  test('has a body among the rows of entities that no list of entities shows', async () => {
    const { ask } = await openWorld();
    await ask(deploy, {}, alice);
    expect(
      await ask(
        '{ entities { totalCount } avatars: entities(type: AVATAR) { totalCount } totals { entities agents } }',
      ),
    ).toEqual({
      entities: { totalCount: 0 },
      avatars: { totalCount: 0 },
      totals: { entities: 0, agents: 1 },
    });
  });

  test('is refused with what no agent may have', async () => {
    const { codes } = await openWorld();
    const refused: readonly [Record<string, unknown>, string][] = [
      [{ name: '../x' }, 'BAD_USER_INPUT'],
      [{ code: '' }, 'BAD_USER_INPUT'],
      [{ code: 'x'.repeat(262_145) }, 'BAD_USER_INPUT'],
      [{ memory: 'x'.repeat(1_048_575) }, 'BAD_USER_INPUT'],
      [{ memory: nested(65) }, 'BAD_USER_INPUT'],
      [{ memory: nested(100_000) }, 'BAD_USER_INPUT'],
      [{ node: 'elsewhere' }, 'NODE_UNKNOWN'],
    ];
    for (const [variables, code] of refused) expect(await codes(deploy, variables, alice)).toEqual([code]);
  });

  test('may have as much code and memory as the limits say', async () => {
    const { codes } = await openWorld();
    const program = { code: 'x'.repeat(262_144), memory: 'x'.repeat(1_048_574) };
    expect(await codes(deploy, program, alice)).toEqual([]);
  });

  test('is started and stopped by its owner and by admins, and by nobody else', async () => {
    const { ask, codes } = await openWorld();
    await ask(deploy, {}, alice);
    expect(await ask(setStatus, { status: 'RUNNING' }, alice)).toEqual({
      setAgentStatus: { status: 'RUNNING' },
    });
    expect(await ask(setStatus, { status: 'STOPPED' }, admin)).toEqual({
      setAgentStatus: { status: 'STOPPED' },
    });
    expect(await codes(setStatus, { status: 'RUNNING' }, bob)).toEqual(['FORBIDDEN']);
    expect(await codes(setStatus, { status: 'RUNNING' }, player)).toEqual(['FORBIDDEN']);
    expect(await codes(setStatus, { status: 'RUNNING' })).toEqual(['UNAUTHENTICATED']);
    expect(await codes(setStatus, { status: 'MOVING' }, alice)).toEqual(['BAD_USER_INPUT']);
    expect(await codes(setStatus, { status: 'FAILED' }, admin)).toEqual(['BAD_USER_INPUT']);
  });

  test('is neither deployed nor started while it moves', async () => {
    const first = await openWorld();
    await first.ask(deploy, { memory: { seen: 1 } }, alice);
    await first.close();
    const sqlite = new SqliteDatabase(join(first.folder, 'data.db'));
    sqlite.exec("update agents set status = 'MOVING'");
    sqlite.close();
    const { codes, ask } = await openWorld({ folder: first.folder });
    expect(await codes(deploy, { memory: {} }, alice)).toEqual(['AGENT_MOVING']);
    expect(await codes(setStatus, { status: 'RUNNING' }, alice)).toEqual(['AGENT_MOVING']);
    expect(await ask(references.replace(' unread', ''), scout, alice)).toEqual({
      _entities: [{ id: 'alice/scout', status: 'MOVING', memory: { seen: 1 } }],
    });
  });

  test('whose program cannot be stored gives its id back', async () => {
    const released: string[] = [];
    const first = await openWorld();
    await first.close();
    const sqlite = new SqliteDatabase(join(first.folder, 'data.db'));
    sqlite.exec("create trigger full before insert on agents begin select raise(abort, 'disk full'); end");
    sqlite.close();
    const { codes } = await openWorld({
      folder: first.folder,
      releaseAgent: async (id) => released.push(id),
    });
    expect(await codes(deploy, {}, alice)).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(released).toEqual(['alice/scout']);
  });

  test('shows its memory and unread messages to its owner and to admins only', async () => {
    const { ask, codes, run } = await openWorld({ unread: async () => 3 });
    await ask(deploy, { memory: { secret: 1 } }, alice);
    const whole = { _entities: [{ id: 'alice/scout', status: 'STOPPED', memory: { secret: 1 }, unread: 3 }] };
    expect(await ask(references, scout, alice)).toEqual(whole);
    expect(await ask(references, scout, admin)).toEqual(whole);
    expect(await codes(references, scout, bob)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect(await codes(references, scout)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    expect((await run(references, scout, bob)).data).toEqual({
      _entities: [{ id: 'alice/scout', status: 'STOPPED', memory: null, unread: null }],
    });
  });

  test('that is not here is MOVED, and costs its row only', async () => {
    const { ask, run, codes } = await openWorld();
    await ask(deploy, {}, alice);
    const result = await run(references.replace(' memory unread', ''), {
      ids: [{ __typename: 'Agent', id: 'bob/gone' }, ...scout.ids],
    });
    expect(result.data).toEqual({ _entities: [null, { id: 'alice/scout', status: 'STOPPED' }] });
    expect(result.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['_entities', 0], 'MOVED'],
    ]);
    expect(await codes(setStatus.replace('alice/scout', 'alice/gone'), { status: 'STOPPED' }, alice)).toEqual(
      ['MOVED'],
    );
  });
});

describe('the agents of a disabled person', () => {
  const start = (owner: string) =>
    `mutation { setAgentStatus(id: "${owner}/scout", status: RUNNING) { status } }`;
  const deploy = 'mutation { deployAgent(node: "main", input: { name: "scout", code: "x" }) { id } }';

  test('stop, and are neither started, by admins either, nor deployed until that person is enabled', async () => {
    const { world, ask, codes } = await openWorld();
    for (const viewer of [alice, bob]) {
      await ask(deploy, {}, viewer);
      await ask(start(viewer.username), {}, viewer);
    }
    await world.stopAgentsOf(['alice']);
    expect(await ask('{ agents { nodes { id status statusReason } } }')).toEqual({
      agents: {
        nodes: [
          { id: 'alice/scout', status: 'STOPPED', statusReason: 'Its owner has been disabled' },
          { id: 'bob/scout', status: 'RUNNING', statusReason: null },
        ],
      },
    });
    for (const viewer of [alice, admin])
      expect(await codes(start('alice'), {}, viewer)).toEqual(['USER_DISABLED']);
    expect(await codes(deploy, {}, alice)).toEqual(['USER_DISABLED']);
    expect(await codes(start('bob'), {}, bob)).toEqual([]);

    await world.stopAgentsOf([]);
    expect(await ask('{ agents(owner: "alice") { nodes { status } } }')).toMatchObject({
      agents: { nodes: [{ status: 'STOPPED' }] },
    });
    expect(await codes(start('alice'), {}, alice)).toEqual([]);
    expect(await ask('{ agents(owner: "alice") { nodes { statusReason } } }')).toEqual({
      agents: { nodes: [{ statusReason: null }] },
    });
  });

  test('do not slip through while the order to stop them is under way', async () => {
    const { world, ask, run } = await openWorld();
    await ask(deploy, {}, alice);
    await Promise.all([run(start('alice'), {}, alice), world.stopAgentsOf(['alice'])]);
    expect(await ask('{ agents { nodes { status } } }')).toMatchObject({
      agents: { nodes: [{ status: 'STOPPED' }] },
    });
  });
});
