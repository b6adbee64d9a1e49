import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { admin, alice, at, bob, openWorld, player } from './support/open-world.ts';

const create = `mutation ($type: EntityType = NPC, $name: String = "guide", $data: JSON = { name: "Guide" }, $node: ID = "main") {
  createEntity(node: $node, input: { type: $type, name: $name, data: $data }) { id type name data owner { username } node { id } }
}`;
const update =
  'mutation ($id: ID = "main/alice/npc/guide", $data: JSON = { name: "New" }) { updateEntity(id: $id, data: $data) { data updatedAt } }';
const remove = 'mutation ($id: ID = "main/alice/npc/guide") { deleteEntity(id: $id) }';
const read = '{ entity(id: "main/alice/npc/guide") { data updatedAt } }';
const path = 'entities/developers/alice/npc/guide.json';

describe('a change through the graph', () => {
  test('is in the file before it is acknowledged', async () => {
    const { ask, folder, codes } = await openWorld();
    expect(await ask(create, {}, alice)).toEqual({
      createEntity: {
        id: 'main/alice/npc/guide',
        type: 'NPC',
        name: 'guide',
        data: { name: 'Guide' },
        owner: { username: 'alice' },
        node: { id: 'main' },
      },
    });
    expect(readFileSync(join(folder, path), 'utf8')).toBe('{\n  "name": "Guide"\n}\n');
    await ask(update, {}, alice);
    expect(readFileSync(join(folder, path), 'utf8')).toBe('{\n  "name": "New"\n}\n');
    expect(await ask(remove, {}, alice)).toEqual({ deleteEntity: 'main/alice/npc/guide' });
    expect(readdirSync(join(folder, 'entities/developers/alice/npc'))).toEqual([]);
    expect(await codes(read)).toEqual(['NOT_FOUND']);
  });

  test('is not changed by the echo of its own file', async () => {
    let now = 0;
    const { ask, look } = await openWorld({ clock: () => (now += 1_000) });
    const echo = look(path, 'KEPT', 'STORED', 'BROKEN');
    await ask(create, {}, alice);
    const before = await ask(read);
    expect((await echo).outcome).toBe('KEPT');
    expect(await ask(read)).toEqual(before);
  });

  test('survives a restart', async () => {
    const first = await openWorld();
    await first.ask(create, {}, alice);
    const before = await first.ask(read);
    await first.close();
    const second = await openWorld({ folder: first.folder });
    expect(await second.ask(read)).toEqual(before);
  });

  test('and one by file follow each other: the last writer wins', async () => {
    const { ask, look, save } = await openWorld();
    await ask(create, {}, alice);
    const saved = look(path, 'STORED');
    save(path, '{ "name": "By file" }');
    await saved;
    expect(await ask(read)).toMatchObject({ entity: { data: { name: 'By file' } } });
    await ask(update, { data: { name: 'By graph' } }, alice);
    expect(await ask(read)).toMatchObject({ entity: { data: { name: 'By graph' } } });
  });

  test('mends a file that is broken', async () => {
    const { ask, look, save } = await openWorld();
    await ask(create, {}, alice);
    const broken = look(path, 'BROKEN');
    save(path, '{');
    await broken;
    await ask(update, {}, alice);
    expect(await ask('{ brokenFiles { path } entity(id: "main/alice/npc/guide") { data } }')).toEqual({
      brokenFiles: [],
      entity: { data: { name: 'New' } },
    });
  });

  test('of many at once loses none, in the file or in the graph', async () => {
    const { ask, folder } = await openWorld();
    await ask(create, {}, alice);
    const names = Array.from({ length: 20 }, (_, index) => `n${index}`);
    await Promise.all(names.map((name) => ask(create, { name, data: {} }, alice)));
    await Promise.all(names.map((name) => ask(update, { data: { name } }, alice)));
    const inFile: unknown = JSON.parse(readFileSync(join(folder, path), 'utf8'));
    expect(at(await ask(read), 'entity', 'data')).toEqual(inFile);
    expect(await ask('{ entities { totalCount } }')).toEqual({ entities: { totalCount: 21 } });
  });

  test('is refused for what is there already, in the graph or only as a file', async () => {
    const { ask, codes, folder } = await openWorld();
    await ask(create, {}, alice);
    expect(await codes(create, {}, alice)).toEqual(['ALREADY_EXISTS']);
    writeFileSync(join(folder, 'entities/developers/alice/npc/draft.json'), '{ "name": ');
    expect(await codes(create, { name: 'draft' }, alice)).toEqual(['ALREADY_EXISTS']);
  });

  test('is refused for what no entity may be', async () => {
    const { codes } = await openWorld();
    const refused: readonly [Record<string, unknown>, string][] = [
      [{ type: 'AVATAR' }, 'BAD_USER_INPUT'],
      [{ name: '../../../evil' }, 'BAD_USER_INPUT'],
      [{ name: 'Guide' }, 'BAD_USER_INPUT'],
      [{ data: { greeting: 1 } }, 'BAD_USER_INPUT'],
      [{ data: [] }, 'BAD_USER_INPUT'],
      [{ data: { x: 'a'.repeat(65_529) } }, 'BAD_USER_INPUT'],
      [{ node: 'elsewhere' }, 'NODE_UNKNOWN'],
    ];
    for (const [variables, code] of refused) expect(await codes(create, variables, alice)).toEqual([code]);
  });

  test('may have as much data as the limit says, also when it would be larger with indents', async () => {
    const { ask, look } = await openWorld();
    const echo = look(path, 'KEPT', 'STORED', 'BROKEN');
    const data = { x: 'a'.repeat(60_000), y: Array.from({ length: 2_500 }, () => 1) };
    await ask(create, { data }, alice);
    expect((await echo).outcome).toBe('KEPT');
    const whole = { x: 'a'.repeat(65_528) };
    await ask(update, { data: whole }, alice);
    expect(at(await ask(read), 'entity', 'data')).toEqual(whole);
  });

  test('is for the owner and for admins', async () => {
    const { ask, codes } = await openWorld();
    await ask(create, {}, alice);
    for (const operation of [update, remove]) {
      expect(await codes(operation, {}, bob)).toEqual(['FORBIDDEN']);
      expect(await codes(operation, {}, player)).toEqual(['FORBIDDEN']);
      expect(await codes(operation)).toEqual(['UNAUTHENTICATED']);
    }
    expect(await codes(create, {}, player)).toEqual(['FORBIDDEN']);
    expect(await codes(create, {}, { username: 'system', role: 'ADMIN' })).toEqual(['FORBIDDEN']);
    await ask(update, { data: { name: 'By admin' } }, admin);
    await ask(remove, {}, admin);
  });

  test('or a look at what is not there answers NOT_FOUND', async () => {
    const { codes } = await openWorld();
    const ids = [
      'main/alice/npc/nobody',
      'elsewhere/alice/npc/guide',
      'main/alice/monster/a',
      '',
      'x'.repeat(10_000),
    ];
    for (const id of ids) {
      expect(await codes('query ($id: ID!) { entity(id: $id) { id } }', { id })).toEqual(['NOT_FOUND']);
      expect(await codes(update, { id }, admin)).toEqual(['NOT_FOUND']);
      expect(await codes(remove, { id }, admin)).toEqual(['NOT_FOUND']);
    }
  });
});

test('references are whole objects, however deep they lead within the node', async () => {
  const { ask, run } = await openWorld();
  await ask(create, {}, alice);
  const { data, errors } = await run(
    `query ($of: [_Any!]!) { _entities(representations: $of) {
      ... on Entity { id name node { id stats { agents node { entities { totalCount nodes { name } } } } } }
      ... on Node { id brokenFiles { path } totalOf: entities(type: NPC) { totalCount } }
    } }`,
    {
      of: [
        { __typename: 'Entity', id: 'main/alice/npc/guide' },
        { __typename: 'Entity', id: 'main/alice/npc/nobody' },
        { __typename: 'Node', id: 'main' },
        { __typename: 'Node', id: 'elsewhere' },
      ],
    },
  );
  expect(data).toEqual({
    _entities: [
      {
        id: 'main/alice/npc/guide',
        name: 'guide',
        node: {
          id: 'main',
          stats: { agents: 0, node: { entities: { totalCount: 1, nodes: [{ name: 'guide' }] } } },
        },
      },
      null,
      { id: 'main', brokenFiles: [], totalOf: { totalCount: 1 } },
      null,
    ],
  });
  const codes = new Map(errors?.map((error) => [error.path?.join('.'), error.extensions['code']]));
  expect(codes).toEqual(
    new Map([
      ['_entities.1', 'NOT_FOUND'],
      ['_entities.3', 'MOVED'],
    ]),
  );
});
