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
  const known = new LRUCache<string, KnownViewer>({ max: limits.maxKnownViewerTokens });
  return async (token) => {
    const recent = known.get(token);
    // One whose time is over is refused by the same words as any.
    if (recent && now() < recent.refuseFromMs) return recent.viewer;
    const verified = await verifyViewerToken(token, { issuer, audience, now: now() });
    known.set(token, verified);
    return verified.viewer;
  };
}
