import type { Kysely } from 'kysely';
import type { NodeType, RegistryTables } from '../subgraphs/registry/database.ts';
import { type IssuedJoinToken, createJoinToken } from '../subgraphs/registry/join-tokens.ts';
import { loadInitialConfig } from './config.ts';
import { loadKey } from './identity.ts';

/**
 * A join token from the initial node's own folder, whether that node runs or not: whoever can read the folder needs no session. `db` is its
 * registry. Throws a ConfigError for a folder of another kind; rejects with BAD_USER_INPUT as `createJoinToken`.
 */
export async function issueJoinToken(
  db: Kysely<RegistryTables>,
  options: { readonly folder: string; readonly type: NodeType; readonly seconds: number },
): Promise<IssuedJoinToken> {
  const { folder, type, seconds } = options;
  const { publicKey: initialKey } = loadKey(folder, loadInitialConfig(folder, {}));
  return createJoinToken(db, { type, seconds, initialKey, createdBy: 'system', now: Date.now() });
}
