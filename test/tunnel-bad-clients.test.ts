import { setImmediate as nextTurn } from 'node:timers/promises';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import ssh2, { type Client, type ConnectConfig, type ParsedKey } from 'ssh2';
import { expect, onTestFinished, test } from 'vitest';
import type { NodeKey } from '../identity/node-key.ts';
import type { TunnelLimits } from '../tunnel/tunnel-limits.ts';
import {
  exchange,
  newKey,
  openTestTunnel,
  startProxy,
  startTunnel,
  type TestProxy,
} from './support/tunnel-network.ts';

const mayTunnel = { node: 'n1', may: ['tunnel'] } as const;
const ident = 'SSH-2.0-someone\r\n';

test.for([
  ['says nothing', ''],
  ['says who it is and stops', ident],
  ['says half of who it is', 'SSH-2.0'],
  ['says something else', 'GET / HTTP/1.1\r\n\r\n'],
  ['goes on with garbage', `${ident}${'garbage'.repeat(1_000)}`],
  ['announces a packet without end', `${ident}\xff\xff\xff\xff`],
  ['has no end of a name', `SSH-2.0-${'x'.repeat(100_000)}`],
] as const)('a client that %s is cut off, and nobody else', async ([, bytes]) => {
  const { proxy } = await startNetwork({ tunnelHandshakeMs: 300, tunnelCloseMs: 50 });
  const socket = await connectTo(proxy);
  socket.write(Buffer.from(bytes, 'latin1'));
  await once(socket.resume(), 'close');
  expect(await exchange(await proxy.server.dial('n1'), 'still here')).toBe('still here');
});

test('a client that shows no key in time is cut off', async () => {
  const { proxy } = await startNetwork({ tunnelHandshakeMs: 300 });
  const client = connectClient(proxy, { authHandler: () => undefined as never });
  await once(client, 'close');
  expect(proxy.server.has('n1')).toBe(true);
});

test('one address has so many handshakes under way; the next are turned away', async () => {
  const { proxy, key } = await startNetwork({ maxTunnelHandshakesPerAddress: 3, tunnelHandshakeMs: 400 });
  const sockets = await Promise.all(Array.from({ length: 3 }, () => connectTo(proxy)));
  for (const socket of sockets) await once(socket, 'data');
  const turnedAway = await connectTo(proxy);
  await once(turnedAway.resume(), 'close');
  // When the first have been cut off there is room again.
  await Promise.all(sockets.map((socket) => once(socket.resume(), 'close')));
  const { client } = await openTestTunnel(proxy, { node: 'n1', key });
  expect(client.status.phase).toBe('open');
});

test('no more handshakes begin in a second than the limit', async () => {
  const { proxy } = await startNetwork({ maxTunnelHandshakesPerSecond: 5 });
  const outcomes = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const socket = await connectTo(proxy);
      return new Promise<string>((resolve) => {
        socket.once('data', () => resolve('begun')).once('close', () => resolve('turned away'));
      });
    }),
  );
  const begun = outcomes.filter((outcome) => outcome === 'begun').length;
  // Two seconds may have been touched; one handshake was the tunnel's.
  expect(begun).toBeGreaterThanOrEqual(4);
  expect(begun).toBeLessThanOrEqual(10);
});

test('an address that offers wrong keys at speed is turned away, also with a right one', async () => {
  const { proxy, key } = await startNetwork({ maxWrongKeysPerMinute: 5 });
  for (let attempt = 0; attempt < 5; attempt += 1) await refusedLogin(proxy, newKey());
  const { statuses } = startTunnel(proxy, { node: 'n1', key });
  expect(await statuses.until(({ phase }) => phase === 'waiting')).toMatchObject({
    fault: { extensions: { code: 'NODE_UNREACHABLE' } },
  });
  expect(await exchange(await proxy.server.dial('n1'), 'still here')).toBe('still here');
});

test('a connection offers so many keys and is ended', async () => {
  const { proxy } = await startNetwork({ maxKeysPerConnection: 3 });
  let offered = 0;
  const client = connectClient(proxy, {
    authHandler: (_left, _partial, next) => {
      offered += 1;
      next({ type: 'publickey', username: 'x', key: newKey().openssh });
    },
  });
  await once(client, 'close');
  expect(offered).toBeGreaterThanOrEqual(3);
  expect(offered).toBeLessThanOrEqual(4);
});

test('a right key with the signature of another one is refused', async () => {
  const { proxy, key } = await startNetwork();
  const client = connectClient(proxy, { agent: new FalseAgent(key, newKey()), username: 'n1' });
  const [error] = (await once(client, 'error')) as unknown[];
  expect(String(error)).toContain('authentication methods failed');
});

test.for([
  ['no key', { authHandler: ['none'] }],
  ['a password', { authHandler: ['password'], password: 'n1' }],
  ['an answer to a question', { authHandler: ['keyboard-interactive'], tryKeyboard: true }],
  ['a key of another type', { privateKey: ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private }],
] as const)('a client with %s is refused', async ([, config]) => {
  const { proxy } = await startNetwork();
  const client = connectClient(proxy, { ...config } as ConnectConfig);
  const [error] = (await once(client, 'error')) as unknown[];
  expect(String(error)).toContain('authentication methods failed');
});

test('a proxy with another key than it should have gets none of ours: WRONG_PEER_KEY', async () => {
  const { proxy, key } = await startNetwork();
  const { statuses } = startTunnel(proxy, {
    node: 'n1',
    key,
    instance: 'instance-2',
    hostKeys: () => [newKey().publicKey.fingerprint],
  });
  expect(await statuses.until(({ phase }) => phase === 'waiting')).toMatchObject({
    fault: { extensions: { code: 'WRONG_PEER_KEY' } },
  });
  expect(proxy.changes.entries).toHaveLength(1);
});

test('a flood of channels is refused, and the tunnel beside it goes on', async () => {
  const { proxy, nodeKey } = await startNetwork({ maxChannelsPerDialer: 10 });
  const initial = newKey();
  proxy.register(initial, { node: 'n0', may: ['dial'] });
  const dialler = await login(proxy, initial);
  const opened = await Promise.all(Array.from({ length: 500 }, () => openDirect(dialler, 'n1')));
  expect(opened.filter(Boolean)).toHaveLength(10);
  const stranger = await login(proxy, nodeKey);
  const sessions = await Promise.all(
    Array.from(
      { length: 500 },
      () => new Promise<boolean>((resolve) => void stranger.exec('id', (error) => resolve(!error))),
    ),
  );
  expect(sessions.filter(Boolean)).toHaveLength(0);
  dialler.end();
  expect(await exchange(await proxy.server.dial('n1'), 'still here')).toBe('still here');
});

test('a client that asks without end and reads nothing is cut off', async () => {
  const { proxy, nodeKey } = await startNetwork({
    maxTunnelUnsentBytes: 100_000,
    tunnelKeepaliveMs: 100_000,
  });
  const socket = connect(proxy.port, '127.0.0.1');
  const client = await login(proxy, nodeKey, { sock: socket });
  socket.pause();
  const { localPort } = socket;
  const gone = proxy.gone.until((port) => port === localPort);
  let isGone = false;
  void gone.then(() => {
    isGone = true;
  });
  // How many answers the operating system keeps for whoever does not read them is its own to say.
  while (!isGone && !socket.destroyed) {
    for (let request = 0; request < 20_000; request += 1)
      client.forwardOut('127.0.0.1', 0, 'n1', 0, () => undefined);
    await nextTurn();
  }
  await gone;
  expect(await exchange(await proxy.server.dial('n1'), 'still here')).toBe('still here');
}, 60_000);

test('a node that sends more than it may is cut off', async () => {
  const { proxy, nodeKey } = await startNetwork({ maxChannelBytes: 3 * 1_048_576 });
  const client = await login(proxy, nodeKey);
  client.on('tcp connection', (_details, accept) => {
    const channel = accept();
    if (typeof channel.outgoing === 'object' && channel.outgoing !== null)
      Reflect.set(channel.outgoing, 'window', 1_000_000_000);
    channel.on('error', () => undefined);
    channel.write(Buffer.alloc(16 * 1_048_576));
  });
  await new Promise<void>((resolve, reject) => {
    client.forwardIn('', 0, (error) => (error ? reject(error) : resolve()));
  });
  const stalled = await proxy.server.dial('n2');
  const [error] = await once(stalled, 'error');
  expect(error).toMatchObject({ extensions: { code: 'NODE_UNREACHABLE' } });
  expect(proxy.server.has('n2')).toBe(false);
  expect(proxy.server.has('n1')).toBe(true);
});

test('a proxy takes so many tunnels and no more', async () => {
  const { proxy, nodeKey } = await startNetwork({ maxTunnels: 1 });
  const { statuses } = startTunnel(proxy, { node: 'n2', key: nodeKey });
  expect(await statuses.until(({ phase }) => phase === 'waiting')).toMatchObject({
    fault: { extensions: { code: 'TUNNEL_REFUSED' } },
  });
});

test('an instance that cannot stand in an SSH identification is no instance: BAD_USER_INPUT', async () => {
  const { proxy, key } = await startNetwork();
  expect(() => startTunnel(proxy, { node: 'n1', key, instance: 'a b' })).toThrowError(
    expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }),
  );
});

/** A proxy with the tunnel of n1 at work, and the key of n2, which has none yet. */
async function startNetwork(limits: Partial<TunnelLimits> = {}) {
  const proxy = await startProxy({ limits });
  const [key, nodeKey] = [newKey(), newKey()];
  proxy.register(key, mayTunnel);
  proxy.register(nodeKey, { node: 'n2', may: ['tunnel'] });
  await openTestTunnel(proxy, { node: 'n1', key });
  return { proxy, key, nodeKey };
}

async function connectTo(proxy: TestProxy): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

function connectClient(proxy: TestProxy, config: ConnectConfig): Client {
  const client = new ssh2.Client();
  client.on('error', () => undefined);
  client.connect({ host: '127.0.0.1', port: proxy.port, username: 'x', ...config });
  onTestFinished(() => void client.destroy());
  return client;
}

async function login(proxy: TestProxy, key: NodeKey, config: ConnectConfig = {}): Promise<Client> {
  const client = connectClient(proxy, { privateKey: key.openssh, ...config });
  await once(client, 'ready');
  return client;
}

async function refusedLogin(proxy: TestProxy, key: NodeKey): Promise<void> {
  const client = connectClient(proxy, { privateKey: key.openssh });
  await new Promise<void>((resolve) => void client.once('close', () => resolve()));
}

function openDirect(client: Client, node: string): Promise<boolean> {
  return new Promise((resolve) => {
    client.forwardOut('127.0.0.1', 0, node, 0, (error) => resolve(!error));
  });
}

/** Shows one key and signs with another. */
class FalseAgent extends ssh2.BaseAgent {
  readonly #shown: NodeKey;
  readonly #signing: NodeKey;

  constructor(shown: NodeKey, signing: NodeKey) {
    super();
    this.#shown = shown;
    this.#signing = signing;
  }

  getIdentities(done: (error: Error | undefined, keys?: string[]) => void): void {
    done(undefined, [this.#shown.publicKey.line]);
  }

  sign(_key: ParsedKey | string | Buffer, data: Buffer, ...rest: readonly unknown[]): void {
    const done = rest.find((argument) => typeof argument === 'function') as (
      error: Error | undefined,
      signature: Buffer,
    ) => void;
    const key = ssh2.utils.parseKey(this.#signing.openssh);
    if (key instanceof Error) throw key;
    done(undefined, key.sign(data));
  }
}
