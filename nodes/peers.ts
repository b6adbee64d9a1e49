import type { PublicKey } from '../identity/public-key.ts';
import { limits } from '../schema/limits.ts';
import type { LinkServer } from '../subgraphs/serve/create-link-server.ts';
import type { PeerNode } from '../subgraphs/serve/peer-session.ts';
import { NetworkBook } from './network-book.ts';
import type { NetworkChange, NetworkClient } from './network-client.ts';

export interface PeersOptions {
  readonly network: Pick<NetworkClient, 'peers' | 'agentHomes' | 'isFollowing'>;
  /** Fingerprint of the initial node. */
  readonly initialKey: string;
}

/** Who may talk to this node, as the registry has it; and what the node remembers of that. */
export interface Peers {
  readonly book: NetworkBook;
  /** Whose key this is. Rejects with INITIAL_UNREACHABLE when nobody can tell now. */
  recognise(key: PublicKey | undefined): Promise<PeerNode | undefined>;
  /** For the network's client: forgets, and cuts whoever has to show its key again. */
  onChange(change: NetworkChange): void;
  /** The links to cut; at once, when what is known of peers is too old, the initial node's apart. */
  serve(links: LinkServer): void;
  close(): void;
}

export function createPeers({ network, initialKey }: PeersOptions): Peers {
  const book = new NetworkBook({ network });
  let links: LinkServer | undefined;
  let lastFollowed = performance.now();
  const watch = setInterval(() => {
    if (network.isFollowing) lastFollowed = performance.now();
    else if (performance.now() - lastFollowed > limits.peerKnowledgeMs) links?.cut((peer) => !peer.isInitial);
  }, checkEveryMs);
  watch.unref();

  return {
    book,
    async recognise(key) {
      if (!key) return undefined;
      // The pinned key is all that makes the initial node; the registry is not asked about itself.
      if (key.fingerprint === initialKey) return { node: initialName, isInitial: true };
      const peer = await book.peerWithKey(key.fingerprint);
      return peer && { node: peer.id, isInitial: false };
    },
    onChange(change) {
      book.forget(change);
      const { node } = change;
      if (node != null) links?.cut((peer) => peer.node === node && !peer.isInitial);
    },
    serve(server) {
      links = server;
    },
    close: () => clearInterval(watch),
  };
}

const checkEveryMs = 5_000;
/** Nobody asks it for an id on a connection of its own. */
const initialName = 'initial';
