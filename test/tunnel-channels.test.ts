import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { deferred } from '../wire/deferred.ts';
import {
  exchange,
  newKey,
  openTestTunnel,
  startDialer,
  startProxy,
  startTunnel,
} from './support/tunnel-network.ts';

const mayTunnel = { node: 'n1', may: ['tunnel'] } as const;
const mayDial = { node: 'n0', may: ['dial'] } as const;

test('a channel that the proxy dials reaches the node, and each way ends on its own', async () => {
  const proxy = await startProxy();
  const key = newKey();
  proxy.register(key, mayTunnel);
  await openTestTunnel(proxy, { node: 'n1', key });
  expect(proxy.server.has('n1')).toBe(true);
  expect(await exchange(await proxy.server.dial('n1'), 'hello')).toBe('hello');
});

test('what the node still sends arrives after the proxy has ended its way', async () => {
  const proxy = await startProxy();
  const key = newKey();
  proxy.register(key, mayTunnel);
  const answer = randomBytes(8 * 1_048_576);
  await openTestTunnel(proxy, {
    node: 'n1',
    key,
    accept: (channel) => {
      channel.allowHalfOpen = true;
      channel.resume().on('end', () => channel.end(answer));
    },
  });
  const stream = await proxy.server.dial('n1');
  stream.allowHalfOpen = true;
  stream.end('question');
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).equals(answer)).toBe(true);
});

test('the dialler of another machine reaches a node by its name, and no name that has no tunnel', async () => {
  const proxy = await startProxy();
  const [nodeKey, initialKey] = [newKey(), newKey()];
  proxy.register(nodeKey, mayTunnel);
  proxy.register(initialKey, mayDial);
  await openTestTunnel(proxy, { node: 'n1', key: nodeKey });
  const dialer = startDialer(proxy, initialKey);
  expect(await exchange(await dialer.dial('n1'), 'from afar')).toBe('from afar');
  await expect(dialer.dial('n2')).rejects.toMatchObject({ extensions: { code: 'NODE_UNREACHABLE' } });
  await expect(dialer.dial('127.0.0.1')).rejects.toMatchObject({ extensions: { code: 'NODE_UNREACHABLE' } });
});

test('a key without the right to dial reaches nobody', async () => {
  const proxy = await startProxy();
  const [nodeKey, otherKey] = [newKey(), newKey()];
  proxy.register(nodeKey, mayTunnel);
  proxy.register(otherKey, { node: 'n2', may: ['tunnel'] });
  await openTestTunnel(proxy, { node: 'n1', key: nodeKey });
  await expect(startDialer(proxy, otherKey).dial('n1')).rejects.toMatchObject({
    extensions: { code: 'NODE_UNREACHABLE' },
  });
});

test('a node without a tunnel is NODE_UNREACHABLE', async () => {
  const proxy = await startProxy();
  await expect(proxy.server.dial('n1')).rejects.toMatchObject({ extensions: { code: 'NODE_UNREACHABLE' } });
});

test('a channel that is destroyed at one end fails at the other', async () => {
  const proxy = await startProxy();
  const key = newKey();
  proxy.register(key, mayTunnel);
  const arrived = deferred<Duplex>();
  await openTestTunnel(proxy, { node: 'n1', key, accept: (channel) => arrived.resolve(channel) });
  const near = await proxy.server.dial('n1');
  const far = await arrived.promise;
  near.destroy();
  const [error] = await once(far.resume(), 'error');
  expect(error).toMatchObject({ extensions: { code: 'NODE_UNREACHABLE' } });
});

test('a channel fails with NODE_UNREACHABLE at both ends when the connection goes', async () => {
  const proxy = await startProxy();
  const key = newKey();
  proxy.register(key, mayTunnel);
  const arrived = deferred<Duplex>();
  await openTestTunnel(proxy, { node: 'n1', key, accept: (channel) => arrived.resolve(channel) });
  const near = await proxy.server.dial('n1');
  const far = await arrived.promise;
  const ends = [near, far].map(async (stream) => {
    const [error] = await once(stream.resume(), 'error');
    return error as unknown;
  });
  proxy.server.cut('n1', 'revoked');
  for (const error of await Promise.all(ends))
    expect(error).toMatchObject({ extensions: { code: 'NODE_UNREACHABLE' } });
  expect(await proxy.changes.until(({ kind }) => kind === 'CLOSED')).toEqual({
    node: 'n1',
    kind: 'CLOSED',
    reason: 'revoked',
    instance: 'instance-1',
  });
});

test('a reader that stands still holds up its own channel only, within a bound', async () => {
  const proxy = await startProxy();
  const key = newKey();
  proxy.register(key, mayTunnel);
  const zeros = Buffer.alloc(65_536);
  const arrived: Duplex[] = [];
  await openTestTunnel(proxy, {
    node: 'n1',
    key,
    accept: (channel) => {
      arrived.push(channel);
      channel.on('error', () => undefined);
      const send = (): void => {
        while (channel.write(zeros));
      };
      channel.on('drain', send);
      send();
    },
  });
  const stalled = await proxy.server.dial('n1');
  const other = await proxy.server.dial('n1');
  let bytes = 0;
  for await (const chunk of other) {
    bytes += (chunk as Buffer).length;
    if (bytes > 64 * 1_048_576) break;
  }
  expect(arrived[0]?.writableNeedDrain).toBe(true);
  // It goes on where it stood.
  let late = 0;
  for await (const chunk of stalled) {
    late += (chunk as Buffer).length;
    if (late > 8 * 1_048_576) break;
  }
});

test('a tunnel has so many channels and no more, and room again when one has closed', async () => {
  const limits = { maxChannelsPerTunnel: 2 };
  const proxy = await startProxy({ limits });
  const key = newKey();
  proxy.register(key, mayTunnel);
  startTunnel(proxy, { node: 'n1', key });
  await proxy.changes.until(({ kind }) => kind === 'OPENED');
  const [first] = [await proxy.server.dial('n1'), await proxy.server.dial('n1')];
  await expect(proxy.server.dial('n1')).rejects.toMatchObject({ extensions: { code: 'NODE_UNREACHABLE' } });
  await exchange(first, 'last words');
  expect(await exchange(await proxy.server.dial('n1'), 'again')).toBe('again');
});

test('a node takes no more channels than it has agreed to, whatever the proxy thinks', async () => {
  const proxy = await startProxy();
  const key = newKey();
  proxy.register(key, mayTunnel);
  await openTestTunnel(proxy, { node: 'n1', key, limits: { maxChannelsPerTunnel: 1 } });
  await proxy.server.dial('n1');
  await expect(proxy.server.dial('n1')).rejects.toMatchObject({ extensions: { code: 'NODE_UNREACHABLE' } });
});
