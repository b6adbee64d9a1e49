import { describe, expect, onTestFinished, test } from 'vitest';
import { type NetworkStatus, connectToInitial } from '../nodes/network-client.ts';
import { closeCodes } from '../schema/close-codes.ts';
import { EventLog } from './support/event-log.ts';
import { nodeInput, register, connectNode, registerQuery } from './support/network-connection.ts';
import { startNetworkServer } from './support/network-server.ts';
import { registryOnDisk } from './support/registry-on-disk.ts';
import { openRawClient, openReadyClient } from './support/websocket-server.ts';

interface Membership {
  readonly node: string;
  readonly secret: string;
}

/** A node's client, with all that has happened to it. */
function startNode(url: string, membership?: Membership) {
  const statuses = new EventLog<NetworkStatus>();
  const memberships = new EventLog<Membership>();
  const client = connectToInitial({
    url,
    membership,
    registration: () => ({
      name: 'rome',
      kind: 'TRUSTED',
      port: 4001,
      publicKey: String(nodeInput().input.publicKey),
    }),
    onMembership: (given) => memberships.push(given),
    onStatus: (status) => statuses.push(status),
    retryFirstMs: 10,
    retryCapMs: 50,
  });
  onTestFinished(() => client.close());
  const reach = (phase: NetworkStatus['phase']) => statuses.until((status) => status.phase === phase);
  return { client, memberships, statuses, reach };
}

describe('a node on a real connection', () => {
  test('waits, is approved, claims agents, and says goodbye', async () => {
    const { registry } = await registryOnDisk({ approveLoopback: false });
    const { url } = await startNetworkServer(registry);
    const { client, reach } = startNode(url);
    expect(await reach('PENDING')).toMatchObject({ node: { id: 'rome', approved: false } });
    await expect(client.claimAgent('ada/guard')).rejects.toMatchObject({
      extensions: { code: 'NODE_PENDING' },
    });
    await registry.members.approve('rome');
    await reach('MEMBER');
    expect(await client.claimAgent('ada/guard')).toEqual({ agent: 'ada/guard', node: 'rome', epoch: 1 });
    expect(await client.agentHomes(['ada/guard', 'ada/nobody'])).toHaveLength(1);
    expect(await client.releaseAgent('ada/guard')).toBe(true);
    await client.leave();
    expect(await registry.members.list()).toEqual([]);
  });

  test('is the same node after the initial node was away', async () => {
    const { registry, file } = await registryOnDisk();
    const server = await startNetworkServer(registry);
    const { client, reach, memberships, statuses } = startNode(server.url);
    await reach('MEMBER');
    await client.claimAgent('ada/guard');
    const before = statuses.entries.length;
    registry.close();
    await server.close();

    const { registry: restarted } = await registryOnDisk({ file });
    await startNetworkServer(restarted, server.port);
    await statuses.until((status) => status.phase === 'MEMBER' && statuses.entries.indexOf(status) >= before);
    expect(memberships.entries).toHaveLength(1);
    expect(await restarted.members.list()).toMatchObject([{ node_id: 'rome' }]);
    expect(await client.claimAgent('ada/guard')).toMatchObject({ node: 'rome', epoch: 1 });
  });

  test('gives way to a later one of the same node', async () => {
    const { registry } = await registryOnDisk();
    const { url } = await startNetworkServer(registry);
    const first = startNode(url);
    await first.reach('MEMBER');
    const second = startNode(url, first.memberships.entries[0]);
    await second.reach('MEMBER');
    await first.reach('REFUSED');
    expect(await registry.members.list()).toHaveLength(1);
    expect(second.client.status.phase).toBe('MEMBER');
  });

  test('that is thrown out does not come back', async () => {
    const { registry } = await registryOnDisk();
    const { url } = await startNetworkServer(registry);
    const { reach, memberships } = startNode(url);
    await reach('MEMBER');
    await registry.members.revoke('rome', 'it lied');
    expect(await reach('REFUSED')).toMatchObject({ problem: expect.stringContaining('rome') as string });
    const again = startNode(url, memberships.entries[0]);
    expect(await again.reach('REFUSED')).toMatchObject({
      problem: expect.stringContaining('it lied') as string,
    });
  });
});

describe('a socket on the network path', () => {
  test.each(['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'])(
    'with the header %s is not taken for one of this machine',
    async (header) => {
      const { registry } = await registryOnDisk();
      const { url } = await startNetworkServer(registry);
      const client = await openReadyClient(url, { headers: { [header]: '127.0.0.1' } });
      onTestFinished(() => client.socket.terminate());
      const variables = nodeInput({ address: 'rome.example' });
      client.send({ id: '1', type: 'subscribe', payload: { query: registerQuery, variables } });
      expect(await client.next()).toMatchObject({
        payload: { data: { registerNode: { node: { approved: false } } } },
      });
    },
  );

  test('that greets with the secret of another is closed with the reason', async () => {
    const { registry } = await registryOnDisk();
    const { url } = await startNetworkServer(registry);
    await register(await connectNode(registry));
    const client = await openRawClient(url);
    client.send({ type: 'connection_init', payload: { node: 'rome', secret: 'x' } });
    expect(await client.closed).toEqual({
      code: closeCodes.FORBIDDEN,
      reason: 'No node of this network has that id and that secret',
    });
  });
});
