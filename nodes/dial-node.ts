import type { Kysely } from 'kysely';
import type { NodeCertificate } from '../identity/node-certificate.ts';
import { secure } from '../identity/peer-tls.ts';
import { limits } from '../schema/limits.ts';
import type { NodeRow, RegistryTables } from '../subgraphs/registry/database.ts';
import { findValidKeys } from '../subgraphs/registry/node-keys.ts';
import { findNode } from '../subgraphs/registry/nodes.ts';
import { type Dial, dialTcp } from '../wire/dial.ts';

export interface NodeDialerOptions {
  readonly db: Kysely<RegistryTables>;
  /** Of the initial node. */
  readonly certificate: NodeCertificate;
}

/** How the initial node reaches the others: where the registry says that they are, with the keys that it says they have, both at that moment. */
export function createNodeDialer({ db, certificate }: NodeDialerOptions): (node: NodeRow) => Dial {
  return (node) => async () => {
    const row = (await findNode(db, node.node_id)) ?? node;
    const keys = (await findValidKeys(db, [row.id], Date.now())).get(row.id) ?? [];
    if (row.port === 0) throw new Error('It is reached through a tunnel, and has none open');
    const stream = await dialTcp({ host: row.ip_address, port: row.port }, limits.dialTimeoutMs);
    return secure(stream, {
      certificate,
      accepts: ({ fingerprint }) => keys.includes(fingerprint),
      timeoutMs: limits.dialTimeoutMs,
    });
  };
}
