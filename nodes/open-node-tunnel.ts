import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { NodeKey } from '../identity/node-key.ts';
import { type TunnelClient, openTunnel } from '../tunnel/tunnel-client.ts';
import type { NodeConfig } from './config.ts';
import { addressOfInitial } from './initial-address.ts';
import type { Log } from './log.ts';
import type { NetworkClient } from './network-client.ts';
import type { NetworkBook } from './network-book.ts';

export interface NodeTunnelOptions {
  readonly config: NodeConfig;
  readonly key: NodeKey;
  /** This node's id. */
  readonly node: string;
  /** Fingerprint of the initial node. */
  readonly initialKey: string;
  /** Ids of the initial node and of the proxies are asked there. */
  readonly network: Pick<NetworkClient, 'status' | 'reachedThrough'>;
  readonly book: NetworkBook;
  /** Takes each connection that comes through the tunnel. */
  readonly accept: (channel: Duplex) => void;
  readonly log: Log;
}

export interface NodeTunnel {
  /** The node has registered (again): tells through which proxy it is reached. */
  onMember(): void;
  close(): Promise<void>;
}

/** Where the tunnel is opened: at the initial node, or at the member that the configuration names. Rejects when nobody knows where that is. */
async function findProxy({ config, book, initialKey }: NodeTunnelOptions) {
  if (config.proxy === undefined) return { address: addressOfInitial(config.initial), keys: [initialKey] };
  const proxy = await book.peer(config.proxy);
  if (proxy?.port == null) {
    throw new Error(
      `The node ${config.proxy}, which is to be the proxy of this one, is no member that can be dialled: name another by --proxy, or none to be reached through the initial node`,
    );
  }
  return { address: { host: proxy.address, port: proxy.port }, keys: proxy.fingerprints };
}

/** Opens the tunnel of a node that cannot be dialled, and tells the initial node that it is reached through it. Rejects when there is no such proxy. */
export async function openNodeTunnel(options: NodeTunnelOptions): Promise<NodeTunnel> {
  const { config, key, node, network, accept, log } = options;
  const { address, keys } = await findProxy(options);
  const announce = (): void => {
    const { status } = network;
    if (tunnel.status.phase !== 'open' || status.phase !== 'MEMBER') return;
    network.reachedThrough(config.proxy ?? status.node.initial).catch((error: unknown) => {
      // It comes again with the next registration.
      log.warn({ err: error }, 'the initial node does not know of the tunnel yet');
    });
  };
  const tunnel: TunnelClient = openTunnel({
    proxy: address,
    hostKeys: () => keys,
    node,
    key,
    instance: randomUUID(),
    accept,
    onStatus: (status) => {
      if (status.phase === 'open') {
        log.info({ proxy: address }, 'the tunnel is open');
        // Not from within `openTunnel`, which has not returned yet.
        setImmediate(announce);
      } else if (status.phase === 'waiting') {
        log.warn({ proxy: address, problem: status.fault.message, waitMs: status.waitMs }, 'no tunnel');
      }
    },
  });
  return { onMember: announce, close: () => tunnel.close() };
}
