import type { Kysely } from 'kysely';
import type { Peer } from '../../schema/generated/network.ts';
import type { RegistryTables } from './database.ts';
import { toEnum } from './enum-case.ts';
import { findValidKeys } from './node-keys.ts';

export interface PeerSearch {
  readonly ids: readonly string[];
  readonly fingerprints: readonly string[];
  /** Milliseconds since 1970: keys that have ended by then are not told. */
  readonly now: number;
}

/** Members, the initial node among them, by id or by the fingerprint of a valid key. */
export async function findPeers(
  db: Kysely<RegistryTables>,
  { ids, fingerprints, now }: PeerSearch,
): Promise<Peer[]> {
  const rows = await db
    .selectFrom('nodes')
    .selectAll()
    .where('status', 'in', ['online', 'offline'])
    .where((row) =>
      row.or([
        row('node_id', 'in', ids),
        row('id', 'in', row.selectFrom('node_keys').select('node').where('fingerprint', 'in', fingerprints)),
      ]),
    )
    .execute();
  const keys = await findValidKeys(
    db,
    rows.map(({ id }) => id),
    now,
  );
  const isKnown = (id: string, valid: readonly string[]) =>
    ids.includes(id) || valid.some((fingerprint) => fingerprints.includes(fingerprint));
  return rows
    .map((row) => ({
      id: row.node_id,
      kind: toEnum(row.node_type),
      address: row.ip_address,
      port: row.port || null,
      fingerprints: [...(keys.get(row.id) ?? [])],
    }))
    .filter((peer) => isKnown(peer.id, peer.fingerprints));
}
