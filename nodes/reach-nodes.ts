import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Kysely } from 'kysely';
import type { NodeCertificate } from '../identity/node-certificate.ts';
import type { NodeKey } from '../identity/node-key.ts';
import { secure } from '../identity/peer-tls.ts';
import { limits } from '../schema/limits.ts';
import type { NodeRow, RegistryTables } from '../subgraphs/registry/database.ts';
import { findValidKeys } from '../subgraphs/registry/node-keys.ts';
import { findNode } from '../subgraphs/registry/nodes.ts';
import { type TunnelDialer, openTunnelDialer } from '../tunnel/tunnel-dialer.ts';
import type { TunnelServer } from '../tunnel/tunnel-server.ts';
import { type Dial, dialTcp } from '../wire/dial.ts';

export interface ReachOptions {
  readonly db: Kysely<RegistryTables>;
  readonly key: NodeKey;
  readonly certificate: NodeCertificate;
  /** Id of the initial node, at which tunnels may end too. */
  readonly initial: string;
  readonly tunnels: Pick<TunnelServer, 'dial'>;
}

/** How the initial node reaches the others. */
export interface Reach {
  /** A link's connection: to where the registry says that the node is, with the keys that it says it has, both at that moment. */
  dial(node: string): ReturnType<Dial>;
  /** Ends the connection to this node as a proxy, with the links that go through it. */
  leave(node: string): void;
  /** Ends the connections to proxies. Idempotent. */
  close(): Promise<void>;
}

export function createReach({ db, key, certificate, initial, tunnels }: ReachOptions): Reach {
  const proxies = new Map<string, { readonly place: string; readonly dialer: TunnelDialer }>();
  const keysOf = async (row: NodeRow) => (await findValidKeys(db, [row.id], Date.now())).get(row.id) ?? [];

  /** One SSH connection to each proxy, another one when it is somewhere else, or known by other keys. */
  const dialerOf = async (id: string): Promise<TunnelDialer> => {
    const row = await findNode(db, id);
    if (!row || row.status === 'revoked') throw new Error(`Its proxy ${id} is no member of the network`);
    const keys = await keysOf(row);
    const place = JSON.stringify([row.ip_address, row.port, keys]);
    const known = proxies.get(id);
    if (known?.place === place) return known.dialer;
    void known?.dialer.close();
    const dialer = openTunnelDialer({
      proxy: { host: row.ip_address, port: row.port },
      hostKeys: () => keys,
      key,
      instance: randomUUID(),
    });
    proxies.set(id, { place, dialer });
    return dialer;
  };
  const open = async (row: NodeRow): Promise<Duplex> => {
    if (row.proxy === initial) return tunnels.dial(row.node_id);
    if (row.proxy !== null) return (await dialerOf(row.proxy)).dial(row.node_id);
    if (row.port === 0) throw new Error('It is reached through a tunnel, and has none open');
    return dialTcp({ host: row.ip_address, port: row.port }, limits.dialTimeoutMs);
  };

  return {
    async dial(node) {
      const row = await findNode(db, node);
      if (!row) throw new Error('The registry does not know it');
      const [stream, keys] = [await open(row), await keysOf(row)];
      return secure(stream, {
        certificate,
        accepts: ({ fingerprint }) => keys.includes(fingerprint),
        timeoutMs: limits.dialTimeoutMs,
      });
    },
    leave(node) {
      void proxies.get(node)?.dialer.close();
      proxies.delete(node);
    },
    async close() {
      await Promise.all([...proxies.values()].map(({ dialer }) => dialer.close()));
    },
  };
}
