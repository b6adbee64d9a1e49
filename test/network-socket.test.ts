import { describe, expect, onTestFinished, test } from 'vitest';
import type { NodeKey } from '../identity/node-key.ts';
import { mintViewerToken } from '../identity/viewer-token.ts';
import { type NetworkChange, type NetworkStatus, connectToInitial } from '../nodes/network-client.ts';
import { EventLog } from './support/event-log.ts';
import { type NetworkServer, startNetworkServer } from './support/network-server.ts';
import { type Identity, newIdentity } from './support/node-keys.ts';
import { registryOnDisk } from './support/registry-on-disk.ts';

/** A node's client, with all that has happened to it. */
function startNode(server: NetworkServer, identity: Identity) {
  const statuses = new EventLog<NetworkStatus>();
  const changes = new EventLog<NetworkChange>();
  const client = connectToInitial({
    dial: server.dialAs(identity),
    key: identity.key,
    registration: () => ({ name: 'rome', kind: 'TRUSTED', port: 4001 }),
    onStatus: (status) => statuses.push(status),
    onChange: (change) => changes.push(change),
    retryFirstMs: 10,
    retryCapMs: 50,
  });
  onTestFinished(() => client.close());
  const reach = (phase: NetworkStatus['phase']) => statuses.until((status) => status.phase === phase);
  return { client, statuses, changes, reach };
}

/** That ada asks this node to have an agent of hers, as the gateway tells it. */
function adaAsks(key: NodeKey, node: string): Promise<string> {
  const viewer = { username: 'ada', role: 'DEVELOPER' } as const;
  return mintViewerToken({ key, audience: node, viewer, now: Date.now() });
}

describe('a node on a real connection', () => {
  test('waits, is approved by its fingerprint, claims agents, and says goodbye', async () => {
    const { registry, key } = await registryOnDisk({ approveLoopback: false });
    const server = await startNetworkServer(registry);
    const identity = await newIdentity();
    const { client, reach } = startNode(server, identity);
    const { fingerprint } = identity.key.publicKey;
    expect(await reach('PENDING')).toMatchObject({ node: { id: null, approved: false, fingerprint } });
    await expect(client.claimAgent('ada/guard')).rejects.toMatchObject({
      extensions: { code: 'NODE_PENDING' },
    });
    await registry.members.approve(fingerprint);
    expect(await reach('MEMBER')).toMatchObject({ node: { id: 'rome' } });
    expect(await client.claimAgent('ada/guard', await adaAsks(key, 'rome'))).toEqual({
      agent: 'ada/guard',
      node: 'rome',
      epoch: 1,
    });
    expect(await client.agentHomes(['ada/guard', 'ada/nobody'])).toHaveLength(1);
    expect(await client.releaseAgent('ada/guard')).toBe(true);
    await client.goodbye();
    expect(await registry.members.list()).toEqual([]);
  });

  test('is told what to ask for again: nodes that change, agents that are claimed', async () => {
    const { registry, key } = await registryOnDisk();
    const server = await startNetworkServer(registry);
    const { client, reach, changes } = startNode(server, await newIdentity());
    await reach('MEMBER');
    await changes.until(({ node, agent }) => node === null && agent === null);
    expect(client.unfollowedMs).toBe(0);
    await client.claimAgent('ada/guard', await adaAsks(key, 'rome'));
    await changes.until(({ agent }) => agent === 'ada/guard');
    const other = await newIdentity();
    const second = startNode(server, other);
    await second.reach('MEMBER');
    const { node } = await second.statuses.until((status) => status.phase === 'MEMBER').then(Object);
    await changes.until((change) => change.node === node.id);
    expect(await client.peers({ fingerprints: [other.key.publicKey.fingerprint] })).toEqual([
      {
        id: node.id,
        kind: 'TRUSTED',
        address: '127.0.0.1',
        port: 4001,
        fingerprints: [other.key.publicKey.fingerprint],
      },
    ]);
  });

  test('is the same node after the initial node was away', async () => {
    const { registry, file, key } = await registryOnDisk();
    const server = await startNetworkServer(registry);
    const { client, reach, statuses } = startNode(server, await newIdentity());
    await reach('MEMBER');
    await client.claimAgent('ada/guard', await adaAsks(key, 'rome'));
    const before = statuses.entries.length;
    await registry.close();
    await server.close();

    const { registry: restarted } = await registryOnDisk({ file });
    await startNetworkServer(restarted, server.port);
    await statuses.until((status) => status.phase === 'MEMBER' && statuses.entries.indexOf(status) >= before);
    expect(await restarted.members.list()).toMatchObject([{ node_id: 'rome' }]);
    expect(await client.claimAgent('ada/guard')).toMatchObject({ node: 'rome', epoch: 1 });
  });

  test('gives way to a later one with the same key', async () => {
    const { registry } = await registryOnDisk();
    const server = await startNetworkServer(registry);
    const identity = await newIdentity();
    const first = startNode(server, identity);
    await first.reach('MEMBER');
    const second = startNode(server, identity);
    await second.reach('MEMBER');
    await first.reach('REFUSED');
    expect(await registry.members.list()).toHaveLength(1);
    expect(second.client.status.phase).toBe('MEMBER');
  });

  test('that is thrown out does not come back', async () => {
    const { registry } = await registryOnDisk();
    const server = await startNetworkServer(registry);
    const identity = await newIdentity();
    const { reach } = startNode(server, identity);
    await reach('MEMBER');
    await registry.members.revoke('rome', 'it lied');
    expect(await reach('REFUSED')).toMatchObject({ problem: expect.stringContaining('rome') as string });
    const again = startNode(server, identity);
    expect(await again.reach('REFUSED')).toMatchObject({
      problem: expect.stringContaining('it lied') as string,
    });
  });

  test('that does not find the initial node it knows tells it nothing', async () => {
    const { registry, db } = await registryOnDisk();
    const server = await startNetworkServer(registry);
    const stranger = await newIdentity();
    const client = connectToInitial({
      // Whoever answers has another key than the one that this node was told.
      dial: async () => {
        const socket = await server.dialAs(stranger)();
        socket.destroy();
        throw new Error('Another key answers there');
      },
      key: stranger.key,
      registration: () => ({ name: 'rome', kind: 'TRUSTED', port: 4001 }),
      onStatus: () => undefined,
      retryFirstMs: 10,
    });
    onTestFinished(() => client.close());
    await expect(client.claimAgent('ada/guard')).rejects.toMatchObject({
      extensions: { code: 'INITIAL_UNREACHABLE' },
    });
    expect(await db.selectFrom('nodes').select('node_name').execute()).toEqual([{ node_name: 'centre' }]);
  });
});
