import { SignJWT, errors, exportJWK, generateKeyPair, importJWK, jwtVerify } from 'jose';
import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import { randomUUID } from 'node:crypto';
import { limits } from '../../schema/limits.ts';
import type { Viewer } from '../../wire/viewer.ts';
import type { RegistryTables, UserRow } from './database.ts';
import { toEnum } from './enum-case.ts';
import { findUser } from './users.ts';

const algorithm = 'EdDSA';
const issuer = 'codecraft';
/** Ours have about 250 characters. */
const maxTokenLength = 2_048;
const maxKnownTokens = 10_000;
const maxKnownUsers = 10_000;
/** How long a change that another process made (the CLI) may go unnoticed. */
const userFreshMs = 1_000;

export interface IssuedSession {
  readonly token: string;
  readonly expiresAt: string;
}

/** Sessions of people: JWTs signed by a key that lives in the registry's database. */
export interface Sessions {
  issue(user: UserRow): Promise<IssuedSession>;
  /** Whose token it is, with the role that the person has now; undefined when it is not, or no longer, one of ours. */
  authenticate(token: string): Promise<Viewer | undefined>;
  /** The person's role or password has changed: look again at the next `authenticate`. */
  forget(username: string): void;
}

interface Claims {
  readonly username: string;
  readonly generation: number;
  readonly expiresAtMs: number;
}

export async function openSessions(options: {
  readonly db: Kysely<RegistryTables>;
  readonly now?: () => number;
}): Promise<Sessions> {
  const { db, now = Date.now } = options;
  const key = await loadOrCreateKey(db, now);
  const tokens = new LRUCache<string, Claims>({ max: maxKnownTokens });
  const users = new LRUCache<string, UserRow>({ max: maxKnownUsers, ttl: userFreshMs });

  const readClaims = async (token: string): Promise<Claims | undefined> => {
    const known = tokens.get(token);
    if (known) return known.expiresAtMs > now() ? known : undefined;
    const claims = await verifyToken(token, key.publicKey, new Date(now()));
    if (claims) tokens.set(token, claims);
    return claims;
  };
  const readUser = async (username: string): Promise<UserRow | undefined> => {
    const known = users.get(username);
    if (known) return known;
    const user = await findUser(db, username);
    if (user) users.set(username, user);
    return user;
  };

  return {
    issue: async (user) => {
      const expiresAtSeconds = Math.floor((now() + limits.sessionLifetimeMs) / 1_000);
      const token = await new SignJWT({ generation: user.session_generation })
        .setProtectedHeader({ alg: algorithm, kid: key.id })
        .setIssuer(issuer)
        .setSubject(user.username)
        .setIssuedAt(Math.floor(now() / 1_000))
        .setExpirationTime(expiresAtSeconds)
        .sign(key.privateKey);
      return { token, expiresAt: new Date(expiresAtSeconds * 1_000).toISOString() };
    },
    authenticate: async (token) => {
      if (token.length > maxTokenLength) return undefined;
      const claims = await readClaims(token);
      const user = claims && (await readUser(claims.username));
      if (!user || user.session_generation !== claims.generation) return undefined;
      return { username: user.username, role: toEnum(user.role) };
    },
    forget: (username) => {
      users.delete(username);
    },
  };
}

type Key = Exclude<Awaited<ReturnType<typeof importJWK>>, Uint8Array>;

async function verifyToken(token: string, key: Key, currentDate: Date): Promise<Claims | undefined> {
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: [algorithm], issuer, currentDate });
    const generation = payload['generation'];
    if (payload.sub === undefined || payload.exp === undefined || typeof generation !== 'number')
      return undefined;
    return { username: payload.sub, generation, expiresAtMs: payload.exp * 1_000 };
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
