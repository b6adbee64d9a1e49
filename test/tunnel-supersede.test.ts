import { expect, test } from 'vitest';
import { exchange, newKey, openTestTunnel, startProxy, startTunnel } from './support/tunnel-network.ts';

const mayTunnel = { node: 'n1', may: ['tunnel'] } as const;

test('a newer tunnel of the same key takes the place of the old within a second, 100 of 100', async () => {
  const proxy = await startProxy({ limits: { maxTunnelHandshakesPerSecond: 1_000 } });
  const key = newKey();
  proxy.register(key, mayTunnel);
  for (let round = 1; round <= 100; round += 1) {
    const instance = `instance-${round}`;
    const startedAt = performance.now();
    const { client } = await openTestTunnel(proxy, {
      node: 'n1',
      key,
      instance,
      // The one that is pushed out shall not come back.
      limits: { tunnelRetryFirstMs: 3_600_000, tunnelRetryCapMs: 3_600_000 },
      accept: (channel) => void channel.end(instance),
    });
    expect(await exchange(await proxy.server.dial('n1'), '')).toBe(instance);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(client.status.phase).toBe('open');
  }
  const superseded = proxy.changes.entries.filter(({ reason }) => reason === 'superseded');
  expect(superseded).toHaveLength(99);
});

test('two keys of one node are the same node', async () => {
  const proxy = await startProxy();
  const [oldKey, newerKey] = [newKey(), newKey()];
  proxy.register(oldKey, mayTunnel);
  proxy.register(newerKey, mayTunnel);
  const old = await openTestTunnel(proxy, { node: 'n1', key: oldKey, instance: 'same-process' });
  await old.client.close();
  await openTestTunnel(proxy, { node: 'n1', key: newerKey, instance: 'same-process' });
  expect(await exchange(await proxy.server.dial('n1'), 'hello')).toBe('hello');
});

test('no key takes the place of another node: TUNNEL_REFUSED', async () => {
  const proxy = await startProxy();
  const [key, thief] = [newKey(), newKey()];
  proxy.register(key, mayTunnel);
  proxy.register(thief, { node: 'n2', may: ['tunnel'] });
  await openTestTunnel(proxy, { node: 'n1', key, accept: (channel) => void channel.end('the right one') });
  const { statuses } = startTunnel(proxy, { node: 'n1', key: thief });
  expect(await statuses.until(({ phase }) => phase === 'waiting')).toMatchObject({
    fault: { extensions: { code: 'TUNNEL_REFUSED' } },
  });
  expect(await exchange(await proxy.server.dial('n1'), '')).toBe('the right one');
  expect(proxy.changes.entries).toHaveLength(1);
});

test('a key that may not tunnel gets no tunnel: TUNNEL_REFUSED', async () => {
  const proxy = await startProxy();
  const key = newKey();
  proxy.register(key, { node: 'n1', may: ['sftp'] });
  const { statuses } = startTunnel(proxy, { node: 'n1', key });
  expect(await statuses.until(({ phase }) => phase === 'waiting')).toMatchObject({
    fault: { extensions: { code: 'TUNNEL_REFUSED' } },
  });
  expect(proxy.server.has('n1')).toBe(false);
});

test('two processes that push each other out three times are both left out, and are told: TUNNEL_CONTESTED', async () => {
  const proxy = await startProxy();
  const key = newKey();
  proxy.register(key, mayTunnel);
  const limits = { tunnelRetryFirstMs: 20, tunnelRetryCapMs: 20 };
  const both = ['left', 'right'].map((instance) => startTunnel(proxy, { node: 'n1', key, instance, limits }));
  for (const { statuses } of both) {
    const told = await statuses.until(
      (status) => status.phase === 'waiting' && status.fault.extensions.code === 'TUNNEL_CONTESTED',
    );
    expect(told).toMatchObject({
      fault: { message: expect.stringContaining('Two processes with the key of node n1') },
      waitMs: expect.toSatisfy((ms: number) => ms >= 60_000),
    });
  }
  expect(proxy.server.has('n1')).toBe(false);
  expect(proxy.changes.entries.filter(({ kind }) => kind === 'OPENED')).toHaveLength(3);
  // A third one has no part in it.
  await openTestTunnel(proxy, { node: 'n1', key, instance: 'third' });
});

test('a process that starts again and again is not contested', async () => {
  const proxy = await startProxy();
  const key = newKey();
  proxy.register(key, mayTunnel);
  for (const instance of ['first', 'second', 'third', 'fourth', 'fifth']) {
    const { client } = await openTestTunnel(proxy, { node: 'n1', key, instance });
    await client.close();
  }
  const { client } = await openTestTunnel(proxy, { node: 'n1', key, instance: 'sixth' });
  expect(client.status).toEqual({ phase: 'open' });
});

test('those that were left out may come again when the time is over', async () => {
  let now = 0;
  const proxy = await startProxy({ now: () => now });
  const key = newKey();
  proxy.register(key, mayTunnel);
  const limits = { tunnelRetryFirstMs: 20, tunnelRetryCapMs: 20, tunnelContestMs: 10 };
  const both = ['left', 'right'].map((instance) => startTunnel(proxy, { node: 'n1', key, instance, limits }));
  const [left, right] = both;
  for (const { statuses } of both)
    await statuses.until(
      (status) => status.phase === 'waiting' && status.fault.extensions.code === 'TUNNEL_CONTESTED',
    );
  await left?.client.close();
  const before = right?.statuses.entries.length ?? 0;
  now = 61_000;
  await right?.statuses.until(
    (status) => status.phase === 'open' && right.statuses.entries.indexOf(status) >= before,
  );
  expect(proxy.server.has('n1')).toBe(true);
});

test('a node that is cut loses its connections at once, and one that is thrown out does not come back', async () => {
  const proxy = await startProxy();
  const key = newKey();
  proxy.register(key, mayTunnel);
  const { statuses } = await openTestTunnel(proxy, {
    node: 'n1',
    key,
    limits: { tunnelRetryFirstMs: 20, tunnelRetryCapMs: 20 },
  });
  proxy.unregister(key);
  proxy.server.cut('n1', 'revoked');
  expect(proxy.server.has('n1')).toBe(false);
  const refused = await statuses.until(
    (status) => status.phase === 'waiting' && status.fault.extensions.code === 'TUNNEL_REFUSED',
  );
  expect(refused).toMatchObject({ fault: { message: expect.stringContaining(key.publicKey.fingerprint) } });
});

test('a node that is cut while its key is being looked up is not let in', async () => {
  const proxy = await startProxy();
  const key = newKey();
  // The cut comes between the question and the answer.
  proxy.register(key, {
    get node() {
      proxy.server.cut('n1', 'revoked');
      return 'n1';
    },
    may: ['tunnel'],
  });
  const { statuses } = startTunnel(proxy, { node: 'n1', key });
  await statuses.until(({ phase }) => phase === 'waiting');
  expect(proxy.server.has('n1')).toBe(false);
});
