import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openRegistryTables } from '../nodes/open-tables.ts';
import { disableUser, enableUser } from '../subgraphs/registry/restrict-users.ts';
import { setRole } from '../subgraphs/registry/users.ts';
import { at } from './support/open-world.ts';
import { postGraphql } from './support/post-graphql.ts';
import { type RealNetwork, ada, startRealNetwork } from './support/start-real-network.ts';
import { openReadyClient } from './support/websocket-server.ts';

// Nodes that start on a busy machine take their time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let network: RealNetwork;
beforeAll(async () => {
  network = await startRealNetwork({ others: [{ username: 'root', role: 'ADMIN' }] });
});
afterAll(() => network.close());

async function signIn(username: string): Promise<string> {
  const query =
    'mutation ($username: String!, $password: String!) { signIn(username: $username, password: $password) { token } }';
  const { body } = await postGraphql(`${network.url}/graphql`, {
    query,
    variables: { username, password: ada.password },
  });
  return String(at(body, 'data', 'signIn', 'token'));
}

function ask(query: string, token: string) {
  return postGraphql(`${network.url}/graphql`, { query }, { authorization: `Bearer ${token}` });
}

async function openSocket(token: string) {
  const client = await openReadyClient(`${network.url.replace(/^http/, 'ws')}/graphql`, {
    headers: { authorization: `Bearer ${token}` },
  });
  client.send({
    id: '1',
    type: 'subscribe',
    payload: { query: 'subscription { agentLog(agent: "ada/scout") { text } }' },
  });
  expect(await client.next()).toMatchObject({ id: '1', type: 'next' });
  return client;
}

/** Beside the running node, as the command line does it. */
async function withTables<T>(
  action: (db: Awaited<ReturnType<typeof openRegistryTables>>['db']) => Promise<T>,
) {
  const tables = await openRegistryTables(network.initialFolder);
  try {
    return await action(tables.db);
  } finally {
    await tables.close();
  }
}

describe('a person who is disabled', () => {
  test.each([
    [
      'by the graph',
      async () =>
        void (await ask(
          'mutation { disableUser(username: "ada", reason: "spam") { username } }',
          await signIn('root'),
        )),
    ],
    [
      'beside the running initial node',
      () => withTables(async (db) => void (await disableUser(db, { username: 'ada', reason: 'spam' }))),
    ],
  ])('%s is out within 2 s: sockets, requests, agents', async (_, disable) => {
    const token = await signIn('ada');
    const other = await signIn('root');
    await ask(
      `mutation { deployAgent(node: "${network.initial}", input: { name: "scout", code: "0" }) { id } }`,
      token,
    );
    await ask('mutation { setAgentStatus(id: "ada/scout", status: RUNNING) { id } }', token);
    const socket = await openSocket(token);
    const kept = await openSocket(other);

    const start = performance.now();
    await disable();
    expect(await socket.closed).toMatchObject({ code: 4403 });
    const { status, body } = await ask('{ me { username } }', token);
    expect(status).toBe(401);
    expect(at(body, 'errors', 0, 'extensions', 'code')).toBe('UNAUTHENTICATED');
    for (;;) {
      const message = await kept.next();
      if (JSON.stringify(message).includes('owner has been disabled')) break;
    }
    expect(performance.now() - start).toBeLessThan(2_000);
    kept.socket.close();

    const restart = 'mutation { setAgentStatus(id: "ada/scout", status: RUNNING) { id } }';
    expect(at((await ask(restart, other)).body, 'errors', 0, 'extensions', 'code')).toBe('USER_DISABLED');
    const agents = await ask('{ agents(owner: "ada") { nodes { status } } }', other);
    expect(at(agents.body, 'data', 'agents', 'nodes', 0, 'status')).toBe('STOPPED');

    await withTables((db) => enableUser(db, 'ada'));
    await vi.waitFor(async () =>
      expect((await ask(restart, await signIn('ada'))).body.errors).toBeUndefined(),
    );
  });
});

test('the agents of a disabled person stop on every node within 2 s, and on one that was away when it is back', async () => {
  const root = await signIn('root');
  const isRunning = async (name: string) => {
    const { body } = await ask(
      `{ agents(owner: "ada", nodes: ["${network.harbour}"]) { nodes { name status } } }`,
      root,
    );
    const nodes = at(body, 'data', 'agents', 'nodes') as readonly { name: string; status: string }[];
    return nodes.find((agent) => agent.name === name)?.status === 'RUNNING';
  };
  const start = async (name: string) => {
    const token = await signIn('ada');
    await ask(
      `mutation { deployAgent(node: "${network.harbour}", input: { name: "${name}", code: "0" }) { id } }`,
      token,
    );
    await ask(`mutation { setAgentStatus(id: "ada/${name}", status: RUNNING) { id } }`, token);
    expect(await isRunning(name)).toBe(true);
  };
  await start('guard');
  await withTables((db) => disableUser(db, { username: 'ada', reason: null }));
  await vi.waitFor(async () => expect(await isRunning('guard')).toBe(false), {
    timeout: 2_000,
    interval: 20,
  });

  await withTables((db) => enableUser(db, 'ada'));
  await vi.waitFor(() => start('guard'), { timeout: 10_000, interval: 100 });
  await network.stopHarbour();
  await withTables((db) => disableUser(db, { username: 'ada', reason: null }));
  await network.restartHarbour();
  await vi.waitFor(async () => expect(await isRunning('guard')).toBe(false), {
    timeout: 10_000,
    interval: 50,
  });
  await withTables((db) => enableUser(db, 'ada'));
});

test('who is muted writes to nobody, nor does an agent of theirs on any node, until they are unmuted', async () => {
  const root = await signIn('root');
  const token = await signIn('ada');
  for (const name of ['herald', 'hearer']) {
    const deploy = `mutation { deployAgent(node: "${network.harbour}", input: { name: "${name}", code: "0" }) { id } }`;
    // Harbour may not have heard yet that she has been enabled again.
    await vi.waitFor(async () => expect((await ask(deploy, token)).body.errors).toBeUndefined(), {
      timeout: 10_000,
      interval: 50,
    });
  }
  const send = async (from: string) => {
    const input = `{ to: "ada/hearer", body: 1${from} }`;
    const { body } = await ask(`mutation { sendMessage(input: ${input}) { state } }`, token);
    return at(body, 'errors', 0, 'extensions', 'code') ?? at(body, 'data', 'sendMessage', 'state');
  };
  expect([await send(''), await send(', from: "ada/herald"')]).toEqual(['STORED', 'STORED']);

  await ask('mutation { muteUser(username: "ada", reason: "shouting") { username } }', root);
  await vi.waitFor(async () => expect(await send(', from: "ada/herald"')).toBe('USER_MUTED'), {
    timeout: 2_000,
    interval: 20,
  });
  expect(await send('')).toBe('USER_MUTED');
  const { body } = await ask('{ me { muted mutedReason } }', token);
  expect(at(body, 'data', 'me')).toEqual({ muted: true, mutedReason: 'shouting' });

  await ask('mutation { unmuteUser(username: "ada") { username } }', root);
  expect(await send('')).toBe('STORED');
  await vi.waitFor(async () => expect(await send(', from: "ada/herald"')).toBe('STORED'), {
    timeout: 2_000,
    interval: 20,
  });
});

describe('an open socket', () => {
  test('ends with its session, and another session of the same person goes on', async () => {
    const [one, other] = [await signIn('ada'), await signIn('ada')];
    const [socket, kept] = [await openSocket(one), await openSocket(other)];
    await ask('mutation { signOut }', one);
    expect(await socket.closed).toMatchObject({ code: 4403 });
    kept.send({ id: '2', type: 'subscribe', payload: { query: '{ me { username } }' } });
    await vi.waitUntil(() => kept.unread.some(({ id }) => id === '2'));
    kept.socket.close();
  });

  test('is to be opened anew when the role of its person changes', async () => {
    const socket = await openSocket(await signIn('ada'));
    await withTables((db) => setRole(db, 'ada', 'PLAYER'));
    expect(await socket.closed).toMatchObject({ code: 1012 });
    await withTables((db) => setRole(db, 'ada', 'DEVELOPER'));
  });
});
