import { sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import { limits } from '../schema/limits.ts';
import { findUser, listUsers, setPassword, setRole } from '../subgraphs/registry/users.ts';
import { disableUser, enableUser } from '../subgraphs/registry/restrict-users.ts';
import { openSessions } from '../subgraphs/registry/sessions.ts';
import type { RegistryTables } from '../subgraphs/registry/database.ts';
import { registryMigrations } from '../subgraphs/registry/migrations.ts';
import { createPasswords } from '../subgraphs/registry/passwords.ts';
import { type Registry, openRegistry } from '../subgraphs/registry/registry.ts';
import { migrate } from '../subgraphs/serve/migrate.ts';
import { openDatabase } from '../subgraphs/serve/open-database.ts';
import type { Viewer } from '../wire/viewer.ts';
import { connectNode, register } from './support/network-connection.ts';
import { newKey } from './support/node-keys.ts';
import { at } from './support/open-world.ts';
import { addPerson, codeOf, dataOf, registryOnDisk } from './support/registry-on-disk.ts';

/** Signs in as a program of that name. */
async function signIn(registry: Registry, username: string, userAgent = 'test') {
  const query = `mutation ($username: String!) {
    signIn(username: $username, password: "correct horse") { token session { id current } }
  }`;
  const data = await dataOf(registry.shape, { query, variables: { username }, userAgent });
  const token = String(at(data, 'signIn', 'token'));
  const viewer = await registry.authenticate(token);
  if (!viewer) throw new Error('Expected the token of a session');
  return { token, viewer, id: String(at(data, 'signIn', 'session', 'id')) };
}

const list = '{ sessions { id client current createdAt lastSeen expiresAt } }';
const endSession = 'mutation ($id: ID!) { endSession(id: $id) { id } }';
const change = 'mutation ($current: String!, $new: String!) { changePassword(current: $current, new: $new) }';
const disable =
  'mutation ($reason: String) { disableUser(username: "ada", reason: $reason) { disabled disabledReason } }';

async function adaSignedIn() {
  const opened = await registryOnDisk();
  await addPerson(opened.db, 'ada');
  const root = await addPerson(opened.db, 'root', 'ADMIN');
  return { ...opened, root, ada: await signIn(opened.registry, 'ada') };
}

describe('a session', () => {
  test('is listed for its person alone, with the program that opened it', async () => {
    const { registry, ada } = await adaSignedIn();
    const phone = await signIn(registry, 'ada', 'phone '.repeat(100));
    const root = await signIn(registry, 'root');
    const { sessions } = await dataOf(registry.shape, { query: list, viewer: ada.viewer });
    expect(sessions).toHaveLength(2);
    expect(sessions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: ada.id, client: 'test', current: true }),
        expect.objectContaining({
          id: phone.id,
          client: 'phone '.repeat(100).slice(0, limits.maxUserAgentLength),
          current: false,
        }),
      ]),
    );
    expect(JSON.stringify(sessions)).not.toContain(root.id);
    expect(await codeOf(registry.shape, { query: list })).toBe('UNAUTHENTICATED');
  });

  test('ends by signing out, and no other does', async () => {
    const { registry, ada } = await adaSignedIn();
    const other = await signIn(registry, 'ada');
    expect(await dataOf(registry.shape, { query: 'mutation { signOut }', viewer: ada.viewer })).toEqual({
      signOut: true,
    });
    expect(await registry.authenticate(ada.token)).toBeUndefined();
    expect(await registry.authenticate(other.token)).toBeDefined();
    const withoutSession: Viewer = { username: 'ada', role: 'PLAYER' };
    expect(await codeOf(registry.shape, { query: 'mutation { signOut }', viewer: withoutSession })).toBe(
      'UNAUTHENTICATED',
    );
  });

  test('is ended by its person from another one, and by nobody else', async () => {
    const { registry, ada } = await adaSignedIn();
    const other = await signIn(registry, 'ada');
    const root = await signIn(registry, 'root');
    const end = (viewer: Viewer, id: string) => ({ query: endSession, variables: { id }, viewer });
    expect(await codeOf(registry.shape, end(root.viewer, ada.id))).toBe('NOT_FOUND');
    expect(await dataOf(registry.shape, end(other.viewer, ada.id))).toEqual({ endSession: { id: ada.id } });
    expect(await registry.authenticate(ada.token)).toBeUndefined();
    expect(await codeOf(registry.shape, end(other.viewer, ada.id))).toBe('NOT_FOUND');
    expect(await codeOf(registry.shape, end(other.viewer, 'no such'))).toBe('NOT_FOUND');
  });

  test('that is unused for longest ends when a person opens too many', async () => {
    let time = Date.parse('2026-11-25T12:00:00Z');
    const now = () => time;
    const { registry, db, file } = await registryOnDisk({ now });
    await addPerson(db, 'ada');
    const first = await signIn(registry, 'ada');
    time += 1_000;
    const second = await signIn(registry, 'ada');
    time += limits.sessionSeenEveryMs;
    // A registry that has looked at no session yet.
    const later = await registryOnDisk({ file, now });
    expect(await later.registry.authenticate(first.token)).toBeDefined();
    const stamp = new Date(time).toISOString();
    const others = Array.from({ length: limits.maxSessionsPerPerson - 2 }, (_, index) => ({
      id: `other-${index}`,
      username: 'ada',
      created_at: stamp,
      last_seen_at: stamp,
      expires_at: new Date(time + 60_000).toISOString(),
      client: null,
      ended_at: null,
    }));
    await db.insertInto('sessions').values(others).execute();
    await signIn(registry, 'ada');
    const last = await registryOnDisk({ file, now });
    expect(await last.registry.authenticate(second.token)).toBeUndefined();
    expect(await last.registry.authenticate(first.token)).toBeDefined();
  });
});

describe('a new password', () => {
  test('needs the old one, and ends the other sessions', async () => {
    const { registry, ada } = await adaSignedIn();
    const other = await signIn(registry, 'ada');
    const attempt = (current: string, next: string) => ({
      query: change,
      variables: { current, new: next },
      viewer: ada.viewer,
    });
    expect(await codeOf(registry.shape, attempt('wrong horse', 'battery staple'))).toBe('BAD_CREDENTIALS');
    expect(await codeOf(registry.shape, attempt('correct horse', 'short'))).toBe('BAD_USER_INPUT');
    expect(await registry.authenticate(other.token)).toBeDefined();
    await dataOf(registry.shape, attempt('correct horse', 'battery staple'));
    expect(await registry.authenticate(other.token)).toBeUndefined();
    expect(await registry.authenticate(ada.token)).toBeDefined();
    expect(await codeOf(registry.shape, attempt('correct horse', 'battery staple'))).toBe('BAD_CREDENTIALS');
  });

  test('of two at once, one is made', async () => {
    const { registry, ada } = await adaSignedIn();
    const codes = await Promise.all(
      ['battery staple', 'staple battery'].map((next) =>
        codeOf(registry.shape, {
          query: change,
          variables: { current: 'correct horse', new: next },
          viewer: ada.viewer,
        }),
      ),
    );
    expect(codes).toHaveLength(2);
    expect(codes.filter((code) => code === 'CONFLICT' || code === 'BAD_CREDENTIALS')).toHaveLength(1);
  });

  test('is not to be guessed by a thief of a session', async () => {
    const { registry, ada } = await adaSignedIn();
    const attempt = (current: string) =>
      codeOf(registry.shape, {
        query: change,
        variables: { current, new: 'battery staple' },
        viewer: ada.viewer,
        clientAddress: '192.0.2.1',
      });
    for (let i = 0; i < limits.maxSignInsPerMinute; i += 1)
      expect(await attempt('wrong horse')).toBe('BAD_CREDENTIALS');
    expect(await attempt('correct horse')).toBe('RATE_LIMITED');
  });
});

describe('a disabled person', () => {
  const signInQuery = (password: string) =>
    `mutation { signIn(username: "ada", password: "${password}") { token } }`;

  test('is out at once, and is told why only after the right password', async () => {
    const { registry, ada, root } = await adaSignedIn();
    const data = await dataOf(registry.shape, {
      query: disable,
      variables: { reason: 'spam' },
      viewer: root,
    });
    expect(data).toEqual({ disableUser: { disabled: true, disabledReason: 'spam' } });
    expect(await registry.authenticate(ada.token)).toBeUndefined();
    expect(await codeOf(registry.shape, { query: signInQuery('wrong horse') })).toBe('BAD_CREDENTIALS');
    const { errors } = await registry.shape.execute({ query: signInQuery('correct horse') });
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('spam') as string,
      extensions: { code: 'USER_DISABLED' },
    });
    await dataOf(registry.shape, {
      query: 'mutation { enableUser(username: "ada") { disabled disabledReason } }',
      viewer: root,
    });
    expect(await registry.authenticate(ada.token)).toBeUndefined();
    expect(await registry.authenticate((await signIn(registry, 'ada')).token)).toBeDefined();
  });

  test('is disabled by admins only, who give a reason of a sentence or two', async () => {
    const { registry, ada, root } = await adaSignedIn();
    expect(await codeOf(registry.shape, { query: disable })).toBe('UNAUTHENTICATED');
    expect(await codeOf(registry.shape, { query: disable, viewer: ada.viewer })).toBe('FORBIDDEN');
    const tooLong = { reason: 'x'.repeat(limits.maxReasonLength + 1) };
    expect(await codeOf(registry.shape, { query: disable, variables: tooLong, viewer: root })).toBe(
      'BAD_USER_INPUT',
    );
    const nobody = 'mutation { disableUser(username: "nobody") { username } }';
    expect(await codeOf(registry.shape, { query: nobody, viewer: root })).toBe('NOT_FOUND');
  });

  test('is known to be so to themselves and to admins', async () => {
    const { registry, ada, root } = await adaSignedIn();
    const query = (username: string) => `{ user(username: "${username}") { disabled disabledReason } }`;
    const enabled = { user: { disabled: false, disabledReason: null } };
    expect(await dataOf(registry.shape, { query: query('ada'), viewer: ada.viewer })).toEqual(enabled);
    expect(await dataOf(registry.shape, { query: query('ada'), viewer: root })).toEqual(enabled);
    expect(await codeOf(registry.shape, { query: query('root'), viewer: ada.viewer })).toBe('FORBIDDEN');
    expect(await codeOf(registry.shape, { query: query('ada') })).toBe('UNAUTHENTICATED');
  });

  test('is never the last admin, whether disabled first or demoted first, nor by two at once', async () => {
    const { db } = await registryOnDisk();
    const forbidden = { extensions: { code: 'FORBIDDEN' } };
    await addPerson(db, 'ada', 'ADMIN');
    await expect(disableUser(db, { username: 'ada', reason: null })).rejects.toMatchObject(forbidden);
    await addPerson(db, 'bob', 'ADMIN');
    const both = await Promise.allSettled(
      ['ada', 'bob'].map((username) => disableUser(db, { username, reason: null })),
    );
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(setRole(db, 'bob', 'PLAYER')).rejects.toMatchObject(forbidden);
    await setRole(db, 'ada', 'PLAYER');
    await enableUser(db, 'ada');
    await expect(disableUser(db, { username: 'bob', reason: null })).rejects.toMatchObject(forbidden);
  });

  test('cannot slip in while their password is being looked at, nor on one that has just been changed', async () => {
    const { registry, db } = await adaSignedIn();
    const before = await findUser(db, 'ada');
    if (!before) throw new Error('Expected ada');
    const signingIn = codeOf(registry.shape, { query: signInQuery('correct horse') });
    await disableUser(db, { username: 'ada', reason: null });
    expect(await signingIn).toBe('USER_DISABLED');

    const sessions = await openSessions({ db });
    await expect(sessions.open(before, undefined)).rejects.toMatchObject({
      extensions: { code: 'USER_DISABLED' },
    });
    await enableUser(db, 'ada');
    await setPassword(db, 'ada', 'battery staple');
    await expect(sessions.open(before, undefined)).rejects.toMatchObject({
      extensions: { code: 'BAD_CREDENTIALS' },
    });
  });
});

test('people of a database from before sessions were rows keep their passwords, and sign in anew', async () => {
  const database = openDatabase<RegistryTables>(':memory:');
  onTestFinished(() => database.close());
  const { db } = database;
  const before = Object.entries(registryMigrations).filter(([name]) => name < '004');
  await migrate(db, 'registry', Object.fromEntries(before));
  const hash = await createPasswords().hash('correct horse');
  await sql`insert into users (username, password_hash, role, created_at, session_generation)
    values ('ada', ${hash}, 'admin', '2026-11-23T12:00:00.000Z', 7)`.execute(db);
  await migrate(db, 'registry', registryMigrations);
  expect(await listUsers(db)).toEqual([
    { username: 'ada', role: 'ADMIN', createdAt: '2026-11-23T12:00:00.000Z' },
  ]);
  const registry = await openRegistry({
    db,
    key: newKey(),
    origin: () => 'network.example:4000',
    approveLoopback: true,
    readEntity: async () => undefined,
    onFault: () => undefined,
  });
  onTestFinished(() => registry.close());
  expect((await signIn(registry, 'ada')).viewer).toMatchObject({ username: 'ada', role: 'ADMIN' });
});

describe('what becomes of sessions', () => {
  test('is told of those who still use them', async () => {
    const { registry, db, ada, root } = await adaSignedIn();
    const kept = await signIn(registry, 'ada');
    const rootSession = await signIn(registry, 'root');
    await dataOf(registry.shape, { query: 'mutation { signOut }', viewer: ada.viewer });
    await addPerson(db, 'eve', 'ADMIN');
    await setRole(db, 'root', 'DEVELOPER');
    const fates = await registry.sessions.findChanged([ada.viewer, kept.viewer, rootSession.viewer, root]);
    expect([...fates]).toEqual([
      [ada.viewer, 'ENDED'],
      [rootSession.viewer, 'CHANGED'],
    ]);
  });

  test('is noticed within a second when another process changes it', async () => {
    const { registry, file, ada } = await adaSignedIn();
    const changes = registry.people.changes.read();
    // A connection of its own, as the command line has.
    const other = await registryOnDisk({ file });
    await disableUser(other.db, { username: 'ada', reason: null });
    expect((await changes.next()).value).toEqual({
      who: undefined,
      restricted: { disabled: ['ada'], muted: [] },
    });
    expect(await registry.authenticate(ada.token)).toBeUndefined();
    expect(await registry.people.restricted()).toEqual({ disabled: ['ada'], muted: [] });
    await changes.return?.();
  });
});

describe('nodes', () => {
  test('are told of everybody who is disabled, now and at every change', async () => {
    const { registry, db, root } = await adaSignedIn();
    await disableUser(db, { username: 'ada', reason: null });
    const connection = await connectNode(registry);
    await expect(connection.events('subscription { disabledPeople }')).rejects.toThrow('UNAUTHENTICATED');
    await register(connection);
    const events = await connection.events('subscription { disabledPeople }');
    const next = async () => at((await events.next()).value, 'data', 'disabledPeople');
    expect(await next()).toEqual(['ada']);
    const changed = next();
    // A role is nothing to them.
    await dataOf(registry.shape, {
      query: 'mutation { setRole(username: "ada", role: DEVELOPER) { role } }',
      viewer: root,
    });
    await dataOf(registry.shape, {
      query: 'mutation { enableUser(username: "ada") { username } }',
      viewer: root,
    });
    expect(await changed).toEqual([]);
    await events.return?.();
  });
});
