import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type NodeKey, makeNodeKey } from '../identity/node-key.ts';
import { makeNamespaces } from './support/network-namespaces.ts';
import { startTunnelProcess } from './support/start-tunnel-process.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { startProxy, startTunnel } from './support/tunnel-network.ts';

const limits = { tunnelKeepaliveMs: 500, tunnelKeepaliveCount: 3 };
/** Keepalive × (count + 1) + 1 s, which is the promise. */
const noticeMs = 500 * 4 + 1_000;

test('a node whose process stands still is noticed in time', async () => {
  const { key, keyFile } = keyOnDisk();
  const proxy = await startProxy({ limits });
  proxy.register(key, { node: 'n1', may: ['tunnel'] });
  const node = startTunnelProcess({
    kind: 'node',
    keyFile,
    limits,
    node: 'n1',
    host: '127.0.0.1',
    port: proxy.port,
    hostKey: proxy.key.publicKey.fingerprint,
  });
  await proxy.changes.until(({ kind }) => kind === 'OPENED');
  const stoppedAt = performance.now();
  node.child.kill('SIGSTOP');
  const closed = await proxy.changes.until(({ kind }) => kind === 'CLOSED');
  expect(performance.now() - stoppedAt).toBeLessThan(noticeMs);
  expect(closed.reason).toBe('frozen');
  // It wakes up, finds itself cut off and comes back.
  const before = proxy.changes.entries.length;
  node.child.kill('SIGCONT');
  await proxy.changes.until((change) => proxy.changes.entries.indexOf(change) >= before);
  expect(proxy.server.has('n1')).toBe(true);
});

test('a proxy whose process stands still is noticed in time', async () => {
  const own = keyOnDisk();
  const node = keyOnDisk();
  const proxy = startTunnelProcess({
    kind: 'proxy',
    keyFile: own.keyFile,
    limits,
    host: '127.0.0.1',
    port: 0,
    peers: [{ node: 'n1', may: ['tunnel'], line: node.key.publicKey.line }],
  });
  const { listening } = await proxy.lines.until(({ listening: port }) => port !== undefined);
  const { statuses } = startTunnel(
    { port: Number(listening), key: own.key },
    { node: 'n1', key: node.key, limits },
  );
  await statuses.until(({ phase }) => phase === 'open');
  const stoppedAt = performance.now();
  proxy.child.kill('SIGSTOP');
  const waiting = await statuses.until(({ phase }) => phase === 'waiting');
  expect(performance.now() - stoppedAt).toBeLessThan(noticeMs);
  expect(waiting).toMatchObject({ fault: { extensions: { code: 'NODE_UNREACHABLE' } } });
});

test('a cable that is pulled is noticed in time at both ends', async () => {
  const network = makeNamespaces(1);
  const [laptop] = network.spokes;
  const own = keyOnDisk();
  const node = keyOnDisk();
  const host = laptop?.hubAddress ?? '';
  const proxyProcess = startTunnelProcess(
    {
      kind: 'proxy',
      keyFile: own.keyFile,
      limits,
      host,
      port: 2200,
      peers: [{ node: 'n1', may: ['tunnel'], line: node.key.publicKey.line }],
    },
    network.hub,
  );
  await proxyProcess.lines.until(({ listening }) => listening === 2200);
  const nodeProcess = startTunnelProcess(
    {
      kind: 'node',
      keyFile: node.keyFile,
      limits,
      node: 'n1',
      host,
      port: 2200,
      hostKey: own.key.publicKey.fingerprint,
    },
    laptop?.name,
  );
  await nodeProcess.lines.until(({ status }) => status === 'open');
  const pulledAt = performance.now();
  network.unplug(0);
  const [closed] = await Promise.all([
    proxyProcess.lines.until(({ change }) => change === 'CLOSED'),
    nodeProcess.lines.until(({ status }) => status === 'waiting'),
  ]);
  expect(performance.now() - pulledAt).toBeLessThan(noticeMs);
  expect(closed).toMatchObject({ node: 'n1', reason: 'frozen' });
});

test('the gateway reaches a node that it has no way to, through a proxy on a third machine', async () => {
  const network = makeNamespaces(2);
  const [gatewaySide, laptop] = network.spokes;
  const own = keyOnDisk();
  const node = keyOnDisk();
  const initial = keyOnDisk();
  const proxyProcess = startTunnelProcess(
    {
      kind: 'proxy',
      keyFile: own.keyFile,
      host: '0.0.0.0',
      port: 2200,
      peers: [
        { node: 'n1', may: ['tunnel'], line: node.key.publicKey.line },
        { node: 'n0', may: ['dial'], line: initial.key.publicKey.line },
      ],
    },
    network.hub,
  );
  await proxyProcess.lines.until(({ listening }) => listening === 2200);
  const hostKey = own.key.publicKey.fingerprint;
  const nodeProcess = startTunnelProcess(
    { kind: 'node', keyFile: node.keyFile, node: 'n1', host: laptop?.hubAddress ?? '', port: 2200, hostKey },
    laptop?.name,
  );
  await nodeProcess.lines.until(({ status }) => status === 'open');
  const dialer = startTunnelProcess(
    {
      kind: 'dialer',
      keyFile: initial.keyFile,
      node: 'n1',
      host: gatewaySide?.hubAddress ?? '',
      port: 2200,
      hostKey,
    },
    gatewaySide?.name,
  );
  expect(await dialer.lines.until(() => true)).toEqual({ answer: 'through the proxy' });
});

function keyOnDisk(): { readonly key: NodeKey; readonly keyFile: string } {
  const keyFile = join(temporaryFolder(), 'id_ed25519');
  return { key: makeNodeKey(keyFile), keyFile };
}
