import { ownerOfAgent } from '../../wire/ids.ts';
import type { PeerNode } from '../serve/peer-session.ts';
import type { Delivery, Reason } from './delivery.ts';
import type { Post } from './post.ts';

/**
 * Why a node may not bring what it brings; those that it may are missing. A node speaks for the agents that the directory places on it, at the epoch
 * at which it does. Rejects with INITIAL_UNREACHABLE when nobody can say where an agent lives.
 */
export async function vetSenders(
  post: Pick<Post, 'locate'>,
  peer: PeerNode,
  batch: readonly Delivery[],
): Promise<ReadonlyMap<Delivery, Reason>> {
  const denied = new Map<Delivery, Reason>();
  const fromAgents = batch.filter((delivery) => {
    if (delivery.place && ownerOfAgent(delivery.source) !== undefined) return true;
    denied.set(delivery, {
      code: 'FORBIDDEN',
      text: 'Only the initial node brings what people send, and what comes back',
    });
    return false;
  });
  const judge = async (suspects: readonly Delivery[], fresh: boolean): Promise<readonly Delivery[]> => {
    if (suspects.length === 0) return [];
    const homes = await post.locate([...new Set(suspects.map(({ source }) => source))], { fresh });
    return suspects.filter((delivery) => {
      const home = homes.get(delivery.source);
      const reason = reasonAgainst(delivery, peer, home);
      if (reason) denied.set(delivery, reason);
      else denied.delete(delivery);
      return reason !== undefined;
    });
  };
  // What is known here may be older than what the sender knows.
  await judge(await judge(fromAgents, false), true);
  return denied;
}

function reasonAgainst(
  { source, place }: Delivery,
  peer: PeerNode,
  home: { readonly node: string; readonly epoch: number } | undefined,
): Reason | undefined {
  if (home?.node !== peer.node) {
    return { code: 'FORBIDDEN', text: `The agent ${source} does not live on ${peer.node}` };
  }
  if (home.epoch === place?.epoch) return undefined;
  return { code: 'STALE_EPOCH', text: `The agent ${source} is at epoch ${home.epoch}, not ${place?.epoch}` };
}
