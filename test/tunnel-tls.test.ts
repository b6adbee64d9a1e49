import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { connect, TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { deferred } from '../wire/deferred.ts';
import { makeCertificate } from '../bench/tunnel/make-certificate.ts';
import { newKey, openTestTunnel, startDialer, startProxy } from './support/tunnel-network.ts';

test('TLS runs through a channel of the proxy itself, and through one of a dialler', async () => {
  const { proxy, dialer } = await startNetwork((socket) => void socket.pipe(socket));
  for (const channel of [await proxy.server.dial('n1'), await dialer.dial('n1')]) {
    const socket = await openTls(channel);
    const sent = randomBytes(4 * 1_048_576);
    socket.write(sent);
    const got: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of socket) {
      got.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes === sent.length) break;
    }
    expect(Buffer.concat(got).equals(sent)).toBe(true);
    // The loop has destroyed the socket, and with it the channel.
    if (!channel.closed) await once(channel, 'close');
  }
});

test('a TLS socket that says goodbye closes both ends and their channels', async () => {
  const far = deferred<TLSSocket>();
  const { proxy } = await startNetwork((socket) => far.resolve(socket));
  const channel = await proxy.server.dial('n1');
  const near = await openTls(channel);
  const farSocket = await far.promise;
  farSocket.resume();
  near.end('goodbye');
  await Promise.all([once(near.resume(), 'close'), once(farSocket, 'close'), once(channel, 'close')]);
  expect(near.bytesWritten).toBeGreaterThan(0);
});

test('a TLS socket learns that its tunnel has gone', async () => {
  const far = deferred<TLSSocket>();
  const { proxy } = await startNetwork((socket) => far.resolve(socket));
  const near = await openTls(await proxy.server.dial('n1'));
  const farSocket = await far.promise;
  const closed = [near, farSocket].map(
    (socket) => new Promise<void>((resolve) => void socket.resume().once('close', () => resolve())),
  );
  proxy.server.cut('n1', 'revoked');
  await Promise.all(closed);
  expect([near.destroyed, farSocket.destroyed]).toEqual([true, true]);
});

test('a TLS socket that is not read holds its writer up', async () => {
  const far = deferred<TLSSocket>();
  const { proxy } = await startNetwork((socket) => far.resolve(socket));
  const near = await openTls(await proxy.server.dial('n1'));
  const farSocket = await far.promise;
  farSocket.pause();
  const chunk = Buffer.alloc(65_536);
  let written = 0;
  const stalled = new Promise<void>((resolve) => {
    const write = (): void => {
      if (written > 64 * 1_048_576) return;
      written += chunk.length;
      const watch = setTimeout(resolve, 300);
      near.write(chunk, () => {
        clearTimeout(watch);
        write();
      });
    };
    write();
  });
  await stalled;
  expect(written).toBeLessThan(16 * 1_048_576);
});

/** A proxy, a node behind it that speaks TLS, and a dialler. */
async function startNetwork(onSocket: (socket: TLSSocket) => void) {
  const identity = await makeCertificate();
  const proxy = await startProxy();
  const [nodeKey, initialKey] = [newKey(), newKey()];
  proxy.register(nodeKey, { node: 'n1', may: ['tunnel'] });
  proxy.register(initialKey, { node: 'n0', may: ['dial'] });
  await openTestTunnel(proxy, {
    node: 'n1',
    key: nodeKey,
    accept: (channel) => {
      const socket = new TLSSocket(channel, { isServer: true, ...identity });
      socket.on('error', () => undefined);
      socket.once('secure', () => onSocket(socket));
    },
  });
  return { proxy, dialer: startDialer(proxy, initialKey) };
}

async function openTls(channel: Duplex): Promise<TLSSocket> {
  const socket = connect({ socket: channel, rejectUnauthorized: false, minVersion: 'TLSv1.3' });
  await once(socket, 'secureConnect');
  socket.on('error', () => undefined);
  return socket;
}
