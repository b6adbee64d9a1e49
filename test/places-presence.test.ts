import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { limits } from '../schema/limits.ts';
import { admin, at, bob, player } from './support/open-world.ts';
import { type TestAgents, nextOf, openAgents } from './support/open-agents.ts';
import type { TableProgram } from './support/table-runtime.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const enter =
  'mutation ($agent: ID = "alice/scout", $location: ID) { enter(agent: $agent, location: $location) { location } }';
const say = 'mutation ($text: String!) { say(agent: "alice/scout", text: $text) { id } }';
const follow =
  'subscription ($location: ID!, $after: String) { happenings(location: $location, after: $after) { cursor kind agent owner { username } text } }';
const present = 'query ($location: ID!) { presence(location: $location) { id } }';
const hide =
  'mutation ($id: ID!, $hidden: Boolean!, $reason: String) { hideEntity(id: $id, hidden: $hidden, reason: $reason) { hidden } }';
const square = 'main/system/location/square';
const quay = 'main/system/location/quay';

/** Does what its messages say. */
const puppet: TableProgram = {
  message: (world, input) => {
    if (input.kind !== 'message') return;
    for (const effect of [input.message.body].flat()) world.do(effect as Parameters<typeof world.do>[0]);
    world.memory['done'] = Number(world.memory['done'] ?? 0) + 1;
  },
};

/** A folder with entities of nobody's, by type and name. */
function folderWith(entities: Record<string, unknown>): string {
  const folder = temporaryFolder();
  for (const [path, data] of Object.entries(entities)) {
    const file = join(folder, `entities/shared/${path}.json`);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, JSON.stringify(data));
  }
  return folder;
}

async function openSquare(options: Parameters<typeof openAgents>[0] = {}): Promise<TestAgents> {
  const folder = folderWith({ 'location/square': { name: 'The square' }, 'location/quay': { capacity: 1 } });
  const agents = await openAgents({ folder, programs: { x: puppet }, ...options });
  await agents.deploy('scout', 'x');
  return agents;
}
const told = ({ kind, text, agent }: Record<string, unknown>) => ({ kind, text, agent });
const readTold = async (events: AsyncIterator<unknown>) =>
  told((await nextOf(events, 'happenings')) as Record<string, unknown>);

describe('an avatar', () => {
  test('driven by hand enters, speaks and leaves, and everybody hears of it in order', async () => {
    const { ask, subscribe } = await openSquare();
    const events = await subscribe(follow, { location: square }, player);
    expect(await ask(enter, { location: square })).toEqual({ enter: { location: square } });
    await ask(say, { text: 'hello' });
    expect(await ask(present, { location: square }, player)).toEqual({ presence: [{ id: 'alice/scout' }] });
    expect(await ask(enter, { location: quay })).toEqual({ enter: { location: quay } });
    expect(await ask(enter, { location: null })).toEqual({ enter: { location: null } });
    const agent = 'alice/scout';
    expect(await nextOf(events, 'happenings')).toEqual({
      cursor: expect.any(String),
      kind: 'ENTERED',
      agent,
      owner: { username: 'alice' },
      text: null,
    });
    expect(await readTold(events)).toEqual({ kind: 'SAID', text: 'hello', agent });
    expect(await readTold(events)).toEqual({ kind: 'LEFT', text: null, agent });
    const atQuay = await subscribe(follow, { location: quay });
    expect(await readTold(atQuay)).toMatchObject({ kind: 'ENTERED' });
    expect(await readTold(atQuay)).toMatchObject({ kind: 'LEFT' });
  });

  test('driven by its program does the same, all of it with its message', async () => {
    const { send, subscribe, untilMemory, ask } = await openSquare();
    await send('scout', [
      { kind: 'enter', location: square },
      { kind: 'say', text: 'one' },
      { kind: 'enter', location: quay },
      { kind: 'say', text: 'two' },
    ]);
    await untilMemory('scout', { done: 1 });
    const events = await subscribe(follow, { location: quay });
    expect(await readTold(events)).toMatchObject({ kind: 'ENTERED' });
    expect(await readTold(events)).toMatchObject({ kind: 'SAID', text: 'two' });
    expect(await ask('{ entity(id: "main/system/location/quay") { present } }')).toEqual({
      entity: { present: ['alice/scout'] },
    });
    await send('scout', { kind: 'leave' });
    expect(await readTold(events)).toMatchObject({ kind: 'LEFT' });
  });

  test('is driven by its owner and admins only', async () => {
    const { codes } = await openSquare();
    for (const [query, variables] of [
      [enter, { location: square }],
      [say, { text: 'x' }],
    ] as const) {
      expect(await codes(query, variables, bob)).toEqual(['FORBIDDEN']);
      expect(await codes(query, variables, admin)).toEqual([]);
    }
  });

  test('cannot be where nothing is, or where there is no room', async () => {
    const { ask, codes, deploy } = await openSquare();
    await deploy('second', 'x');
    for (const location of [
      'none',
      'other/system/location/square',
      'main/system/location/none',
      'alice/second',
      '',
    ])
      expect(await codes(enter, { location })).toEqual(['NOT_FOUND']);
    await ask(enter, { location: quay });
    expect(await codes(enter, { location: quay })).toEqual([]);
    expect(await codes(enter, { agent: 'alice/second', location: quay })).toEqual(['CONFLICT']);
    expect(await ask(present, { location: quay })).toEqual({ presence: [{ id: 'alice/scout' }] });
    await ask(enter, { location: null });
    expect(await codes(enter, { agent: 'alice/second', location: quay })).toEqual([]);
  });

  test('says a paragraph, and nothing where nobody could hear it', async () => {
    const { ask, codes } = await openSquare();
    expect(await codes(say, { text: 'hello' })).toEqual(['CONFLICT']);
    await ask(enter, { location: square });
    expect(await codes(say, { text: '' })).toEqual(['BAD_USER_INPUT']);
    expect(await codes(say, { text: 'x'.repeat(limits.maxSaidLength + 1) })).toEqual(['BAD_USER_INPUT']);
    expect(await codes(say, { text: 'x'.repeat(limits.maxSaidLength) })).toEqual([]);
  });

  test('is heard by the agents that are there and take messages, by no others, and not by itself', async () => {
    const ear: TableProgram = {
      start: (world) => world.do({ kind: 'enter', location: square }),
      message: (world, input) => {
        if (input.kind !== 'message') return;
        const heard = (world.memory['heard'] ?? []) as unknown[];
        world.memory['heard'] = [...heard, [input.message.from, input.message.body]];
      },
    };
    const { start = () => undefined, ...message } = ear;
    const { ask, deploy, send, memory, untilMemory } = await openSquare({
      programs: { x: puppet, ear, far: message, deaf: { start } },
    });
    for (const name of ['ear', 'far', 'deaf']) await deploy(name, name);
    await ask(enter, { location: square });
    await vi.waitFor(async () =>
      expect(await ask('{ entity(id: "main/system/location/square") { present } }')).toEqual({
        entity: { present: ['alice/deaf', 'alice/ear', 'alice/scout'] },
      }),
    );
    await ask(say, { text: 'one' });
    await send('scout', { kind: 'say', text: 'two' });
    const heard = (said: string) => ['alice/scout', { said, at: square }];
    await untilMemory('ear', { heard: [heard('one'), heard('two')] });
    await untilMemory('scout', { done: 1 });
    expect(await memory('far')).toEqual({});
    expect(
      await ask(
        '{ agent: _entities(representations: [{ __typename: "Agent", id: "alice/deaf" }]) { ... on Agent { unread } } }',
      ),
    ).toEqual({
      agent: [{ unread: 0 }],
    });
  });

  test('that does too much is told to wait, whoever drives it', async () => {
    let now = Date.now();
    const { ask, codes, send, log, untilMemory } = await openSquare({ clock: () => now });
    await ask(enter, { location: square });
    for (let count = 1; count < limits.avatarActBurst; count += 1)
      expect(await codes(say, { text: 'hello' })).toEqual([]);
    expect(await codes(say, { text: 'hello' })).toEqual(['RATE_LIMITED']);
    expect(await codes(enter, { location: quay })).toEqual(['RATE_LIMITED']);
    await send('scout', { kind: 'say', text: 'hello' });
    await untilMemory('scout', { done: 1 });
    expect((await log('scout')).at(-1)).toContain('says and enters too much');
    expect(await codes(enter, { location: null })).toEqual([]);
    now += 1_000;
    expect(await codes(enter, { location: quay })).toEqual([]);
  });

  test('of somebody whom an admin has muted is silent, by hand and by program', async () => {
    const { ask, codes, log, untilMemory } = await openSquare({ isMuted: (who) => who === 'alice' });
    await ask(enter, { location: square });
    expect(await codes(say, { text: 'hello' })).toEqual(['USER_MUTED']);
    await ask(
      'mutation { sendMessage(input: { to: "alice/scout", body: { kind: "say", text: "hello" } }) { id } }',
      {},
      bob,
    );
    await untilMemory('scout', { done: 1 });
    expect((await log('scout')).at(-1)).toBe('An admin has muted alice');
  });

  test('is seen to leave when its agent is deleted or moves away', async () => {
    const { ask, deploy, subscribe, world, transact } = await openSquare();
    await deploy('second', 'x');
    for (const agent of ['alice/scout', 'alice/second']) await ask(enter, { agent, location: square });
    const events = await subscribe(follow, { location: square, after: 'now' });
    await ask('mutation { deleteAgent(id: "alice/scout") }');
    expect(await readTold(events)).toMatchObject({ kind: 'LEFT', agent: 'alice/scout' });
    await world.moves.freeze('alice/second', 'there');
    const gone = await transact((transaction) => world.moves.remove(transaction, 'alice/second'));
    gone();
    expect(await readTold(events)).toMatchObject({ kind: 'LEFT', agent: 'alice/second' });
  });

  test('is nowhere when its location is deleted', async () => {
    const agents = await openSquare();
    await agents.ask(enter, { location: square });
    const events = await agents.subscribe(follow, { location: square, after: 'now' });
    rmSync(join(agents.folder, 'entities/shared/location/square.json'));
    expect(await readTold(events)).toMatchObject({ kind: 'LEFT' });
    expect(await agents.ask('{ agents { nodes { location } } }')).toEqual({
      agents: { nodes: [{ location: null }] },
    });
    expect(await agents.codes(present, { location: square })).toEqual(['NOT_FOUND']);
  });
});

describe('what happens at a location', () => {
  test('is told from a cursor on without a gap, also after a restart', async () => {
    let now = Date.now();
    const first = await openSquare({ clock: () => (now += 1_000) });
    await first.ask(enter, { location: square });
    const texts = Array.from({ length: 250 }, (_, index) => `line ${index}`);
    for (const text of texts) await first.ask(say, { text });
    const events = await first.subscribe(follow, { location: square });
    await nextOf(events, 'happenings');
    const seen: unknown[] = [];
    let after: unknown;
    while (seen.length < 120) {
      const event = await nextOf(events, 'happenings');
      seen.push(at(event, 'text'));
      after = at(event, 'cursor');
    }
    await first.close();
    const second = await openAgents({ folder: first.folder, programs: { x: puppet } });
    const more = await second.subscribe(follow, { location: square, after });
    while (seen.length < texts.length) seen.push(at(await nextOf(more, 'happenings'), 'text'));
    expect(seen).toEqual(texts);
  });

  test('is refused with a cursor of another place, and of what is no location', async () => {
    const { subscribe, world, ask } = await openSquare();
    await ask(enter, { location: quay });
    const events = await subscribe(follow, { location: quay });
    const cursor = at(await nextOf(events, 'happenings'), 'cursor');
    const refusals: readonly [Record<string, unknown>, string][] = [
      [{ location: square, after: cursor }, 'BAD_CURSOR'],
      [{ location: quay, after: 'x' }, 'BAD_CURSOR'],
      [{ location: 'main/system/location/none' }, 'NOT_FOUND'],
    ];
    for (const [variables, code] of refusals) {
      const outcome = await world.shape.subscribe({ query: follow, variables, viewer: undefined });
      expect(at(outcome, 'errors', 0, 'extensions', 'code')).toBe(code);
    }
  });
});

describe('what an admin hides', () => {
  test('is seen by its owner and admins only, until it is shown again, and the reason is kept', async () => {
    const { ask, codes } = await openAgents();
    await ask(
      'mutation { createEntity(node: "main", input: { type: LOCATION, name: "den", data: {} }) { id } }',
    );
    const id = 'main/alice/location/den';
    const list = '{ entities { totalCount nodes { id } } }';
    const one = 'query ($id: ID!) { entity(id: $id) { hidden } }';
    expect(await ask(one, { id })).toEqual({ entity: { hidden: false } });
    expect(await ask(hide, { id, hidden: true, reason: 'Rude' }, admin)).toEqual({
      hideEntity: { hidden: true },
    });
    for (const viewer of [bob, player]) {
      expect(await codes(one, { id }, viewer)).toEqual(['NOT_FOUND']);
      expect(await ask(list, {}, viewer)).toEqual({ entities: { totalCount: 0, nodes: [] } });
      expect(await codes(present, { location: id }, viewer)).toEqual(['NOT_FOUND']);
    }
    expect(await ask(one, { id })).toEqual({ entity: { hidden: true } });
    expect(await ask(list, {}, admin)).toEqual({ entities: { totalCount: 1, nodes: [{ id }] } });
    await ask('mutation ($id: ID!) { deleteEntity(id: $id) }', { id });
    await ask(
      'mutation { createEntity(node: "main", input: { type: LOCATION, name: "den", data: {} }) { id } }',
    );
    expect(await codes(one, { id }, bob)).toEqual(['NOT_FOUND']);
    await ask(hide, { id, hidden: false }, admin);
    expect(await ask(one, { id }, bob)).toEqual({ entity: { hidden: false } });
    expect(await ask('{ moderations { nodes { action subject reason } } }', {}, admin)).toEqual({
      moderations: {
        nodes: [
          { action: 'HIDDEN', subject: id, reason: 'Rude' },
          { action: 'SHOWN', subject: id, reason: null },
        ],
      },
    });
    expect(await codes(hide, { id: 'main/alice/item/none', hidden: true }, admin)).toEqual(['NOT_FOUND']);
    expect(await codes(hide, { id, hidden: true })).toEqual(['FORBIDDEN']);
  });

  test('cannot be entered, and whoever is there is put out', async () => {
    const { ask, codes } = await openSquare();
    await ask(enter, { location: square });
    await ask(hide, { id: square, hidden: true }, admin);
    expect(await ask('{ agents { nodes { location } } }')).toEqual({
      agents: { nodes: [{ location: null }] },
    });
    expect(await codes(enter, { location: square })).toEqual(['NOT_FOUND']);
  });
});

describe('what a program sees', () => {
  const names = (agents: TestAgents) =>
    agents.runtime.batches.at(-1)?.surroundings.sights.map(({ type, name }) => `${type} ${name}`);
  const revisions = (agents: TestAgents) =>
    agents.runtime.batches.flatMap(({ surroundings }) =>
      surroundings.location === null ? [] : [surroundings.revision],
    );

  test('is its location, what is said to be there, and the avatars that are', async () => {
    const folder = folderWith({
      'location/square': {},
      'npc/guard': { location: 'square' },
      'item/lamp': { location: square },
      'item/elsewhere': { location: quay },
      'location/quay': {},
    });
    const agents = await openAgents({ folder, programs: { x: puppet } });
    await agents.ask(
      'mutation { createEntity(node: "main", input: { type: ITEM, name: "hat", data: { location: "square" } }) { id } }',
    );
    for (const name of ['scout', 'friend']) await agents.deploy(name, 'x');
    for (const name of ['scout', 'friend'])
      await agents.ask(enter, { agent: `alice/${name}`, location: square });
    await agents.send('scout', []);
    await agents.untilMemory('scout', { done: 1 });
    expect(names(agents)).toEqual([
      'LOCATION square',
      'ITEM lamp',
      'NPC guard',
      'AVATAR friend',
      'AVATAR scout',
    ]);
  });

  test('has another revision when something is different, and the same when nothing is', async () => {
    const agents = await openSquare();
    await agents.ask(enter, { location: square });
    const look = async (count: number) => {
      await agents.send('scout', []);
      await agents.untilMemory('scout', { done: count });
    };
    await look(1);
    await look(2);
    await agents.ask(
      'mutation { createEntity(node: "main", input: { type: ITEM, name: "hat", data: {} }) { id } }',
    );
    await look(3);
    await agents.ask(
      `mutation { updateEntity(id: "main/alice/item/hat", data: { location: "${square}" }) { id } }`,
    );
    await look(4);
    const [first, second, third, fourth] = revisions(agents);
    expect([second, third]).toEqual([first, first]);
    expect(fourth).toBeGreaterThan(Number(first));
    expect(names(agents)).toEqual(['LOCATION square', 'ITEM hat', 'AVATAR scout']);
  });

  test('is at most a hundred things of at most so many bytes, avatars among them', async () => {
    const many: Record<string, unknown> = { 'location/square': {} };
    for (let index = 0; index < 120; index += 1) many[`item/thing-${index}`] = { location: 'square' };
    const agents = await openAgents({ folder: folderWith(many), programs: { x: puppet } });
    for (let index = 0; index < 60; index += 1) {
      await agents.deploy(`a-${index}`, 'x', { start: false });
      await agents.ask(enter, { agent: `alice/a-${index}`, location: square });
    }
    await agents.deploy('scout', 'x');
    await agents.ask(enter, { location: square });
    await agents.send('scout', []);
    await agents.untilMemory('scout', { done: 1 });
    const seen = agents.runtime.batches.at(-1)?.surroundings.sights ?? [];
    expect(seen).toHaveLength(limits.maxSights);
    expect(seen.filter(({ type }) => type === 'ITEM')).toHaveLength(limits.maxFixedSights);
    const large = 'x'.repeat(10_000);
    for (let index = 0; index < 20; index += 1)
      writeFileSync(
        join(agents.folder, `entities/shared/item/thing-${index}.json`),
        JSON.stringify({ location: 'square', description: large }),
      );
    await vi.waitFor(
      async () => {
        await agents.send('scout', []);
        const { sights = [] } = agents.runtime.batches.at(-1)?.surroundings ?? {};
        expect(sights.some(({ data }) => at(data, 'description') === large)).toBe(true);
        expect(Buffer.byteLength(JSON.stringify(sights))).toBeLessThan(limits.maxSightsBytes + 1_000);
      },
      { timeout: 10_000, interval: 100 },
    );
  });
});
