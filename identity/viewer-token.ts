import { SignJWT, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { limits } from '../schema/limits.ts';
import { codedError } from '../wire/coded-error.ts';
import { type Viewer, roles } from '../wire/viewer.ts';
import type { NodeKey } from './node-key.ts';
import { type PublicKey, toKeyObject } from './public-key.ts';

const algorithm = 'EdDSA';
/** Keeps it apart from the session tokens of people, which are signed by another key anyway. */
const type = 'codecraft-viewer+jwt';
/** Ours have about 350 characters. */
const maxTokenLength = 2_048;

const claims = z.object({
  sub: z.string().min(1),
  role: z.enum(roles),
  iat: z.number(),
  exp: z.number(),
});

/** On whose behalf an operation runs, as one node is told it, and until when it may be told again. */
export interface KnownViewer {
  readonly viewer: Viewer;
  /** As the reader's clock counts, with the skew that is allowed. */
  readonly refuseFromMs: number;
}

/** A JWT by which the node `audience`, and no other, knows on whose behalf it is asked. `key` is that of the initial node. */
export function mintViewerToken(options: {
  readonly key: NodeKey;
  readonly audience: string;
  readonly viewer: Viewer;
  readonly now: number;
}): Promise<string> {
  const { key, audience, viewer, now } = options;
  const issuedAt = Math.floor(now / 1_000);
  return new SignJWT({ role: viewer.role })
    .setProtectedHeader({ alg: algorithm, typ: type })
    .setIssuer(key.publicKey.fingerprint)
    .setSubject(viewer.username)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + limits.viewerTokenLifetimeMs / 1_000)
    .sign(key.privateKey);
}

/**
 * Reads a token of `mintViewerToken`. Rejects with VIEWER_REFUSED for another audience, another or a wrong issuer, another algorithm, one that
 * lives longer than it may, and one whose time is over or has not come, by more than the clocks of two nodes may differ.
 */
export async function verifyViewerToken(
  token: string,
  expected: { readonly issuer: PublicKey; readonly audience: string; readonly now: number },
): Promise<KnownViewer> {
  const { issuer, audience, now } = expected;
  if (token.length > maxTokenLength) throw refused(`a token of ${token.length} characters`);
  const { sub, role, iat, exp } = await readClaims(token, expected);
  const lifetimeMs = (exp - iat) * 1_000;
  if (lifetimeMs <= 0 || lifetimeMs > limits.viewerTokenLifetimeMs)
    throw refused(`one that lives for ${lifetimeMs} ms`);
  if (iat * 1_000 > now + limits.maxClockSkewMs) {
    const minutes = Math.round((iat * 1_000 - now) / 60_000);
    throw refused(
      `one from ${minutes} minutes ahead; set the clocks of ${audience} and ${issuer.fingerprint}`,
    );
  }
  return {
    viewer: { username: sub, role },
    refuseFromMs: exp * 1_000 + limits.maxClockSkewMs,
  };
}

async function readClaims(
  token: string,
  { issuer, audience, now }: { readonly issuer: PublicKey; readonly audience: string; readonly now: number },
): Promise<z.infer<typeof claims>> {
  try {
    const { payload } = await jwtVerify(token, toKeyObject(issuer), {
      algorithms: [algorithm],
      typ: type,
      issuer: issuer.fingerprint,
      audience,
      currentDate: new Date(now),
      clockTolerance: limits.maxClockSkewMs / 1_000,
    });
    return claims.parse(payload);
  } catch (error) {
    if (error instanceof errors.JOSEError) throw refused(`none such (${error.message})`);
    if (error instanceof z.ZodError) throw refused('one with other claims');
    throw error;
  }
}

function refused(got: string) {
  return codedError('VIEWER_REFUSED', `Expected a token of the initial node for this node, got ${got}`);
}
