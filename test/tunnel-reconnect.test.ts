import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as after } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { expect, onTestFinished, test } from 'vitest';
import type { TunnelPeer } from '../tunnel/tunnel-peer.ts';
import { exchange, newKey, openTestTunnel, startProxy, startTunnel } from './support/tunnel-network.ts';

test('50 nodes are back within 10 s of the proxy listening again, without a stampede', async () => {
  const peers = new Map<string, TunnelPeer>();
  const first = await startProxy({ peers });
  const nodes = Array.from({ length: 50 }, (_, at) => ({ node: `n${at}`, key: newKey() }));
  for (const { node, key } of nodes) first.register(key, { node, may: ['tunnel'] });
  const tunnels = nodes.map((node) => startTunnel(first, node));
  await Promise.all(tunnels.map(({ statuses }) => statuses.until(({ phase }) => phase === 'open')));
  await first.close();
  // The outage itself, during which they try and are refused.
  await after(1_000);
  const second = await startProxy({ peers, port: first.port, key: first.key });
  const listeningAt = performance.now();
  for (const { node } of nodes)
    await second.changes.until((change) => change.node === node && change.kind === 'OPENED');
  expect(performance.now() - listeningAt).toBeLessThan(10_000);
  expect(second.accepted()).toBeLessThanOrEqual(100);
  expect(await exchange(await second.server.dial('n49'), 'back')).toBe('back');
});

test('the waits between attempts are random below a cap that doubles up to 8 s', async () => {
  const proxy = await startProxy();
  await proxy.close();
  const waits: number[] = [];
  const { statuses, client } = startTunnel(proxy, {
    node: 'n1',
    key: newKey(),
    random: () => 1,
    wait: (ms, then) => {
      waits.push(ms);
      if (waits.length < 8) setImmediate(then);
      return () => undefined;
    },
  });
  await statuses.until(() => waits.length === 8);
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000]);
  await client.close();
  expect(client.status).toEqual({ phase: 'closed' });
});

test('new keys every 10 ms corrupt nothing in either direction', async () => {
  const proxy = await startProxy({ limits: { tunnelRekeyMs: 10 } });
  const key = newKey();
  proxy.register(key, { node: 'n1', may: ['tunnel'] });
  await openTestTunnel(proxy, { node: 'n1', key });
  const sent = randomBytes(32 * 1_048_576).toString('base64');
  const both = await Promise.all([proxy.server.dial('n1'), proxy.server.dial('n1')]);
  const returned = await Promise.all(both.map((stream) => exchange(stream, sent)));
  expect(returned.every((text) => text === sent)).toBe(true);
});

test('a connection gets new keys when the old ones have encrypted so much, and not before', async () => {
  const proxy = await startProxy({ limits: { tunnelRekeyBytes: 1_048_576 } });
  const key = newKey();
  proxy.register(key, { node: 'n1', may: ['tunnel'] });
  const client = new ssh2.Client();
  let handshakes = 0;
  client.on('handshake', () => (handshakes += 1));
  // ssh2 may end a connection in the middle of a change of keys, and then cannot read its own goodbye.
  client.on('error', () => undefined);
  client.on('tcp connection', (_details, accept) => void accept().pipe(new PassThrough()).resume());
  client.connect({ host: '127.0.0.1', port: proxy.port, username: 'n1', privateKey: key.openssh });
  onTestFinished(() => void client.end());
  await once(client, 'ready');
  client.forwardIn('', 0, () => undefined);
  await proxy.changes.until(({ kind }) => kind === 'OPENED');
  const stream = await proxy.server.dial('n1');
  expect(handshakes).toBe(1);
  const changed = once(client, 'handshake');
  stream.write(Buffer.alloc(2 * 1_048_576));
  await changed;
  expect(handshakes).toBe(2);
});
