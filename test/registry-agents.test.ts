import { describe, expect, test } from 'vitest';
import type { NodeKey } from '../identity/node-key.ts';
import { mintViewerToken } from '../identity/viewer-token.ts';
import type { Registry } from '../subgraphs/registry/registry.ts';
import { connectNode, register } from './support/network-connection.ts';
import { newKey } from './support/node-keys.ts';
import { codeOf, dataOf, registryOnDisk } from './support/registry-on-disk.ts';

const claim =
  'mutation ($id: ID!, $viewer: String) { claimAgent(id: $id, viewer: $viewer) { agent node epoch } }';
const release = 'mutation ($id: ID!) { releaseAgent(id: $id) }';

async function twoNodes(registry: Registry) {
  const [rome, oslo] = [await connectNode(registry), await connectNode(registry)];
  await register(rome, { name: 'rome' });
  await register(oslo, { name: 'oslo' });
  return { rome, oslo };
}

/** That the owner of this agent asks the node for it, as the gateway tells that node. */
async function asked(key: NodeKey, node: string, id: string, username = id.split('/')[0] || 'ada') {
  const viewer = { username, role: 'DEVELOPER' } as const;
  return { id, viewer: await mintViewerToken({ key, audience: node, viewer, now: Date.now() }) };
}

describe('an agent', () => {
  test('is not made up by a node: its owner has to have asked that very node for it', async () => {
    const { registry, key } = await registryOnDisk();
    const { rome, oslo } = await twoNodes(registry);
    const id = 'ada/guard';
    expect(await rome.code(claim, { id })).toBe('FORBIDDEN');
    expect(await rome.code(claim, await asked(key, 'oslo', id))).toBe('FORBIDDEN');
    expect(await rome.code(claim, await asked(key, 'rome', id, 'eve'))).toBe('FORBIDDEN');
    expect(await rome.code(claim, await asked(newKey(), 'rome', id))).toBe('FORBIDDEN');
    await oslo.data(claim, await asked(key, 'oslo', id));
    // It lives there now, so that nobody has to be asked again.
    expect(await oslo.data(claim, { id })).toMatchObject({ claimAgent: { node: 'oslo', epoch: 1 } });
    expect(await rome.code(claim, { id })).toBe('AGENT_TAKEN');
  });

  test('lives on the node that claims it first, which may claim it again', async () => {
    const { registry, key } = await registryOnDisk();
    const { rome, oslo } = await twoNodes(registry);
    const home = { claimAgent: { agent: 'ada/guard', node: 'rome', epoch: 1 } };
    for (let i = 0; i < 2; i += 1)
      expect(await rome.data(claim, await asked(key, 'rome', 'ada/guard'))).toEqual(home);
    expect(await oslo.code(claim, await asked(key, 'oslo', 'ada/guard'))).toBe('AGENT_TAKEN');
    expect(await oslo.data(release, { id: 'ada/guard' })).toEqual({ releaseAgent: false });
    const ask = 'query ($ids: [ID!]!) { agentHomes(ids: $ids) { agent node epoch } }';
    expect(await oslo.data(ask, { ids: ['ada/guard', 'ada/nobody', 'garbage'] })).toEqual({
      agentHomes: [home.claimAgent],
    });
    expect(
      await dataOf(registry.shape, { query: '{ agent(id: "ada/guard") { id epoch node { name } } }' }),
    ).toEqual({
      agent: { id: 'ada/guard', epoch: 1, node: { name: 'rome' } },
    });
  });

  test('claimed by several nodes at once goes to exactly one', async () => {
    const { registry, key } = await registryOnDisk();
    const { rome, oslo } = await twoNodes(registry);
    const ids = Array.from({ length: 20 }, (_, i) => `ada/agent-${i}`);
    const codes = await Promise.all(
      ids.flatMap((id) => [
        asked(key, 'rome', id).then((variables) => rome.code(claim, variables)),
        asked(key, 'oslo', id).then((variables) => oslo.code(claim, variables)),
      ]),
    );
    expect(codes.filter((code) => code === 'AGENT_TAKEN')).toHaveLength(ids.length);
    expect((await registry.directory.locate(ids)).size).toBe(ids.length);
  });

  test('given back and claimed again has a later epoch', async () => {
    const { registry, key } = await registryOnDisk();
    const { rome, oslo } = await twoNodes(registry);
    await rome.data(claim, await asked(key, 'rome', 'ada/guard'));
    expect(await rome.data(release, { id: 'ada/guard' })).toEqual({ releaseAgent: true });
    expect(await rome.data(release, { id: 'ada/guard' })).toEqual({ releaseAgent: false });
    expect(await registry.directory.locate(['ada/guard'])).toEqual(new Map());
    expect(await dataOf(registry.shape, { query: '{ agent(id: "ada/guard") { id } }' })).toEqual({
      agent: null,
    });
    expect(await oslo.data(claim, await asked(key, 'oslo', 'ada/guard'))).toMatchObject({
      claimAgent: { node: 'oslo', epoch: 2 },
    });
  });

  test('of a node that was thrown out is known to be there still', async () => {
    const { registry, key } = await registryOnDisk();
    const { rome, oslo } = await twoNodes(registry);
    await rome.data(claim, await asked(key, 'rome', 'ada/guard'));
    await registry.members.revoke('rome', null);
    expect(await registry.directory.locate(['ada/guard'])).toEqual(
      new Map([['ada/guard', { node: 'rome', epoch: 1, isMoving: false }]]),
    );
    expect(await oslo.code(claim, await asked(key, 'oslo', 'ada/guard'))).toBe('AGENT_TAKEN');
  });

  test.each(['', 'guard', 'ada/', '/guard', 'ada/guard/x', 'Ada/guard', `ada/${'x'.repeat(65)}`])(
    'is not called %j',
    async (id) => {
      const { registry, key } = await registryOnDisk();
      const { rome } = await twoNodes(registry);
      expect(await rome.code(claim, await asked(key, 'rome', id))).toBe('BAD_USER_INPUT');
    },
  );
});

test('whoever keeps homes is told of each that has changed', async () => {
  const { registry, key } = await registryOnDisk();
  const { rome } = await twoNodes(registry);
  const changed: string[] = [];
  const stop = registry.directory.onChange((agent) => changed.push(agent));
  await rome.data(claim, await asked(key, 'rome', 'ada/guard'));
  await rome.data(claim, await asked(key, 'rome', 'ada/guard'));
  await rome.data(release, { id: 'ada/guard' });
  stop();
  await rome.data(claim, await asked(key, 'rome', 'ada/guard'));
  expect(changed).toEqual(['ada/guard', 'ada/guard']);
});

test('many rows are referred to by key in one request', async () => {
  const { registry, key } = await registryOnDisk();
  const { rome } = await twoNodes(registry);
  const ids = Array.from({ length: 50 }, (_, i) => `ada/agent-${i}`);
  for (const id of ids) await rome.data(claim, await asked(key, 'rome', id));
  const representations = [...ids, 'ada/nobody'].map((id) => ({ __typename: 'Agent', id }));
  const query = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Agent { id node { id name } epoch } }
  }`;
  const { _entities } = await dataOf(registry.shape, { query, variables: { representations } });
  expect(_entities).toEqual([
    ...ids.map((id) => ({ id, node: { id: 'rome', name: 'rome' }, epoch: 1 })),
    null,
  ]);
});

test('a node asks for so many homes at once and not for more', async () => {
  const { registry } = await registryOnDisk();
  const { rome } = await twoNodes(registry);
  const ask = 'query ($ids: [ID!]!) { agentHomes(ids: $ids) { agent } }';
  const ids = Array.from({ length: 1_001 }, (_, i) => `ada/agent-${i}`);
  expect(await rome.data(ask, { ids: ids.slice(1) })).toEqual({ agentHomes: [] });
  expect(await rome.code(ask, { ids })).toBe('BAD_USER_INPUT');
});

describe('the library', () => {
  const publish = `mutation ($entity: ID!, $name: String!) {
    publishToLibrary(entity: $entity, name: $name) { name version type data publishedBy { username } publishedAt }
  }`;
  const entity = { type: 'ITEM' as const, owner: 'ada', data: { title: 'A lamp' } };
  const ada = { username: 'ada', role: 'DEVELOPER' as const };
  const eve = { username: 'eve', role: 'DEVELOPER' as const };
  const root = { username: 'root', role: 'ADMIN' as const };
  const lamp = { entity: 'rome/ada/item/lamp', name: 'lamp' };
  const library = async () => {
    const { registry } = await registryOnDisk({
      readEntity: async (id) => (id === lamp.entity ? entity : undefined),
    });
    return registry.shape;
  };

  test('has the newest version of each name, by name, and by kind', async () => {
    const shape = await library();
    for (const name of ['lamp', 'candle', 'lamp'])
      await dataOf(shape, { query: publish, variables: { ...lamp, name }, viewer: ada });
    const query = `query ($after: String, $type: EntityType) {
      library(first: 1, after: $after, type: $type) {
        nodes { name version type data } pageInfo { hasNextPage endCursor } totalCount
      }
    }`;
    const first = await dataOf(shape, { query });
    expect(first).toMatchObject({
      library: {
        nodes: [{ name: 'candle', version: 1, type: 'ITEM', data: entity.data }],
        pageInfo: { hasNextPage: true },
        totalCount: 2,
      },
    });
    const after: unknown = Object(Object(first['library']).pageInfo).endCursor;
    expect(await dataOf(shape, { query, variables: { after } })).toMatchObject({
      library: { nodes: [{ name: 'lamp', version: 2 }], pageInfo: { hasNextPage: false } },
    });
    expect(await dataOf(shape, { query, variables: { type: 'NPC' } })).toMatchObject({
      library: { nodes: [], totalCount: 0 },
    });
  });

  test('takes an entity from its owner and from admins only', async () => {
    const shape = await library();
    const attempt = (viewer: typeof eve | typeof root, variables: object = {}) =>
      codeOf(shape, { query: publish, variables: { ...lamp, ...variables }, viewer });
    expect(await attempt(eve)).toBe('FORBIDDEN');
    expect(await attempt(ada, { entity: 'rome/ada/item/none' })).toBe('NOT_FOUND');
    for (const name of ['', 'Lamp', 'a/b', 'x'.repeat(65)])
      expect(await attempt(ada, { name })).toBe('BAD_USER_INPUT');
    expect(await dataOf(shape, { query: publish, variables: lamp, viewer: root })).toMatchObject({
      publishToLibrary: { version: 1 },
    });
    // The name is its first publisher's.
    expect(await attempt(ada)).toBe('FORBIDDEN');
  });

  test('numbers versions that are published at once one after the other', async () => {
    const shape = await library();
    const versions = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const { publishToLibrary } = await dataOf(shape, { query: publish, variables: lamp, viewer: ada });
        return Number(Object(publishToLibrary).version);
      }),
    );
    expect(versions.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});
