import type { Resolvers } from '../../../schema/generated/registry.ts';
import { createConnectionResolvers } from '../../serve/page.ts';
import { type ChangeOrEnd, needChange } from '../change-hub.ts';
import type { NodeRow } from '../database.ts';
import { toColumn, toEnum } from '../enum-case.ts';
import { createJoinToken } from '../join-tokens.ts';
import type { NodeChanged } from '../members.ts';
import { listNodes } from '../nodes.ts';
import type { RegistryServices } from '../services.ts';
import { needViewer } from './people.ts';

/** Nodes: which there are, who lets them in and throws them out, what happens to them. */
export function createNodeResolvers({ db, load, members, now, key }: RegistryServices) {
  return {
    Query: {
      node: async (_root, { id }) => (await load.node(id)) ?? null,
      nodes: (_root, { kind, status, first, after }) =>
        listNodes(
          db,
          {
            type: kind ? toColumn(kind) : undefined,
            status: status ? toColumn(status) : undefined,
          },
          { first, after },
        ),
    },
    Mutation: {
      approveNode: (_root, { fingerprint }) => members.approve(fingerprint),
      revokeNode: (_root, { id, reason }) => members.revoke(id, reason ?? null),
      createJoinToken: (_root, { kind, expiresInSeconds }, context) =>
        createJoinToken(db, {
          type: toColumn(kind),
          seconds: expiresInSeconds ?? defaultTokenSeconds,
          initialKey: key.publicKey,
          createdBy: needViewer(context).username,
          now: now(),
        }),
    },
    Subscription: {
      nodeChanges: {
        subscribe: () => members.changes.read(),
        resolve: (change: ChangeOrEnd<NodeChanged>) => needChange(change),
      },
    },
    Node: {
      __resolveReference: async ({ id }) => (await load.node(id)) ?? null,
      id: (node) => node.node_id,
      name: (node) => node.node_name,
      kind: (node) => toEnum(node.node_type),
      status: (node) => (node.retired_at === null ? toEnum(node.status) : 'RETIRED'),
      owner: async (node) => (node.owner === null ? null : ((await load.user(node.owner)) ?? null)),
      address: (node) => node.ip_address || null,
      port: (node) => node.port || null,
      publicKey: (node) => node.public_key,
      lastSeen: (node) => node.last_seen,
      proxy: async (node) => (node.proxy === null ? null : ((await load.node(node.proxy)) ?? null)),
    },
    NodeConnection: createConnectionResolvers<NodeRow>(),
  } satisfies Resolvers;
}

/** As in registry.graphql, for who sends null. */
const defaultTokenSeconds = 3_600;
