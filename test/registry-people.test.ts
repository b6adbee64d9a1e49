import { hash } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { limits } from '../schema/limits.ts';
import { addressBlock } from '../wire/address-block.ts';
import { createPasswords } from '../subgraphs/registry/passwords.ts';
import { createUser, listUsers, setPassword, setRole } from '../subgraphs/registry/users.ts';
import type { ExecutableShape } from '../wire/executable-shape.ts';
import { addPerson, codeIn, codeOf, dataOf, registryOnDisk } from './support/registry-on-disk.ts';

const signUp = `mutation ($username: String!, $password: String!) {
  signUp(input: { username: $username, password: $password }) { token expiresAt user { username role createdAt } }
}`;
const signIn = `mutation ($username: String!, $password: String!) {
  signIn(username: $username, password: $password) { token user { username } }
}`;

async function tokenOf(
  shape: ExecutableShape,
  username: string,
  password = 'correct horse',
): Promise<string> {
  const data = await dataOf(shape, { query: signIn, variables: { username, password } });
  const session = data['signIn'];
  if (typeof session !== 'object' || session === null || !('token' in session)) throw new Error('No session');
  return String(session.token);
}

describe('people', () => {
  test('sign up as players, and are who their token says', async () => {
    const { registry } = await registryOnDisk();
    const data = await dataOf(registry.shape, {
      query: signUp,
      variables: { username: 'ada', password: 'correct horse' },
    });
    expect(data).toMatchObject({ signUp: { user: { username: 'ada', role: 'PLAYER' } } });

    const token = await tokenOf(registry.shape, 'ada');
    const viewer = await registry.authenticate(token);
    expect(viewer).toMatchObject({ username: 'ada', role: 'PLAYER' });
    expect(await dataOf(registry.shape, { query: '{ me { username } }', viewer })).toEqual({
      me: { username: 'ada' },
    });
    expect(await dataOf(registry.shape, { query: '{ me { username } }' })).toEqual({ me: null });
  });

  test.each([
    ['capitals', 'Ada', 'correct horse', 'BAD_USER_INPUT'],
    ['a slash', 'a/da', 'correct horse', 'BAD_USER_INPUT'],
    ['no name', '', 'correct horse', 'BAD_USER_INPUT'],
    ['a name of 65 characters', 'a'.repeat(65), 'correct horse', 'BAD_USER_INPUT'],
    ['a name that stands for nobody', 'system', 'correct horse', 'BAD_USER_INPUT'],
    ['a password of 7 characters', 'ada', 'seven77', 'BAD_USER_INPUT'],
    ['a password of 257 characters', 'ada', 'x'.repeat(257), 'BAD_USER_INPUT'],
    ['a name that is taken', 'bob', 'correct horse', 'ALREADY_EXISTS'],
  ])('are not signed up with %s', async (_, username, password, code) => {
    const { registry, db } = await registryOnDisk();
    await addPerson(db, 'bob');
    expect(await codeOf(registry.shape, { query: signUp, variables: { username, password } })).toBe(code);
  });

  test('of two who sign up with one name at once, exactly one gets it', async () => {
    const { registry } = await registryOnDisk();
    const variables = { username: 'ada', password: 'correct horse' };
    const both = await Promise.all([1, 2].map(() => registry.shape.execute({ query: signUp, variables })));
    expect(both.filter(({ errors }) => errors === undefined)).toHaveLength(1);
    expect(both.map(({ errors }) => errors?.[0]?.extensions['code'])).toContain('ALREADY_EXISTS');
  });

  test('a wrong name and a wrong password are answered alike, after the same work', async () => {
    const { registry, db } = await registryOnDisk();
    await addPerson(db, 'ada');
    const answers = await Promise.all(
      ['ada', 'nobody'].map((username) =>
        registry.shape.execute({ query: signIn, variables: { username, password: 'wrong horse' } }),
      ),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.errors?.[0]?.extensions).toEqual({ code: 'BAD_CREDENTIALS' });

    const passwords = createPasswords();
    const hash = await passwords.hash('correct horse');
    const milliseconds = async (known: string | undefined) => {
      const start = performance.now();
      for (let i = 0; i < 8; i += 1) expect(await passwords.verify('wrong horse', known)).toBe(false);
      return performance.now() - start;
    };
    await milliseconds(hash);
    const [known, unknown] = [await milliseconds(hash), await milliseconds(undefined)];
    expect(unknown / known).toBeGreaterThan(0.4);
    expect(unknown / known).toBeLessThan(2.5);
  });

  test('too many failures for a name, or from an address, are turned away for a while', async () => {
    const { registry, db } = await registryOnDisk();
    await addPerson(db, 'ada');
    const attempt = (username: string, password: string, clientAddress?: string) =>
      codeOf(registry.shape, { query: signIn, variables: { username, password }, clientAddress });

    for (let i = 0; i < limits.maxSignInsPerMinute; i += 1)
      expect(await attempt('ada', 'wrong horse')).toBe('BAD_CREDENTIALS');
    expect(await attempt('ada', 'correct horse')).toBe('RATE_LIMITED');

    for (let i = 0; i < limits.maxSignInsPerMinute; i += 1)
      expect(await attempt(`nobody-${i}`, 'wrong horse', '192.0.2.1')).toBe('BAD_CREDENTIALS');
    expect(await attempt('somebody', 'wrong horse', '192.0.2.1')).toBe('RATE_LIMITED');
    expect(await attempt('somebody', 'wrong horse', '192.0.2.2')).toBe('BAD_CREDENTIALS');
  });

  test('who sign up from one address too often have to wait', async () => {
    const { registry } = await registryOnDisk();
    const attempt = (clientAddress: string) =>
      codeOf(registry.shape, { query: signUp, variables: { username: '', password: '' }, clientAddress });
    for (let i = 0; i < limits.maxSignUpsPerMinute; i += 1)
      expect(await attempt('192.0.2.1')).toBe('BAD_USER_INPUT');
    expect(await attempt('192.0.2.1')).toBe('RATE_LIMITED');
    expect(await attempt('192.0.2.2')).toBe('BAD_USER_INPUT');
  });

  test('strangers who guess cannot lock somebody out where they have signed in before', async () => {
    const { registry, db } = await registryOnDisk();
    await addPerson(db, 'ada');
    const attempt = (password: string, clientAddress: string) =>
      registry.shape.execute({
        query: signIn,
        variables: { username: 'ada', password },
        clientAddress,
      });
    const home = '2001:db8:1:2::7';
    expect((await attempt('correct horse', home)).errors).toBeUndefined();
    for (let i = 0; i < limits.maxSignInsPerMinute; i += 1)
      expect(codeIn(await attempt('wrong horse', `192.0.2.${i}`))).toBe('BAD_CREDENTIALS');
    expect(codeIn(await attempt('correct horse', '192.0.2.99'))).toBe('RATE_LIMITED');
    // Another address of the same household.
    expect((await attempt('correct horse', '2001:db8:1:2:ffff::1')).errors).toBeUndefined();
    for (let i = 0; i < limits.maxSignInsPerMinute; i += 1)
      expect(codeIn(await attempt('wrong horse', home))).toBe('BAD_CREDENTIALS');
    expect(codeIn(await attempt('correct horse', home))).toBe('RATE_LIMITED');
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0DB8::6', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['not an address', 'not an address'],
  ])('attempts from %s count for %s', (address, block) => {
    expect(addressBlock(address)).toBe(block);
  });

  test('a password kept under a lower cost is hashed anew at the next sign-in', async () => {
    const { registry, db } = await registryOnDisk();
    await addPerson(db, 'ada');
    const weak = await hash('correct horse', { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await db.updateTable('users').set({ password_hash: weak }).execute();
    const kept = async () =>
      (await db.selectFrom('users').select('password_hash').executeTakeFirst())?.password_hash;
    expect(
      await codeOf(registry.shape, {
        query: signIn,
        variables: { username: 'ada', password: 'wrong horse' },
      }),
    ).toBe('BAD_CREDENTIALS');
    expect(await kept()).toBe(weak);
    await tokenOf(registry.shape, 'ada');
    const strong = await kept();
    expect(strong).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await tokenOf(registry.shape, 'ada');
    expect(await kept()).toBe(strong);
    const passwords = createPasswords();
    for (const other of [
      '',
      '$2b$10$abc',
      '$argon2i$v=19$m=19456,t=2,p=1$a$b',
      '$argon2id$v=19$m=19456,t=1,p=1$a$b',
    ])
      expect(passwords.isWeak(other)).toBe(true);
  });

  test('signing in rightly never counts as a failure', async () => {
    const { registry, db } = await registryOnDisk();
    await addPerson(db, 'ada');
    for (let i = 0; i <= limits.maxSignInsPerMinute; i += 1)
      expect(await tokenOf(registry.shape, 'ada')).not.toBe('');
  });

  test('hashes wait for their turn, and those for which there is no room are turned away', async () => {
    const passwords = createPasswords({ atOnce: 1, waiting: 1 });
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => passwords.hash('correct horse')));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(outcomes[2]).toMatchObject({ reason: { extensions: { code: 'RATE_LIMITED' } } });
  });
});

describe('sessions', () => {
  test('are of no use when altered, made elsewhere, unsigned or out of date', async () => {
    let time = Date.parse('2026-11-23T12:00:00Z');
    const { registry, db } = await registryOnDisk({ now: () => time });
    const other = await registryOnDisk({ now: () => time });
    for (const { db: people } of [{ db }, other]) await addPerson(people, 'ada', 'ADMIN');
    const token = await tokenOf(registry.shape, 'ada');
    const [header, payload = '', signature] = token.split('.');
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...Object(claims), sub: 'eve' })).toString('base64url');
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');

    expect(await registry.authenticate(token)).toMatchObject({ username: 'ada', role: 'ADMIN' });
    expect(await other.registry.authenticate(token)).toBeUndefined();
    expect(await registry.authenticate(`${header}.${forged}.${signature}`)).toBeUndefined();
    expect(await registry.authenticate(`${unsigned}.${payload}.`)).toBeUndefined();
    for (const garbage of ['', '.', 'a.b.c', 'x'.repeat(1_000_000)])
      expect(await registry.authenticate(garbage)).toBeUndefined();
    time += limits.sessionLifetimeMs;
    expect(await registry.authenticate(token)).toBeUndefined();
  });

  test('outlive the process, and have the role that the person has now', async () => {
    const { registry, db, file } = await registryOnDisk();
    const admin = await addPerson(db, 'root', 'ADMIN');
    await addPerson(db, 'ada');
    const token = await tokenOf(registry.shape, 'ada');
    expect(await registry.authenticate(token)).toMatchObject({ username: 'ada', role: 'PLAYER' });
    await dataOf(registry.shape, {
      query: 'mutation { setRole(username: "ada", role: DEVELOPER) { role } }',
      viewer: admin,
    });
    expect(await registry.authenticate(token)).toMatchObject({ username: 'ada', role: 'DEVELOPER' });

    const { registry: restarted } = await registryOnDisk({ file });
    expect(await restarted.authenticate(token)).toMatchObject({ username: 'ada', role: 'DEVELOPER' });
  });

  test('end with a new password', async () => {
    const { registry, db } = await registryOnDisk();
    await addPerson(db, 'ada');
    const token = await tokenOf(registry.shape, 'ada');
    await setPassword(db, 'ada', 'battery staple');
    expect(await registry.authenticate(token)).toBeUndefined();
    expect(await registry.authenticate(await tokenOf(registry.shape, 'ada', 'battery staple'))).toBeDefined();
  });
});

describe('roles', () => {
  test('are for admins to give', async () => {
    const { registry, db } = await registryOnDisk();
    const viewer = await addPerson(db, 'ada', 'DEVELOPER');
    const query = 'mutation { setRole(username: "ada", role: ADMIN) { role } }';
    expect(await codeOf(registry.shape, { query })).toBe('UNAUTHENTICATED');
    expect(await codeOf(registry.shape, { query, viewer })).toBe('FORBIDDEN');
  });

  test('cannot be taken from the last admin, not even by two at once', async () => {
    const { db } = await registryOnDisk();
    await addPerson(db, 'ada', 'ADMIN');
    await expect(setRole(db, 'ada', 'PLAYER')).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    await addPerson(db, 'bob', 'ADMIN');
    const both = await Promise.allSettled([setRole(db, 'ada', 'PLAYER'), setRole(db, 'bob', 'PLAYER')]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(setRole(db, 'nobody', 'PLAYER')).rejects.toMatchObject({
      extensions: { code: 'NOT_FOUND' },
    });
  });
});

test('people are listed by pages for admins, in the order in which they came', async () => {
  const { registry, db } = await registryOnDisk();
  const viewer = await addPerson(db, 'root', 'ADMIN');
  for (const name of ['zoe', 'ada', 'bob'])
    await createUser(db, { username: name, password: 'correct horse' });
  const query = `query ($after: String) {
    users(first: 3, after: $after) { nodes { username } pageInfo { hasNextPage endCursor } totalCount }
  }`;
  const first = await dataOf(registry.shape, { query, viewer });
  expect(first).toMatchObject({
    users: {
      nodes: [{ username: 'root' }, { username: 'zoe' }, { username: 'ada' }],
      pageInfo: { hasNextPage: true },
      totalCount: 4,
    },
  });
  const { endCursor } = Object(Object(first['users']).pageInfo);
  expect(await dataOf(registry.shape, { query, viewer, variables: { after: endCursor } })).toMatchObject({
    users: { nodes: [{ username: 'bob' }], pageInfo: { hasNextPage: false }, totalCount: 4 },
  });
  expect(await codeOf(registry.shape, { query, viewer, variables: { after: 'zoe' } })).toBe('BAD_CURSOR');
  expect((await listUsers(db)).map(({ username, role }) => `${username} ${role}`)).toEqual([
    'root ADMIN',
    'zoe PLAYER',
    'ada PLAYER',
    'bob PLAYER',
  ]);
});
