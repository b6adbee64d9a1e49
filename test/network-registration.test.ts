import { describe, expect, test } from 'vitest';
import { signText } from '../identity/ssh-signature.ts';
import { registrationStatement, rotationStatement } from '../identity/statements.ts';
import { limits } from '../schema/limits.ts';
import { isName } from '../wire/ids.ts';
import {
  challengeFor,
  connectNode,
  refusal,
  register,
  registerMember,
  registerQuery,
  signedInput,
} from './support/network-connection.ts';
import { newKey } from './support/node-keys.ts';
import { addPerson, codeOf, dataOf, registryOnDisk } from './support/registry-on-disk.ts';

const far = '192.0.2.7';
const root = { username: 'root', role: 'ADMIN' } as const;

async function joinToken(registry: Awaited<ReturnType<typeof registryOnDisk>>['registry'], kind = 'TRUSTED') {
  const { createJoinToken } = await dataOf(registry.shape, {
    query: 'mutation ($kind: NodeKind!) { createJoinToken(kind: $kind, expiresInSeconds: 60) { token } }',
    variables: { kind },
    viewer: root,
  });
  return (createJoinToken as { token: string }).token;
}

describe('a node that registers', () => {
  test('waits for an admin, is told when it is approved, and has its id from then on', async () => {
    const { registry } = await registryOnDisk();
    const connection = await connectNode(registry, { address: far });
    const node = await register(connection);
    expect(node).toMatchObject({ id: null, name: 'rome', approved: false, revoked: false });
    expect(node.fingerprint).toBe(connection.key.publicKey.fingerprint);
    expect(await registry.members.list()).toEqual([]);
    const queries = [
      '{ agentHomes(ids: []) { agent } }',
      '{ peers(ids: ["rome"]) { id } }',
      'mutation { claimAgent(id: "a/b") { agent } }',
      'mutation { releaseAgent(id: "a/b") }',
      'mutation { reachedThrough(proxy: null) { id } }',
      'mutation { goodbye }',
      'mutation { leave }',
    ];
    for (const query of queries)
      expect([query, await connection.code(query)]).toEqual([query, 'NODE_PENDING']);
    await expect(connection.events('subscription { changes { node } }')).rejects.toThrow('NODE_PENDING');

    const events = await connection.events('subscription { selfChanges { id approved } }');
    expect((await events.next()).value).toMatchObject({ data: { selfChanges: { approved: false } } });
    const next = events.next();
    await registry.members.approve(node.fingerprint);
    expect((await next).value).toMatchObject({ data: { selfChanges: { id: 'rome', approved: true } } });
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
    expect(await register(await connectNode(registry, { address }))).toMatchObject({ approved });
  });

  test('through a proxy has to say where it is, and waits', async () => {
    const { registry } = await registryOnDisk();
    const connection = await connectNode(registry, { address: undefined });
    expect(await refusal(connection)).toBe('BAD_USER_INPUT');
    expect(await register(connection, { address: 'rome.example' })).toMatchObject({ approved: false });
  });

  test('behind a tunnel has no address, and the proxy that it says', async () => {
    const { registry } = await registryOnDisk();
    await registerMember(registry, { name: 'gate', kind: 'PROXY' });
    const laptop = await registerMember(registry, { name: 'laptop', kind: 'LOCAL', port: undefined });
    const query = '{ node(id: "laptop") { address port proxy { id } } }';
    expect(await dataOf(registry.shape, { query })).toEqual({
      node: { address: null, port: null, proxy: null },
    });
    await laptop.data('mutation { reachedThrough(proxy: "gate") { id } }');
    expect(await dataOf(registry.shape, { query })).toMatchObject({ node: { proxy: { id: 'gate' } } });
    expect(await laptop.code('mutation { reachedThrough(proxy: "nowhere") { id } }')).toBe('NODE_UNKNOWN');
    await laptop.data('mutation { reachedThrough(proxy: null) { id } }');
    expect(await dataOf(registry.shape, { query })).toMatchObject({ node: { proxy: null } });
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
  ])('with %s is told so, and leaves no row', async (_, input) => {
    const { registry, db } = await registryOnDisk();
    expect(await refusal(await connectNode(registry), input)).toBe('BAD_USER_INPUT');
    expect(await db.selectFrom('nodes').select('id').execute()).toEqual([]);
    expect(await db.selectFrom('node_keys').select('id').execute()).toEqual([]);
  });

  test('gets a short id of its own when its name is taken', async () => {
    const { registry } = await registryOnDisk();
    const name = 'n'.repeat(limits.maxNameLength);
    const ids = new Set<string>();
    for (let i = 0; i < 3; i += 1) ids.add((await registerMember(registry, { name })).id);
    expect(ids.size).toBe(3);
    for (const id of ids) expect(isName(id)).toBe(true);
  });

  test('is told to come later when too many wait already', async () => {
    const { registry } = await registryOnDisk({ approveLoopback: false, maxChallengesPerMinute: 1_000 });
    for (let i = 0; i < limits.maxPendingNodes; i += 1) await register(await connectNode(registry));
    const connection = await connectNode(registry);
    expect(await refusal(connection)).toBe('RATE_LIMITED');
    const withToken = await register(connection, { joinToken: await joinToken(registry) });
    expect(withToken.approved).toBe(true);
  });
});

describe('a statement', () => {
  const claim = { name: 'rome', kind: 'TRUSTED', port: 4001 };

  async function attempt(
    change: (parts: {
      challenge: { id: string; nonce: string; origin: string };
      connection: Awaited<ReturnType<typeof connectNode>>;
    }) => { readonly signature: string; readonly challenge?: string } | Promise<{ signature: string }>,
  ) {
    const { registry, db } = await registryOnDisk();
    const connection = await connectNode(registry);
    const challenge = await challengeFor(connection);
    const made = await change({ challenge, connection });
    const code = await connection.code(registerQuery, {
      input: { ...claim, challenge: challenge.id, ...made },
    });
    expect(await db.selectFrom('nodes').select('id').execute()).toEqual([]);
    return code;
  }
  const good = registrationStatement;

  test.each<[string, Parameters<typeof attempt>[0]]>([
    ['by another key', ({ challenge }) => ({ signature: signText(newKey(), good(challenge, claim)) })],
    [
      'for another namespace',
      ({ challenge, connection }) => ({
        signature: signText(connection.key, { ...good(challenge, claim), namespace: 'file' }),
      }),
    ],
    [
      'for another network',
      ({ challenge, connection }) => ({
        signature: signText(connection.key, good({ ...challenge, origin: 'elsewhere.example:4000' }, claim)),
      }),
    ],
    [
      'of another network, under the namespace of this one',
      ({ challenge, connection }) => ({
        signature: signText(connection.key, {
          text: good({ ...challenge, origin: 'elsewhere.example:4000' }, claim).text,
          namespace: good(challenge, claim).namespace,
        }),
      }),
    ],
    [
      'of another nonce',
      ({ challenge, connection }) => ({
        signature: signText(connection.key, good({ ...challenge, nonce: 'x' }, claim)),
      }),
    ],
    [
      'of another name',
      ({ challenge, connection }) => ({
        signature: signText(connection.key, good(challenge, { ...claim, name: 'roma' })),
      }),
    ],
    [
      'of another port',
      ({ challenge, connection }) => ({
        signature: signText(connection.key, good(challenge, { ...claim, port: 1 })),
      }),
    ],
    [
      'of another kind',
      ({ challenge, connection }) => ({
        signature: signText(connection.key, good(challenge, { ...claim, kind: 'PROXY' })),
      }),
    ],
    ['that is empty', () => ({ signature: '' })],
    ['that is no armor', () => ({ signature: 'x'.repeat(300) })],
    ['that is huge', () => ({ signature: 'x'.repeat(100_000) })],
    [
      'whose armor is cut',
      ({ challenge, connection }) => ({
        signature: signText(connection.key, good(challenge, claim)).slice(0, -40),
      }),
    ],
    [
      'that is cut inside',
      ({ challenge, connection }) => {
        const [first = '', second = '', ...rest] = signText(connection.key, good(challenge, claim)).split(
          '\n',
        );
        return { signature: [first, second.slice(8), ...rest].join('\n') };
      },
    ],
  ])('%s is refused', async (_, change) => {
    expect(await attempt(change)).toBe('BAD_SIGNATURE');
  });

  test.each<[string, Parameters<typeof attempt>[0]]>([
    ['that nobody gave out', () => ({ signature: 'x', challenge: 'made-up' })],
    [
      "of another connection's key",
      async ({ connection }) => {
        // Given to another key by the same initial node: see the test of races for one that is used twice.
        const { registry } = await registryOnDisk();
        const theirs = await challengeFor(await connectNode(registry));
        return { signature: signText(connection.key, good(theirs, claim)), challenge: theirs.id };
      },
    ],
  ])('of a challenge %s is refused', async (_, change) => {
    expect(await attempt(change)).toBe('CHALLENGE_INVALID');
  });

  test('is good once, and not at another key, and not too late', async () => {
    let time = Date.now();
    const { registry } = await registryOnDisk({ now: () => time });
    const connection = await connectNode(registry);
    const once = await signedInput(connection);
    await connection.data(registerQuery, once);
    expect(await connection.code(registerQuery, once)).toBe('CHALLENGE_INVALID');
    const stolen = await signedInput(connection);
    expect(await (await connectNode(registry)).code(registerQuery, stolen)).toBe('CHALLENGE_INVALID');
    const late = await signedInput(connection);
    time += limits.challengeLifetimeMs;
    expect(await connection.code(registerQuery, late)).toBe('CHALLENGE_INVALID');
  });

  test('wins the race with its own replay exactly once, a thousand times of a thousand', async () => {
    const { registry } = await registryOnDisk({ maxChallengesPerMinute: 10_000 });
    const connection = await connectNode(registry);
    let wins = 0;
    let losses = 0;
    for (let round = 0; round < 1_000; round += 1) {
      const input = await signedInput(connection);
      const codes = await Promise.all([1, 2].map(() => connection.code(registerQuery, input)));
      wins += codes.filter((code) => String(code).startsWith('no error')).length;
      losses += codes.filter((code) => code === 'CHALLENGE_INVALID').length;
    }
    expect([wins, losses]).toEqual([1_000, 1_000]);
  }, 60_000);
});

describe('a join token', () => {
  test('begins with the fingerprint of the initial node', async () => {
    const key = newKey();
    const { registry } = await registryOnDisk({ key });
    const token = await joinToken(registry);
    expect(token.startsWith(`${key.publicKey.fingerprint}.`)).toBe(true);
    expect(token).toMatch(new RegExp(`\\.[\\w-]{32}$`));
  });

  test('lets in exactly one of those who come with it at once, a thousand times of a thousand', async () => {
    const { registry, db } = await registryOnDisk({
      approveLoopback: false,
      maxChallengesPerMinute: 10_000,
    });
    const connections = await Promise.all([1, 2].map(() => connectNode(registry, { address: far })));
    for (let round = 0; round < 1_000; round += 1) {
      // As if nobody had come before.
      await db.deleteFrom('nodes').execute();
      await db.deleteFrom('node_keys').execute();
      const joinTokenNow = await joinToken(registry);
      const inputs = await Promise.all(
        connections.map((one) => signedInput(one, { joinToken: joinTokenNow })),
      );
      const codes = await Promise.all(
        connections.map((connection, at) => connection.code(registerQuery, inputs[at])),
      );
      expect(codes.filter((code) => code === 'JOIN_REFUSED')).toHaveLength(1);
      expect(codes.filter((code) => String(code).startsWith('no error'))).toHaveLength(1);
    }
  }, 120_000);

  test('is of no use for another kind, out of date, or made up; and is not used up by that', async () => {
    let time = Date.now();
    const { registry, db } = await registryOnDisk({ now: () => time });
    const token = await joinToken(registry);
    const connection = await connectNode(registry, { address: far });
    const attempt = (input: Record<string, unknown>) => refusal(connection, input);
    expect(await attempt({ joinToken: token, kind: 'LOCAL' })).toBe('JOIN_REFUSED');
    expect(await attempt({ joinToken: `${token}x` })).toBe('JOIN_REFUSED');
    expect(await attempt({ joinToken: '' })).toBe('JOIN_REFUSED');
    expect(await attempt({ joinToken: token, port: 0 })).toBe('BAD_USER_INPUT');
    time += 60_000;
    expect(await attempt({ joinToken: token })).toBe('JOIN_REFUSED');
    time -= 1;
    expect(await register(connection, { joinToken: token })).toMatchObject({ approved: true });
    const rows = await db.selectFrom('join_tokens').selectAll().execute();
    expect(rows).toMatchObject([{ used_by: connection.key.publicKey.fingerprint }]);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test.each([0, -1, limits.maxJoinTokenSeconds + 1])(
    'is not made for %d seconds',
    async (expiresInSeconds) => {
      const { registry } = await registryOnDisk();
      const { errors } = await registry.shape.execute({
        query: 'mutation ($s: Int) { createJoinToken(kind: LOCAL, expiresInSeconds: $s) { token } }',
        variables: { s: expiresInSeconds },
        viewer: root,
      });
      expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    },
  );
});

describe('a node that comes back', () => {
  test('is the same node by its key, elsewhere and under another name', async () => {
    const { registry } = await registryOnDisk();
    const { key } = await registerMember(registry);
    const again = await connectNode(registry, { address: '::ffff:127.0.0.2', key });
    expect(await register(again, { name: 'roma', port: 5_000 })).toMatchObject({
      id: 'rome',
      name: 'roma',
      approved: true,
    });
    expect(await registry.members.list()).toMatchObject([
      { node_id: 'rome', node_name: 'roma', ip_address: '127.0.0.2', port: 5_000 },
    ]);
  });

  test('is not let in as another kind, or after it was thrown out; its name alone is nobody', async () => {
    const { registry } = await registryOnDisk();
    const { key, id } = await registerMember(registry);
    const attempt = async (input: Record<string, unknown>) =>
      refusal(await connectNode(registry, { key }), input);
    expect(await attempt({ kind: 'LOCAL' })).toBe('JOIN_REFUSED');
    expect((await registerMember(registry, { name: 'rome' })).id).not.toBe(id);
    await registry.members.revoke(id, 'it lied');
    expect(await attempt({})).toBe('NODE_REVOKED');
    const back = await connectNode(registry, { key });
    expect(await back.code('mutation { claimAgent(id: "a/b") { agent } }')).toBe('NODE_REVOKED');
  });

  test('takes the place of its earlier connection', async () => {
    const { registry } = await registryOnDisk();
    const first = await registerMember(registry);
    const second = await connectNode(registry, { key: first.key });
    await register(second);
    expect(first.closedWith).toBe(4410);
    expect(await second.data('{ self { id } }')).toEqual({ self: { id: first.id } });
  });
});

describe('another key for a node', () => {
  async function rotation(connection: Awaited<ReturnType<typeof registerMember>>, to = newKey()) {
    const challenge = await challengeFor(connection);
    const statement = rotationStatement(challenge, {
      node: connection.id,
      from: connection.key.publicKey,
      to: to.publicKey,
    });
    return {
      to,
      input: {
        challenge: challenge.id,
        publicKey: to.publicKey.line,
        signatureByOld: signText(connection.key, statement),
        signatureByNew: signText(to, statement),
      },
    };
  }
  const query = 'mutation ($input: RotateKeyInput!) { rotateKey(input: $input) { id fingerprint } }';

  test('is the same node; the old one is good for a day more, and both are remembered', async () => {
    let time = Date.now();
    const { registry, db } = await registryOnDisk({ now: () => time });
    const old = await registerMember(registry);
    const { to, input } = await rotation(old);
    expect(await old.data(query, { input })).toEqual({
      rotateKey: { id: 'rome', fingerprint: to.publicKey.fingerprint },
    });
    const next = await connectNode(registry, { key: to });
    expect(await register(next)).toMatchObject({ id: 'rome', approved: true });
    expect(await register(await connectNode(registry, { key: old.key }))).toMatchObject({ id: 'rome' });
    time += limits.keyOverlapMs;
    expect(await refusal(await connectNode(registry, { key: old.key }))).toBe('JOIN_REFUSED');
    expect(await old.code('{ self { id } }')).toBe('UNAUTHENTICATED');
    expect(await next.data('{ self { id } }')).toEqual({ self: { id: 'rome' } });
    const keys = await db.selectFrom('node_keys').select(['fingerprint', 'valid_to']).orderBy('id').execute();
    expect(keys).toEqual([
      { fingerprint: old.key.publicKey.fingerprint, valid_to: new Date(time).toISOString() },
      { fingerprint: to.publicKey.fingerprint, valid_to: null },
    ]);
  });

  test('is the same once more, for whoever has not heard that it was taken', async () => {
    let time = Date.now();
    const { registry, db } = await registryOnDisk({ now: () => time });
    const node = await registerMember(registry);
    const { to, input } = await rotation(node);
    await node.data(query, { input });
    const keys = () => db.selectFrom('node_keys').selectAll().execute();
    const before = await keys();
    time += 1_000;
    const again = await rotation(node, to);
    expect(await node.data(query, { input: again.input })).toMatchObject({
      rotateKey: { fingerprint: to.publicKey.fingerprint },
    });
    expect(await keys()).toEqual(before);
  });

  test('is not taken unless both have signed, and not when a node has or had it', async () => {
    const { registry } = await registryOnDisk();
    const node = await registerMember(registry);
    const { input } = await rotation(node);
    const swapped = { ...input, signatureByNew: input.signatureByOld };
    expect(await node.code(query, { input: swapped })).toBe('BAD_SIGNATURE');
    expect(await node.code(query, { input })).toBe('CHALLENGE_INVALID');
    const other = await registerMember(registry, { name: 'milan' });
    const taken = await rotation(node, other.key);
    expect(await node.code(query, { input: taken.input })).toBe('ALREADY_EXISTS');
  });
});

describe('a node that leaves for good', () => {
  test('is out, its agents are free, and its name is after a month', async () => {
    let time = Date.now();
    const { registry } = await registryOnDisk({ now: () => time });
    const node = await registerMember(registry);
    await registry.directory.claim('ada/guard', node.id);
    expect((await registry.homes.locate(['ada/guard'])).size).toBe(1);
    await node.data('mutation { leave }');
    expect(await registry.members.list()).toEqual([]);
    expect(await registry.homes.locate(['ada/guard'])).toEqual(new Map());
    expect(await refusal(await connectNode(registry, { key: node.key }))).toBe('NODE_RETIRED');
    expect(await node.code('mutation { claimAgent(id: "a/b") { agent } }')).toBe('NODE_RETIRED');
    const query = '{ nodes(status: RETIRED) { nodes { id status } } }';
    expect(await dataOf(registry.shape, { query })).toEqual({
      nodes: { nodes: [{ id: 'rome', status: 'RETIRED' }] },
    });
    expect((await registerMember(registry)).id).not.toBe('rome');
    time += limits.retiredNameMs;
    expect((await registerMember(registry)).id).toBe('rome');
    expect(await refusal(await connectNode(registry, { key: node.key }))).toBe('NODE_RETIRED');
  });
});

describe('strangers', () => {
  const query = 'mutation { nodeChallenge { id } }';

  test('are given so many challenges in a minute at one address, which keeps none from nodes and others', async () => {
    const { registry } = await registryOnDisk();
    const member = await registerMember(registry);
    for (let i = 0; i < limits.maxChallengesPerMinute - 1; i += 1)
      await (await connectNode(registry)).data(query);
    const stranger = await connectNode(registry);
    expect(await stranger.code(query)).toBe('RATE_LIMITED');
    await (await connectNode(registry, { key: member.key })).data(query);
    await (await connectNode(registry, { address: far })).data(query);
  });

  test('have no more challenges by a key that waits to be approved', async () => {
    const { registry } = await registryOnDisk({ approveLoopback: false });
    const pending = await connectNode(registry);
    await register(pending);
    for (let i = 0; i < limits.maxChallengesPerMinute; i += 1) await pending.data(query);
    expect(await pending.code(query)).toBe('RATE_LIMITED');
    await (await connectNode(registry)).data(query);
  });

  test('who hold many connections lose the oldest of their address, then the oldest of all, and nodes lose none', async () => {
    const { registry } = await registryOnDisk();
    const member = await registerMember(registry);
    const known = await connectNode(registry, { key: member.key });
    const { maxStrangers, maxStrangersPerAddress } = limits;
    const come = (address: string) => connectNode(registry, { address });
    const others: Awaited<ReturnType<typeof come>>[] = [];
    for (let i = 0; i < maxStrangers - maxStrangersPerAddress; i += 1) {
      others.push(await come(`192.0.2.${i}`));
    }
    const crowd: Awaited<ReturnType<typeof come>>[] = [];
    for (let i = 0; i < maxStrangersPerAddress; i += 1) crowd.push(await come('198.51.100.1'));
    const closed = () => [...others, ...crowd].filter(({ closedWith }) => closedWith !== undefined);
    expect(closed()).toEqual([]);
    await come('198.51.100.1');
    expect(closed()).toEqual([crowd[0]]);
    await come('203.0.113.1');
    expect(closed()).toEqual([others[0], crowd[0]]);
    expect([member.closedWith, known.closedWith]).toEqual([undefined, undefined]);
    // Whoever registers is a stranger no more.
    const [, guest] = others;
    if (guest) await register(guest);
    for (let i = 0; i < maxStrangers; i += 1) await come(`203.0.113.${i}`);
    expect(others[1]?.closedWith).toBeUndefined();
    expect(others[2]?.closedWith).toBe(4403);
  });

  test('by the key of a node hold no more connections than its errands need', async () => {
    const { registry } = await registryOnDisk();
    const member = await registerMember(registry);
    const first = await connectNode(registry, { key: member.key });
    for (let i = 0; i < limits.maxVisitsPerKey; i += 1) await connectNode(registry, { key: member.key });
    expect(first.closedWith).toBe(4403);
    expect(member.closedWith).toBeUndefined();
  });
});

describe('a connection', () => {
  test('of no node may only register', async () => {
    const { registry } = await registryOnDisk();
    const connection = await connectNode(registry);
    for (const query of [
      '{ self { id } }',
      '{ agentHomes(ids: []) { node } }',
      '{ peers(ids: []) { id } }',
      'mutation { goodbye }',
      'mutation { leave }',
    ])
      expect(await connection.code(query)).toBe('UNAUTHENTICATED');
    await expect(connection.events('subscription { selfChanges { id } }')).rejects.toThrow('UNAUTHENTICATED');
    await expect(connection.events('subscription { changes { node } }')).rejects.toThrow('UNAUTHENTICATED');
  });

  test('without a certificate is refused', async () => {
    const { registry } = await registryOnDisk();
    const accept = async () =>
      registry.network.accept({}, { clientAddress: far, peerKey: undefined, close: () => undefined });
    await expect(accept()).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  });

  test('without a session, as somebody else might carry the schema, is for nobody', async () => {
    const { registry } = await registryOnDisk();
    const query = '{ self { id } }';
    expect(await codeOf(registry.network.shape, { query, session: {} })).toBe('FORBIDDEN');
  });

  test('ends when the initial node stops', async () => {
    const { registry } = await registryOnDisk();
    const connection = await connectNode(registry);
    await register(connection);
    await registry.close();
    expect(connection.closedWith).toBe(1001);
  });
});

test('the owner of a node is a person of the network', async () => {
  const { registry, db } = await registryOnDisk();
  await addPerson(db, 'ada');
  await registerMember(registry, { owner: 'ada' });
  const query = '{ node(id: "rome") { owner { username } kind status } }';
  expect(await dataOf(registry.shape, { query })).toEqual({
    node: { owner: { username: 'ada' }, kind: 'TRUSTED', status: 'OFFLINE' },
  });
});
