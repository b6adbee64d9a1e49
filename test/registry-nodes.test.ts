import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { limits } from '../schema/limits.ts';
import { parsePublicKey } from '../identity/public-key.ts';
import type { Registry } from '../subgraphs/registry/registry.ts';
import type { Viewer } from '../wire/viewer.ts';
import { connectNode, register, registerMember } from './support/network-connection.ts';
import { newKey } from './support/node-keys.ts';
import { codeOf, dataOf, registryOnDisk } from './support/registry-on-disk.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const admin: Viewer = { username: 'root', role: 'ADMIN' };

async function registerAll(registry: Registry, names: readonly string[]) {
  for (const name of names) await register(await connectNode(registry), { name });
}

describe('the list of nodes', () => {
  const query = `query ($kind: NodeKind, $status: NodeStatus, $first: Int, $after: String) {
    nodes(kind: $kind, status: $status, first: $first, after: $after) {
      edges { cursor node { id } } nodes { id } pageInfo { hasNextPage endCursor } totalCount
    }
  }`;
  interface Answer {
    nodes: {
      edges: { cursor: string; node: { id: string } }[];
      nodes: { id: string }[];
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
      totalCount: number;
    };
  }
  const read = async (registry: Registry, variables: Record<string, unknown>) => {
    const data = await dataOf(registry.shape, { query, variables });
    return (data as unknown as Answer).nodes;
  };

  test('is read by pages, exact while others join', async () => {
    const { registry } = await registryOnDisk();
    await registerAll(registry, ['e', 'a', 'd', 'b']);
    const first = await read(registry, { first: 3 });
    expect(first.nodes.map(({ id }) => id)).toEqual(['e', 'a', 'd']);
    expect(first.edges.map(({ node }) => node.id)).toEqual(['e', 'a', 'd']);
    expect(first).toMatchObject({
      pageInfo: { hasNextPage: true, endCursor: first.edges[2]?.cursor },
      totalCount: 4,
    });
    await registerAll(registry, ['c']);
    const second = await read(registry, { first: 3, after: first.pageInfo.endCursor });
    expect(second.nodes.map(({ id }) => id)).toEqual(['b', 'c']);
    expect(second).toMatchObject({ pageInfo: { hasNextPage: false }, totalCount: 5 });
    expect(await read(registry, { after: second.pageInfo.endCursor })).toMatchObject({
      nodes: [],
      pageInfo: { hasNextPage: false, endCursor: null },
    });
  });

  test('is narrowed by kind and by status', async () => {
    const { registry } = await registryOnDisk();
    await registerAll(registry, ['a', 'b']);
    await register(await connectNode(registry), { name: 'c', kind: 'LOCAL' });
    await register(await connectNode(registry, { address: '192.0.2.7' }), { name: 'd', kind: 'LOCAL' });
    const pending = expect.stringMatching(/^pending-/) as string;
    await registry.members.markOnline('b');
    const ids = async (variables: Record<string, unknown>) =>
      (await read(registry, variables)).nodes.map(({ id }) => id);
    expect(await ids({ kind: 'LOCAL' })).toEqual(['c', pending]);
    expect(await ids({ status: 'ONLINE' })).toEqual(['b']);
    expect(await ids({ status: 'OFFLINE' })).toEqual(['a', 'c']);
    expect(await ids({ status: 'PENDING', kind: 'LOCAL' })).toEqual([pending]);
    expect(await read(registry, { kind: 'PROXY' })).toMatchObject({ nodes: [], totalCount: 0 });
  });

  test.each([0, -1, limits.maxPageSize + 1])('has no page of %d', async (first) => {
    const { registry } = await registryOnDisk();
    expect(await codeOf(registry.shape, { query, variables: { first } })).toBe('BAD_PAGE_SIZE');
  });

  test('takes no cursor but its own', async () => {
    const { registry } = await registryOnDisk();
    await registerAll(registry, ['a']);
    const { pageInfo } = await read(registry, {});
    const own = String(pageInfo.endCursor);
    const library = 'query ($after: String) { library(after: $after) { totalCount } }';
    expect(await codeOf(registry.shape, { query: library, variables: { after: own } })).toBe('BAD_CURSOR');
    for (const after of ['', '1', 'garbage', `1${own}`, own.toUpperCase(), `${own}=`, 'x'.repeat(100_000)])
      expect(await codeOf(registry.shape, { query, variables: { after } })).toBe('BAD_CURSOR');
  });
});

describe('admins', () => {
  test('alone approve and revoke', async () => {
    const { registry } = await registryOnDisk();
    for (const query of [
      'mutation { approveNode(fingerprint: "SHA256:x") { id } }',
      'mutation { revokeNode(id: "rome") { id } }',
      'mutation { createJoinToken(kind: LOCAL) { token } }',
    ]) {
      expect(await codeOf(registry.shape, { query })).toBe('UNAUTHENTICATED');
      const viewer: Viewer = { username: 'ada', role: 'DEVELOPER' };
      expect(await codeOf(registry.shape, { query, viewer })).toBe('FORBIDDEN');
    }
  });

  test('approve and revoke twice as well as once, and not what is not there', async () => {
    const { registry } = await registryOnDisk({ approveLoopback: false });
    const connection = await connectNode(registry);
    const { fingerprint } = await register(connection);
    const closed = new Promise<void>((resolve) => {
      registry.members.changes.listen(({ kind }) => void (kind === 'REVOKED' && setImmediate(resolve)));
    });
    const change = (query: string) =>
      dataOf(registry.shape, { query: `mutation { ${query} }`, viewer: admin });
    const codeFor = (query: string) =>
      codeOf(registry.shape, { query: `mutation { ${query} }`, viewer: admin });
    for (let i = 0; i < 2; i += 1)
      expect(await change(`approveNode(fingerprint: "${fingerprint}") { status }`)).toEqual({
        approveNode: { status: 'OFFLINE' },
      });
    for (let i = 0; i < 2; i += 1)
      expect(await change('revokeNode(id: "rome", reason: "spam") { status }')).toEqual({
        revokeNode: { status: 'REVOKED' },
      });
    await closed;
    expect(connection.closedWith).toBe(4403);
    expect(await connection.code('mutation { claimAgent(id: "a/b") { agent } }')).toBe('NODE_REVOKED');
    expect(await codeFor(`approveNode(fingerprint: "${fingerprint}") { id }`)).toBe('NODE_REVOKED');
    expect(await codeFor('approveNode(fingerprint: "SHA256:nobody") { id }')).toBe('NODE_UNKNOWN');
    expect(await codeFor('revokeNode(id: "nowhere") { id }')).toBe('NODE_UNKNOWN');
    expect(await codeFor(`revokeNode(id: "rome", reason: "${'x'.repeat(301)}") { id }`)).toBe(
      'BAD_USER_INPUT',
    );
    expect(await registry.members.list()).toEqual([]);
  });

  test('cannot throw out the initial node, which is the same at each start', async () => {
    const { registry } = await registryOnDisk();
    const { publicKey } = newKey();
    const claim = { name: 'centre', address: '127.0.0.1', port: 4_000 };
    const first = await registry.members.registerInitial(claim, publicKey);
    const second = await registry.members.registerInitial(
      { ...claim, name: 'capital', port: 5_000 },
      publicKey,
    );
    expect(second).toMatchObject({ id: first.id, node_id: 'centre', node_name: 'capital', status: 'online' });
    expect(await registry.members.list()).toEqual([]);
    const query = 'mutation { revokeNode(id: "centre") { id } }';
    expect(await codeOf(registry.shape, { query, viewer: admin })).toBe('FORBIDDEN');
  });
});

describe('changes of nodes', () => {
  const query = 'subscription { nodeChanges { kind node { id status } at } }';
  const subscribe = async (registry: Registry) => {
    const events = await registry.shape.subscribe({ query });
    if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events.errors));
    return events;
  };

  test('are told to every reader, in order', async () => {
    const { registry } = await registryOnDisk();
    const readers = [await subscribe(registry), await subscribe(registry)];
    const { id } = await registerMember(registry);
    const { members } = registry;
    await members.markOnline(id);
    await members.markOnline(id);
    await members.markOffline(id);
    await members.leave(id);
    await members.markOnline(id);
    await members.revoke(id, null);
    await members.markOnline(id);
    for (const reader of readers) {
      const told: string[] = [];
      while (told.length < 6) {
        const { value } = await reader.next();
        const change = Object(Object(value.data).nodeChanges);
        told.push(`${change.kind} ${Object(change.node).status}`);
      }
      expect(told).toEqual([
        'REGISTERED PENDING',
        'APPROVED OFFLINE',
        'ONLINE ONLINE',
        'OFFLINE OFFLINE',
        'LEFT OFFLINE',
        'REVOKED REVOKED',
      ]);
      await reader.return?.();
    }
  });

  test('end for a reader that does not take them, after what was kept for it, and for no other', async () => {
    const { registry } = await registryOnDisk();
    await registerAll(registry, ['a']);
    const [slow, quick] = [await subscribe(registry), await subscribe(registry)];
    for (let i = 0; i <= limits.maxReaderLagEvents / 2; i += 1) {
      await registry.members.markOnline('a');
      await registry.members.markOffline('a');
      await quick.next();
      await quick.next();
    }
    for (let i = 0; i < limits.maxReaderLagEvents; i += 1)
      expect((await slow.next()).value.errors).toBeUndefined();
    const last = await slow.next();
    expect(last.value.errors?.[0]?.extensions['code']).toBe('SUBSCRIBER_TOO_SLOW');
    expect(await slow.next()).toMatchObject({ done: true });
    const next = quick.next();
    await registry.members.markOnline('a');
    expect((await next).value.errors).toBeUndefined();
    await quick.return?.();
  });

  test('can be stopped while none comes', async () => {
    const { registry } = await registryOnDisk();
    const events = await subscribe(registry);
    const next = events.next();
    await events.return?.();
    expect(await next).toMatchObject({ done: true });
  });
});

test('nobody is online when the initial node starts', async () => {
  const { registry, file, db } = await registryOnDisk();
  await registerAll(registry, ['a', 'b']);
  await registry.members.markOnline('a');
  await registry.members.touch(['a', 'b']);
  const { registry: restarted } = await registryOnDisk({ file });
  expect((await restarted.members.list()).map(({ status }) => status)).toEqual(['offline', 'offline']);
  expect(await db.selectFrom('nodes').select('last_seen').where('last_seen', 'is', null).execute()).toEqual(
    [],
  );
});

describe('a public key', () => {
  test('has the fingerprint that OpenSSH gives it', () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl github.com';
    expect(parsePublicKey(key)).toMatchObject({
      line: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl',
      fingerprint: 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU',
    });
  });

  const keygen = '/usr/bin/ssh-keygen';
  test.runIf(existsSync(keygen))(
    'is one that ssh-keygen has made, with the fingerprint that it prints',
    () => {
      const file = join(temporaryFolder(), 'key');
      execFileSync(keygen, ['-q', '-t', 'ed25519', '-N', '', '-C', 'somebody@somewhere', '-f', file]);
      const printed = execFileSync(keygen, ['-l', '-f', `${file}.pub`], { encoding: 'utf8' });
      expect(printed).toContain(parsePublicKey(readFileSync(`${file}.pub`, 'utf8')).fingerprint);
    },
  );
});
