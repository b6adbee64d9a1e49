import type { NetworkClient } from '../../client/connect.ts';
import { InitialNodeDocument } from '../../client/generated/graphql.ts';

/** The id of the initial node, where agents live unless their owner says otherwise. */
export async function findInitial(client: NetworkClient): Promise<string> {
  const { data } = await client.query(InitialNodeDocument);
  const id = data.nodes.nodes[0]?.id;
  if (id) return id;
  throw new Error('Expected a network with an initial node; name a node with --node');
}
