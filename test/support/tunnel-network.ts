import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import { makeNodeKey, type NodeKey } from '../../identity/node-key.ts';
import type { RetryOptions } from '../../wire/keep-connected.ts';
import type { Spool } from '../../tunnel/spool.ts';
import { openTunnel, type TunnelClient, type TunnelStatus } from '../../tunnel/tunnel-client.ts';
import { openTunnelDialer, type TunnelDialer } from '../../tunnel/tunnel-dialer.ts';
import type { TunnelLimits } from '../../tunnel/tunnel-limits.ts';
import type { TunnelPeer } from '../../tunnel/tunnel-peer.ts';
import { createTunnelServer, type TunnelServer } from '../../tunnel/tunnel-server.ts';
import type { TunnelChange } from '../../tunnel/tunnel-table.ts';
import { EventLog } from './event-log.ts';
import { temporaryFolder } from './temporary-folder.ts';

export function newKey(): NodeKey {
  return makeNodeKey(join(temporaryFolder(), 'id_ed25519'));
}

/** A proxy on a port of this machine, with the keys that a test registers. Closed when the test has finished. */
export interface TestProxy {
  readonly server: TunnelServer;
  readonly key: NodeKey;
  readonly port: number;
  readonly changes: EventLog<TunnelChange>;
  /** Sockets that were accepted so far. */
  readonly accepted: () => number;
  /** The ports of clients whose connections have closed. */
  readonly gone: EventLog<number | undefined>;
  register(key: NodeKey, peer: TunnelPeer): void;
  unregister(key: NodeKey): void;
  /** Stops to listen, and ends every connection. */
  close(): Promise<void>;
}

export interface TestProxyOptions {
  readonly limits?: Partial<TunnelLimits>;
  readonly spool?: Spool;
  readonly key?: NodeKey;
  readonly port?: number;
  readonly now?: () => number;
  /** Keys of another proxy, which this one takes over. */
  readonly peers?: Map<string, TunnelPeer>;
}

export async function startProxy(options: TestProxyOptions = {}): Promise<TestProxy> {
  const { key = newKey(), port = 0, peers = new Map<string, TunnelPeer>(), ...rest } = options;
  const changes = new EventLog<TunnelChange>();
  const gone = new EventLog<number | undefined>();
  let accepted = 0;
  const server = createTunnelServer({
    ...rest,
    key,
    authorize: ({ fingerprint }) => peers.get(fingerprint),
    onChange: (change) => changes.push(change),
  });
  const listener = createServer((socket) => {
    accepted += 1;
    const { remotePort } = socket;
    socket.once('close', () => gone.push(remotePort));
    server.accept(socket);
  });
  listener.listen(port, '127.0.0.1');
  await once(listener, 'listening');
  const close = async (): Promise<void> => {
    const closed = listener.listening ? once(listener, 'close') : undefined;
    listener.close();
    await server.close();
    await closed;
  };
  onTestFinished(close);
  return {
    server,
    key,
    port: (listener.address() as AddressInfo).port,
    changes,
    gone,
    accepted: () => accepted,
    register: ({ publicKey }, peer) => void peers.set(publicKey.fingerprint, peer),
    unregister: ({ publicKey }) => void peers.delete(publicKey.fingerprint),
    close,
  };
}

export interface TestTunnel {
  readonly client: TunnelClient;
  readonly statuses: EventLog<TunnelStatus>;
}

interface TestTunnelOptions extends RetryOptions {
  readonly node: string;
  readonly key: NodeKey;
  readonly instance?: string;
  readonly accept?: (channel: Duplex) => void;
  readonly limits?: Partial<TunnelLimits>;
  readonly hostKeys?: () => readonly string[];
}

/** A local node's end, which gives back what it gets unless it is told otherwise. Closed when the test has finished. */
export function startTunnel(proxy: Pick<TestProxy, 'port' | 'key'>, options: TestTunnelOptions): TestTunnel {
  const statuses = new EventLog<TunnelStatus>();
  const client = openTunnel({
    proxy: { host: '127.0.0.1', port: proxy.port },
    hostKeys: () => [proxy.key.publicKey.fingerprint],
    instance: 'instance-1',
    accept: echo,
    onStatus: (status) => statuses.push(status),
    ...options,
  });
  onTestFinished(() => client.close());
  return { client, statuses };
}

/** As `startTunnel`; resolves when it is open at both ends. */
export async function openTestTunnel(proxy: TestProxy, options: TestTunnelOptions): Promise<TestTunnel> {
  const tunnel = startTunnel(proxy, options);
  await tunnel.statuses.until(({ phase }) => phase === 'open');
  return tunnel;
}

export function startDialer(
  proxy: Pick<TestProxy, 'port' | 'key'>,
  key: NodeKey,
  limits: Partial<TunnelLimits> = {},
): TunnelDialer {
  const dialer = openTunnelDialer({
    proxy: { host: '127.0.0.1', port: proxy.port },
    hostKeys: () => [proxy.key.publicKey.fingerprint],
    key,
    instance: 'dialer-1',
    limits,
  });
  onTestFinished(() => dialer.close());
  return dialer;
}

export function echo(channel: Duplex): void {
  channel.on('error', () => undefined);
  channel.pipe(channel);
}

/** Sends it, ends, and gives back all that comes. */
export async function exchange(stream: Duplex, sent: string): Promise<string> {
  stream.end(sent);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
