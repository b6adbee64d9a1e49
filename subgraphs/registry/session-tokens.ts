import { SignJWT, errors, exportJWK, generateKeyPair, importJWK, jwtVerify } from 'jose';
import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import { randomUUID } from 'node:crypto';
import type { RegistryTables } from './database.ts';

const algorithm = 'EdDSA';
const issuer = 'codecraft';
/** Ours have about 250 characters. */
const maxTokenLength = 2_048;
const maxKnownTokens = 10_000;

/** What a token says, which its signature proves: of which session of whom it is. */
interface SessionClaims {
  readonly session: string;
  readonly username: string;
  readonly expiresAtMs: number;
}

/** JWTs for sessions, signed by a key that lives in the registry's database. Whether a session still counts is not said by its token. */
export interface SessionTokens {
  sign(claims: SessionClaims): Promise<string>;
  /** undefined for what is not, or no longer, a token of ours. */
  read(token: string): Promise<SessionClaims | undefined>;
}

export async function openSessionTokens(
  db: Kysely<RegistryTables>,
  now: () => number,
): Promise<SessionTokens> {
  const key = await loadOrCreateKey(db, now);
  const known = new LRUCache<string, SessionClaims>({ max: maxKnownTokens });
  return {
    sign: ({ session, username, expiresAtMs }) =>
      new SignJWT({ sid: session })
        .setProtectedHeader({ alg: algorithm, kid: key.id })
        .setIssuer(issuer)
        .setSubject(username)
        .setIssuedAt(Math.floor(now() / 1_000))
        .setExpirationTime(Math.floor(expiresAtMs / 1_000))
        .sign(key.privateKey),
    read: async (token) => {
      if (token.length > maxTokenLength) return undefined;
      const claims = known.get(token) ?? (await verify(token, key.publicKey, new Date(now())));
      if (!claims || claims.expiresAtMs <= now()) return undefined;
      known.set(token, claims);
      return claims;
    },
  };
}

type Key = Exclude<Awaited<ReturnType<typeof importJWK>>, Uint8Array>;

async function verify(token: string, key: Key, currentDate: Date): Promise<SessionClaims | undefined> {
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: [algorithm], issuer, currentDate });
    const { sid, sub, exp } = payload;
    if (sub === undefined || exp === undefined || typeof sid !== 'string') return undefined;
    return { session: sid, username: sub, expiresAtMs: exp * 1_000 };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

async function loadOrCreateKey(db: Kysely<RegistryTables>, now: () => number) {
  const stored = (await readKey(db)) ?? (await createKey(db, now));
  const { d: _private, ...publicPart } = stored.jwk;
  return {
    id: stored.id,
    privateKey: asKey(await importJWK(stored.jwk, algorithm)),
    publicKey: asKey(await importJWK(publicPart, algorithm)),
  };
}

async function readKey(db: Kysely<RegistryTables>) {
  const row = await db
    .selectFrom('session_keys')
    .selectAll()
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  // Written by createKey and by nobody else.
  return row && { id: row.key_id, jwk: JSON.parse(row.private_key) as Record<string, string> };
}

async function createKey(db: Kysely<RegistryTables>, now: () => number) {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const id = randomUUID();
  await db
    .insertInto('session_keys')
    .values({
      key_id: id,
      private_key: JSON.stringify(jwk),
      created_at: new Date(now()).toISOString(),
    })
    .execute();
  return { id, jwk };
}

function asKey(key: Awaited<ReturnType<typeof importJWK>>): Key {
  if (key instanceof Uint8Array) throw new Error('Expected an Ed25519 key, got bytes');
  return key;
}
