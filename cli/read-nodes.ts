import type { NetworkClient } from '../client/connect.ts';
import {
  ManagedNodesDocument,
  type ManagedNodesQuery,
  type NodeStatus,
} from '../client/generated/graphql.ts';

/** Every node, or those of one status, page by page. */
export async function readNodes(client: NetworkClient, status: NodeStatus | null) {
  const nodes = [];
  let after: string | null = null;
  for (;;) {
    const { data }: { readonly data: ManagedNodesQuery } = await client.query(ManagedNodesDocument, {
      status,
      after,
    });
    nodes.push(...data.nodes.nodes);
    if (!data.nodes.pageInfo.hasNextPage) return nodes;
    after = data.nodes.pageInfo.endCursor ?? null;
  }
}
