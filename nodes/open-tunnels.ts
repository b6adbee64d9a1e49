import type { Kysely } from 'kysely';
import type { NodeKey } from '../identity/node-key.ts';
import type { RegistryTables } from '../subgraphs/registry/database.ts';
import type { Members } from '../subgraphs/registry/members.ts';
import { findKeyHolder } from '../subgraphs/registry/node-keys.ts';
import type { Spool } from '../tunnel/spool.ts';
import { type TunnelServer, createTunnelServer } from '../tunnel/tunnel-server.ts';
import type { Log } from './log.ts';

export interface InitialTunnelsOptions {
  readonly db: Kysely<RegistryTables>;
  readonly key: NodeKey;
  readonly members: Members;
  /** The files of moves. */
  readonly spool: Spool;
  readonly log: Log;
}

/**
 * The initial node's end of tunnels: for members, by the registry's table. Whoever has one open is reached through it from then on, also when it was
 * stock `ssh -N -R` that opened it; whoever is thrown out loses it at once.
 */
export function openInitialTunnels({ db, key, members, spool, log }: InitialTunnelsOptions): TunnelServer {
  const route = async (node: string): Promise<void> => {
    const row = (await members.list()).find(({ node_id: id }) => id === node);
    if (row) await members.route(row.id, members.initialId);
  };
  const tunnels = createTunnelServer({
    key,
    log,
    spool,
    authorize: async ({ fingerprint }) => {
      const holder = await findKeyHolder(db, fingerprint, Date.now());
      const isMember = holder?.isValid && ['online', 'offline'].includes(holder.node.status);
      return isMember ? { node: holder.node.node_id, may: ['tunnel', 'sftp'] } : undefined;
    },
    onChange: ({ node, kind, reason }) => {
      log.info({ node, reason }, kind === 'OPENED' ? 'a tunnel is open' : 'a tunnel has ended');
      if (kind !== 'OPENED') return;
      route(node).catch((error: unknown) => log.error({ err: error, node }, 'a tunnel could not be noted'));
    },
  });
  members.changes.listen(({ kind, node }) => {
    if (kind === 'REVOKED' || kind === 'RETIRED') tunnels.cut(node.node_id, 'It is no member any more');
  });
  return tunnels;
}
