import { LRUCache } from 'lru-cache';
import { limits } from '../schema/limits.ts';
import type { Viewer } from '../wire/viewer.ts';
import type { NodeKey } from './node-key.ts';
import { mintViewerToken } from './viewer-token.ts';

/** Tokens for the nodes that the gateway asks. */
export interface ViewerTokens {
  /** Signed anew for a person and a node only when less than half of its time is left. */
  readonly tokenFor: (viewer: Viewer, audience: string) => Promise<string>;
}

export function createViewerTokens(options: {
  /** Of the initial node. */
  readonly key: NodeKey;
  readonly now?: () => number;
}): ViewerTokens {
  const { key, now = Date.now } = options;
  const known = new LRUCache<string, { readonly token: Promise<string>; readonly mintedAt: number }>({
    max: limits.maxKnownViewerTokens,
  });
  return {
    tokenFor: (viewer, audience) => {
      const at = now();
      // No name has a space.
      const place = `${viewer.username} ${viewer.role} ${audience}`;
      const recent = known.get(place);
      const ageMs = recent ? at - recent.mintedAt : Infinity;
      // A clock that was set back makes ages negative.
      if (recent && ageMs >= 0 && ageMs < limits.viewerTokenLifetimeMs / 2) return recent.token;
      const token = mintViewerToken({ key, audience, viewer, now: at });
      // Asked for by many at once, it is signed once; what failed is tried again.
      known.set(place, { token, mintedAt: at });
      token.catch(() => known.delete(place));
      return token;
    },
  };
}
