import { LRUCache } from 'lru-cache';
import { type WebSocketLink, openWebSocketLink } from '../gateway/links/websocket-link.ts';
import type { NodeCertificate } from '../identity/node-certificate.ts';
import { secure } from '../identity/peer-tls.ts';
import { limits } from '../schema/limits.ts';
import { dialTcp } from '../wire/dial.ts';
import type { NetworkBook } from './network-book.ts';

/** Links from this node to others, for messages: made when one is first wanted, closed when none has been for a while. */
export interface DirectLinks {
  /** UP or not. Undefined once all are closed. */
  get(node: string): WebSocketLink | undefined;
  /** Calls back with each node whose link comes up; returns the function that ends it. */
  onUp(listener: (node: string) => void): () => void;
  /** Idempotent. */
  close(): void;
}

export function createDirectLinks(options: {
  readonly book: NetworkBook;
  readonly certificate: NodeCertificate;
}): DirectLinks {
  const { book, certificate } = options;
  const listeners = new Set<(node: string) => void>();
  let isClosed = false;
  const links = new LRUCache<string, WebSocketLink>({
    max: limits.maxDirectLinks,
    ttl: limits.directLinkIdleMs,
    ttlAutopurge: true,
    updateAgeOnGet: true,
    dispose: (link) => void link.close(),
  });

  const dial = async (node: string) => {
    const peer = await book.peer(node);
    if (!peer) throw new Error('It is no member of the network');
    if (peer.port == null) throw new Error('It is reached through a tunnel, by the initial node only');
    return secure(await dialTcp({ host: peer.address, port: peer.port }, limits.dialTimeoutMs), {
      certificate,
      accepts: ({ fingerprint }) => peer.fingerprints.includes(fingerprint),
      timeoutMs: limits.dialTimeoutMs,
    });
  };
  const open = (node: string): WebSocketLink => {
    const link = openWebSocketLink({
      node,
      dial: () => dial(node),
      // There is another way, so that nobody waits for this one.
      retryFirstMs: limits.directRetryFirstMs,
      retryCapMs: limits.directRetryCapMs,
    });
    link.onStateChange((state) => {
      if (state === 'UP') for (const listener of listeners) listener(node);
    });
    links.set(node, link);
    return link;
  };

  return {
    get: (node) => (isClosed ? undefined : (links.get(node) ?? open(node))),
    onUp(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      isClosed = true;
      links.clear();
    },
  };
}
