import { LRUCache } from 'lru-cache';
import type { PublicKey } from '../identity/public-key.ts';
import { limits } from '../schema/limits.ts';
import type { PeerNode } from '../subgraphs/serve/peer-session.ts';
import { NetworkBook } from './network-book.ts';
import type { NetworkChange, NetworkClient } from './network-client.ts';

export interface PeersOptions {
  readonly network: Pick<NetworkClient, 'peers' | 'agentHomes' | 'unfollowedMs'>;
  /** Fingerprint of the initial node. */
  readonly initialKey: string;
  /** How often it is looked whether what is known is too old. */
  readonly checkEveryMs?: number;
}

/** Who may talk to this node, as the registry has it; and what the node remembers of that. */
export interface Peers {
  readonly book: NetworkBook;
  /** Whose key this is. Rejects with INITIAL_UNREACHABLE when nobody can tell now. */
  recognise(key: PublicKey | undefined): Promise<PeerNode | undefined>;
  /** For the network's client: forgets, and cuts whoever is no member any more. */
  onChange(change: NetworkChange): void;
  /** How to cut peers: those that are no members any more, or all when what is known of them is too old. */
  serve(cut: (isGone: (peer: PeerNode) => boolean) => void): void;
  /** Who has come since this began. */
  known(): Iterable<PeerNode>;
  close(): void;
}

export function createPeers({ network, initialKey, checkEveryMs = 5_000 }: PeersOptions): Peers {
  const book = new NetworkBook({ network });
  let cut: ((isGone: (peer: PeerNode) => boolean) => void) | undefined;
  const come = new LRUCache<string, PeerNode>({ max: limits.maxKnownPeers });
  const watch = setInterval(() => {
    if (network.unfollowedMs > limits.peerKnowledgeMs) cut?.((peer) => !peer.isInitial);
  }, checkEveryMs);
  watch.unref();

  const check = (id: string): void => {
    // Where it cannot be asked, the age of what is known decides.
    book.peer(id).then(
      (peer) => {
        if (peer) return;
        cut?.(({ node, isInitial }) => node === id && !isInitial);
        come.delete(id);
      },
      () => undefined,
    );
  };

  return {
    book,
    async recognise(key) {
      if (!key) return undefined;
      // The pinned key is all that makes the initial node; the registry is not asked about itself.
      if (key.fingerprint === initialKey) return { node: initialName, isInitial: true };
      const peer = await book.peerWithKey(key.fingerprint);
      if (!peer) return undefined;
      const member: PeerNode = { node: peer.id, isInitial: false };
      come.set(peer.id, member);
      return member;
    },
    onChange(change) {
      book.forget(change);
      const { node, agent } = change;
      if (node != null) {
        if (come.has(node)) check(node);
      } else if (agent == null) {
        // Somebody may have been thrown out while nothing was heard.
        for (const id of Array.from(come.keys())) check(id);
      }
    },
    serve(cutter) {
      cut = cutter;
    },
    known: () => come.values(),
    close: () => clearInterval(watch),
  };
}

/** Nobody asks it for an id on a connection of its own. */
const initialName = 'initial';
