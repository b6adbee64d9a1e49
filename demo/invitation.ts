import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { loadMembership } from '../nodes/identity.ts';
import { issueJoinToken } from '../nodes/issue-join-token.ts';
import type { RegistryTables } from '../subgraphs/registry/database.ts';
import type { demoNodes } from './nodes.ts';

const seconds = 300;

/**
 * What the environment of a node's process has to have so that the node is taken in: a join token from the initial node's folder; nothing for a node
 * that has joined before, which is known by its key. `db` is the registry of the initial node, which has started once.
 */
export async function invitation(
  db: Kysely<RegistryTables>,
  node: {
    /** Of the demo: each node has one of its name in it. */
    readonly folder: string;
    readonly name: string;
    readonly kind: (typeof demoNodes)[number]['kind'];
  },
): Promise<Readonly<Record<string, string>>> {
  const { folder, name, kind } = node;
  if (loadMembership(join(folder, name))?.node !== undefined) return {};
  const { token } = await issueJoinToken(db, { folder: join(folder, 'initial'), type: kind, seconds });
  return { CODECRAFT_JOIN_TOKEN: token };
}
