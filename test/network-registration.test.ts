import { describe, expect, test } from 'vitest';
import { limits } from '../schema/limits.ts';
import { isName } from '../wire/ids.ts';
import { connectNode, nodeInput, register, registerQuery } from './support/network-connection.ts';
import { addPerson, dataOf, registryOnDisk } from './support/registry-on-disk.ts';

const far = '192.0.2.7';

async function joinToken(registry: Awaited<ReturnType<typeof registryOnDisk>>['registry'], kind = 'TRUSTED') {
  const { createJoinToken } = await dataOf(registry.shape, {
    query: 'mutation ($kind: NodeKind!) { createJoinToken(kind: $kind, expiresInSeconds: 60) { token } }',
    variables: { kind },
    viewer: { username: 'root', role: 'ADMIN' },
  });
  return (createJoinToken as { token: string }).token;
}

describe('a node that registers', () => {
  test('waits for an admin, and is told when it is approved', async () => {
    const { registry } = await registryOnDisk();
    const connection = await connectNode(registry, { address: far });
    const { node } = await register(connection);
    expect(node).toMatchObject({ id: 'rome', approved: false, revoked: false });
    expect(await registry.members.list()).toEqual([]);
    expect(await connection.code('{ agentHomes(ids: []) { agent } }')).toBe('NODE_PENDING');
    expect(await connection.code('mutation { claimAgent(id: "a/b") { agent } }')).toBe('NODE_PENDING');
    expect(await connection.code('mutation { leave }')).toBe('NODE_PENDING');

    const events = await connection.events('subscription { selfChanges { id approved } }');
    expect((await events.next()).value).toMatchObject({ data: { selfChanges: { approved: false } } });
    const next = events.next();
    await registry.members.approve('rome');
    expect((await next).value).toMatchObject({ data: { selfChanges: { approved: true } } });
    await events.return?.();
    expect(await connection.data('{ self { approved } }')).toEqual({ self: { approved: true } });
    expect((await registry.members.list()).map((member) => member.ip_address)).toEqual([far]);
  });

  test.each([
    ['on this machine', '127.0.0.1', true, true],
    ['on this machine by IPv6', '::1', true, true],
    ['on this machine by a dual-stack socket', '::ffff:127.0.0.1', true, true],
    ['elsewhere', far, true, false],
    ['on this machine, where that is not enough', '127.0.0.1', false, false],
  ])('%s is approved at once: %s, allowed %s: %s', async (_, address, approveLoopback, approved) => {
    const { registry } = await registryOnDisk({ approveLoopback });
    expect(await register(await connectNode(registry, { address }))).toMatchObject({ node: { approved } });
  });

  test('through a proxy has to say where it is, and waits', async () => {
    const { registry } = await registryOnDisk();
    const connection = await connectNode(registry, { address: undefined });
    expect(await connection.code(registerQuery, nodeInput())).toBe('BAD_USER_INPUT');
    expect(await register(connection, { address: 'rome.example' })).toMatchObject({
      node: { approved: false },
    });
  });

  test.each([
    ['a name with capitals', { name: 'Rome' }],
    ['a name with a slash', { name: 'a/b' }],
    ['no name', { name: '' }],
    ['the kind of the initial node', { kind: 'INITIAL' }],
    ['port 0', { port: 0 }],
    ['port 65536', { port: 65_536 }],
    ['an address that is none', { address: 'http://rome/' }],
    ['an owner who is nobody', { owner: 'nobody' }],
    ['a key that is none', { publicKey: 'ssh-ed25519 AAAA' }],
    ['an RSA key', { publicKey: `ssh-rsa ${'A'.repeat(300)}` }],
    ['a giant key', { publicKey: `ssh-ed25519 ${'A'.repeat(100_000)}` }],
  ])('with %s is told so, and leaves no row', async (_, input) => {
    const { registry, db } = await registryOnDisk();
    const connection = await connectNode(registry);
    expect(await connection.code(registerQuery, nodeInput(input))).toBe('BAD_USER_INPUT');
    expect(await db.selectFrom('nodes').select('id').execute()).toEqual([]);
  });

  test('gets a short id of its own when its name is taken', async () => {
    const { registry } = await registryOnDisk();
    const name = 'n'.repeat(limits.maxNameLength);
    const ids = new Set<string>();
    for (let i = 0; i < 3; i += 1) ids.add((await register(await connectNode(registry), { name })).node.id);
    expect(ids.size).toBe(3);
    for (const id of ids) expect(isName(id)).toBe(true);
  });

  test('is told to come later when too many wait already', async () => {
    const { registry } = await registryOnDisk({ approveLoopback: false });
    for (let i = 0; i < limits.maxPendingNodes; i += 1) await register(await connectNode(registry));
    const connection = await connectNode(registry);
    expect(await connection.code(registerQuery, nodeInput())).toBe('RATE_LIMITED');
    const withToken = await register(connection, { joinToken: await joinToken(registry) });
    expect(withToken.node.approved).toBe(true);
  });
});

describe('a join token', () => {
  test('lets in exactly one of those who come with it at once', async () => {
    const { registry } = await registryOnDisk({ approveLoopback: false });
    const token = await joinToken(registry);
    const connections = await Promise.all([1, 2, 3, 4].map(() => connectNode(registry, { address: far })));
    const codes = await Promise.all(
      connections.map((connection) => connection.code(registerQuery, nodeInput({ joinToken: token }))),
    );
    expect(codes.filter((code) => code === 'JOIN_REFUSED')).toHaveLength(3);
    expect(await registry.members.list()).toHaveLength(1);
  });

  test('is of no use for another kind, out of date, or made up; and is not used up by that', async () => {
    let time = Date.now();
    const { registry, db } = await registryOnDisk({ now: () => time });
    const token = await joinToken(registry);
    const connection = await connectNode(registry, { address: far });
    const attempt = (input: Record<string, unknown>) => connection.code(registerQuery, nodeInput(input));
    expect(await attempt({ joinToken: token, kind: 'LOCAL' })).toBe('JOIN_REFUSED');
    expect(await attempt({ joinToken: `${token}x` })).toBe('JOIN_REFUSED');
    expect(await attempt({ joinToken: '' })).toBe('JOIN_REFUSED');
    expect(await attempt({ joinToken: token, port: 0 })).toBe('BAD_USER_INPUT');
    time += 60_000;
    expect(await attempt({ joinToken: token })).toBe('JOIN_REFUSED');
    time -= 1;
    expect(await register(connection, { joinToken: token })).toMatchObject({ node: { approved: true } });
    const rows = await db.selectFrom('join_tokens').selectAll().execute();
    expect(rows).toMatchObject([{ used_by: 'rome' }]);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test.each([0, -1, limits.maxJoinTokenSeconds + 1])(
    'is not made for %d seconds',
    async (expiresInSeconds) => {
      const { registry } = await registryOnDisk();
      const { errors } = await registry.shape.execute({
        query: 'mutation ($s: Int) { createJoinToken(kind: LOCAL, expiresInSeconds: $s) { token } }',
        variables: { s: expiresInSeconds },
        viewer: { username: 'root', role: 'ADMIN' },
      });
      expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    },
  );
});

describe('a node that comes back', () => {
  test('is the same node, elsewhere and under another name', async () => {
    const { registry } = await registryOnDisk();
    const { node, secret } = await register(await connectNode(registry));
    const again = await connectNode(registry, { address: '::ffff:127.0.0.2' });
    const back = await register(again, { id: node.id, secret, name: 'roma', port: 5_000 });
    expect(back).toMatchObject({ node: { id: 'rome', name: 'roma', approved: true }, secret });
    expect(await registry.members.list()).toMatchObject([
      { node_id: 'rome', node_name: 'roma', ip_address: '127.0.0.2', port: 5_000 },
    ]);
  });

  test('is not let in with a wrong secret, as another kind, or after it was thrown out', async () => {
    const { registry } = await registryOnDisk();
    const { node, secret } = await register(await connectNode(registry));
    const { id } = node;
    const attempt = async (input: Record<string, unknown>) =>
      (await connectNode(registry)).code(registerQuery, nodeInput(input));
    expect(await attempt({ id, secret: `${secret}x` })).toBe('JOIN_REFUSED');
    expect(await attempt({ id: 'nobody', secret })).toBe('JOIN_REFUSED');
    expect(await attempt({ id })).toBe('JOIN_REFUSED');
    expect(await attempt({ secret })).toBe('JOIN_REFUSED');
    expect(await attempt({ id, secret, kind: 'LOCAL' })).toBe('JOIN_REFUSED');
    await registry.members.revoke(id, 'it lied');
    expect(await attempt({ id, secret })).toBe('NODE_REVOKED');
    await expect(connectNode(registry, { hello: { node: id, secret } })).rejects.toMatchObject({
      message: expect.stringContaining('it lied') as string,
      extensions: { code: 'NODE_REVOKED' },
    });
  });

  test('takes the place of its earlier connection', async () => {
    const { registry } = await registryOnDisk();
    const first = await connectNode(registry);
    const { node, secret } = await register(first);
    const second = await connectNode(registry, { hello: { node: node.id, secret } });
    expect(first.closedWith).toBe(4410);
    expect(await second.data('{ self { id } }')).toEqual({ self: { id: node.id } });
    // The goodbye of the first, late, does not make the second forgotten.
    first.hangUp();
    await registry.members.revoke(node.id, null);
    expect(second.closedWith).toBe(4403);
  });
});

describe('a connection', () => {
  test('of no node may only register', async () => {
    const { registry } = await registryOnDisk();
    const connection = await connectNode(registry);
    for (const query of ['{ self { id } }', '{ agentHomes(ids: []) { node } }', 'mutation { leave }'])
      expect(await connection.code(query)).toBe('UNAUTHENTICATED');
    await expect(connection.events('subscription { selfChanges { id } }')).rejects.toThrow('UNAUTHENTICATED');
  });

  test('is that of one node', async () => {
    const { registry } = await registryOnDisk();
    const connection = await connectNode(registry);
    await register(connection);
    expect(await connection.code(registerQuery, nodeInput({ name: 'other' }))).toBe('BAD_REQUEST');
  });

  test.each([
    [{ node: 'rome' }],
    [{ secret: 'x' }],
    [{ node: 'rome', secret: 'x' }],
    [{ node: 7, secret: { length: 43 } }],
    [{ node: null, secret: null }],
  ])('with the greeting %j is refused', async (hello) => {
    const { registry } = await registryOnDisk();
    await register(await connectNode(registry));
    await expect(connectNode(registry, { hello })).rejects.toMatchObject({
      extensions: { code: 'JOIN_REFUSED' },
    });
  });

  test('without a session, as somebody else might carry the schema, is for nobody', async () => {
    const { registry } = await registryOnDisk();
    const { errors } = await registry.network.shape.execute({ query: '{ self { id } }', session: {} });
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  test('ends when the initial node stops', async () => {
    const { registry } = await registryOnDisk();
    const connection = await connectNode(registry);
    await register(connection);
    registry.close();
    expect(connection.closedWith).toBe(1001);
  });
});

test('the owner of a node is a person of the network', async () => {
  const { registry, db } = await registryOnDisk();
  await addPerson(db, 'ada');
  await register(await connectNode(registry), { owner: 'ada' });
  const query = '{ node(id: "rome") { owner { username } kind status } }';
  expect(await dataOf(registry.shape, { query })).toEqual({
    node: { owner: { username: 'ada' }, kind: 'TRUSTED', status: 'OFFLINE' },
  });
});
