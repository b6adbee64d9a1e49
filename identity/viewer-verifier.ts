import { LRUCache } from 'lru-cache';
import { limits } from '../schema/limits.ts';
import type { Viewer } from '../wire/viewer.ts';
import type { PublicKey } from './public-key.ts';
import { type KnownViewer, verifyViewerToken } from './viewer-token.ts';

/** Whose token it is. Rejects with VIEWER_REFUSED, as `verifyViewerToken`. */
export type VerifyViewer = (token: string) => Promise<Viewer>;

/** Verifies the tokens that come to one node; the signature of each is looked at once, its time at every use. */
export function createViewerVerifier(options: {
  /** The key of the initial node. */
  readonly issuer: PublicKey;
  /** This node's id. */
  readonly audience: string;
  readonly now?: () => number;
}): VerifyViewer {
  const { issuer, audience, now = Date.now } = options;
  const known = new LRUCache<string, Promise<KnownViewer>>({ max: limits.maxKnownViewerTokens });
  return async (token) => {
    const verifying = known.get(token) ?? verifyViewerToken(token, { issuer, audience, now: now() });
    // Kept while it is being verified: a new token comes with many operations at once.
    known.set(token, verifying);
    try {
      const { viewer, refuseFromMs } = await verifying;
      if (now() < refuseFromMs) return viewer;
    } catch (error) {
      known.delete(token);
      throw error;
    }
    // Its time is over: refused by the same words as one that was never seen.
    known.delete(token);
    return (await verifyViewerToken(token, { issuer, audience, now: now() })).viewer;
  };
}
