import { SignJWT } from 'jose';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type NodeKey, makeNodeKey } from '../identity/node-key.ts';
import { mintViewerToken, verifyViewerToken } from '../identity/viewer-token.ts';
import { createViewerTokens } from '../identity/viewer-tokens.ts';
import { createViewerVerifier } from '../identity/viewer-verifier.ts';
import { limits } from '../schema/limits.ts';
import type { Viewer } from '../wire/viewer.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const noon = Date.parse('2026-11-25T12:00:00Z');
const ada: Viewer = { username: 'ada', role: 'DEVELOPER', session: 'secret' };
const newKey = () => makeNodeKey(join(temporaryFolder(), 'id_ed25519'));
const refusal = { extensions: { code: 'VIEWER_REFUSED' } };

const mint = (key: NodeKey, change: Partial<Parameters<typeof mintViewerToken>[0]> = {}) =>
  mintViewerToken({ key, audience: 'harbour', viewer: ada, now: noon, ...change });
const verify = (token: string, key: NodeKey, now = noon) =>
  verifyViewerToken(token, { issuer: key.publicKey, audience: 'harbour', now });

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

describe('a token for a node', () => {
  test('says who asks, and nothing of their session', async () => {
    const key = newKey();
    const token = await mint(key);
    expect((await verify(token, key)).viewer).toEqual({ username: 'ada', role: 'DEVELOPER' });
    expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).not.toContain('secret');
  });

  test('is refused by another node, and when another key made it', async () => {
    const [key, other] = [newKey(), newKey()];
    await expect(verify(await mint(key, { audience: 'forest' }), key)).rejects.toMatchObject(refusal);
    await expect(verify(await mint(other), key)).rejects.toMatchObject(refusal);
    // By the right name, with a wrong key.
    const forger: NodeKey = { ...other, publicKey: key.publicKey };
    await expect(verify(await mint(forger), key)).rejects.toMatchObject(refusal);
  });

  test.each([
    ['nothing', ''],
    ['a dot', '.'],
    ['garbage', 'a.b.c'],
    ['what is far too long', 'x'.repeat(100_000)],
  ])('is not %s', async (_, token) => {
    await expect(verify(token, newKey())).rejects.toMatchObject(refusal);
  });

  test('is refused when cut off or altered anywhere', async () => {
    const key = newKey();
    const token = await mint(key);
    for (let length = 0; length < token.length; length += 7)
      await expect(verify(token.slice(0, length), key)).rejects.toMatchObject(refusal);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const altered = encode({ ...Object(claims), role: 'ADMIN' });
    await expect(verify(`${header}.${altered}.${signature}`, key)).rejects.toMatchObject(refusal);
  });

  test('is refused without a signature, and with one of another algorithm', async () => {
    const key = newKey();
    const [, payload = ''] = (await mint(key)).split('.');
    for (const alg of ['none', 'None', 'HS256']) {
      const signed = `${encode({ alg, typ: 'codecraft-viewer+jwt' })}.${payload}`;
      // Signed with what everybody knows, as if it were a secret.
      const mac = createHmac('sha256', key.publicKey.line).update(signed).digest('base64url');
      for (const signature of ['', mac])
        await expect(verify(`${signed}.${signature}`, key)).rejects.toMatchObject(refusal);
    }
  });

  test.each([
    ['no role', {}],
    ['a role that there is not', { role: 'GOD' }],
  ])('is refused with %s', async (_, claims) => {
    const key = newKey();
    const token = await sign(key, claims, 60);
    await expect(verify(token, key)).rejects.toMatchObject(refusal);
  });

  test('is refused when it is another kind of token, or made to last', async () => {
    const key = newKey();
    expect(await verify(await sign(key, { role: 'ADMIN' }, 60), key)).toBeDefined();
    await expect(verify(await sign(key, { role: 'ADMIN' }, 61), key)).rejects.toMatchObject(refusal);
    await expect(verify(await sign(key, { role: 'ADMIN' }, 60, 'JWT'), key)).rejects.toMatchObject(refusal);
  });

  test('is taken by a node whose clock is wrong by minutes, and refused by one that is further off', async () => {
    const key = newKey();
    const token = await mint(key);
    const { maxClockSkewMs: skew, viewerTokenLifetimeMs: life } = limits;
    for (const now of [noon - skew, noon - 300_000, noon + 300_000, noon + life + skew - 1_000])
      expect((await verify(token, key, now)).viewer.username).toBe('ada');
    await expect(verify(token, key, noon + life + skew)).rejects.toMatchObject(refusal);
    await expect(verify(token, key, noon - skew - 60_000)).rejects.toMatchObject({
      ...refusal,
      message: expect.stringContaining('11 minutes ahead') as string,
    });
  });

  function sign(
    key: NodeKey,
    claims: Record<string, unknown>,
    seconds: number,
    typ = 'codecraft-viewer+jwt',
  ) {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ })
      .setIssuer(key.publicKey.fingerprint)
      .setSubject('ada')
      .setAudience('harbour')
      .setIssuedAt(noon / 1_000)
      .setExpirationTime(noon / 1_000 + seconds)
      .sign(key.privateKey);
  }
});

describe('tokens of many requests', () => {
  test('are signed once for a person, a role and a node, and anew when half of their time is over', async () => {
    let time = noon;
    const tokens = createViewerTokens({ key: newKey(), now: () => time });
    const first = tokens.tokenFor(ada, 'harbour');
    expect(tokens.tokenFor({ ...ada, session: 'other' }, 'harbour')).toBe(first);
    expect(await tokens.tokenFor(ada, 'forest')).not.toBe(await first);
    expect(await tokens.tokenFor({ ...ada, role: 'ADMIN' }, 'harbour')).not.toBe(await first);
    time += limits.viewerTokenLifetimeMs / 2 - 1;
    expect(tokens.tokenFor(ada, 'harbour')).toBe(first);
    time += 1;
    expect(await tokens.tokenFor(ada, 'harbour')).not.toBe(await first);
    time -= 3_600_000;
    const afterSetBack = await tokens.tokenFor(ada, 'harbour');
    time += 1;
    expect(await tokens.tokenFor(ada, 'harbour')).toBe(afterSetBack);
  });

  test('are verified once, and refused when their time is over', async () => {
    let time = noon;
    const key = newKey();
    const verifyAll = createViewerVerifier({ issuer: key.publicKey, audience: 'harbour', now: () => time });
    const token = await mint(key);
    const [viewer, atOnce] = await Promise.all([verifyAll(token), verifyAll(token)]);
    expect(atOnce).toBe(viewer);
    expect(await verifyAll(token)).toBe(viewer);
    time += limits.viewerTokenLifetimeMs + limits.maxClockSkewMs;
    await expect(verifyAll(token)).rejects.toMatchObject(refusal);
    await expect(verifyAll(await mint(key, { audience: 'forest' }))).rejects.toMatchObject(refusal);
  });
});
