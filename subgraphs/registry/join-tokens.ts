import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { PublicKey } from '../../identity/public-key.ts';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { NodeType, RegistryTables } from './database.ts';

export interface IssuedJoinToken {
  readonly token: string;
  readonly expiresAt: string;
}

/** Makes a token with which one node of this kind may join. Only its hash is kept. BAD_USER_INPUT. */
export async function createJoinToken(
  db: Kysely<RegistryTables>,
  options: {
    readonly type: NodeType;
    readonly seconds: number;
    /** What the token begins with, so that a node that has it knows whom to trust. */
    readonly initialKey: PublicKey;
    readonly createdBy: string;
    readonly now: number;
  },
): Promise<IssuedJoinToken> {
  const { type, seconds, initialKey, createdBy, now } = options;
  if (type === 'initial')
    throw codedError('BAD_USER_INPUT', 'A network has one initial node; no other joins');
  if (seconds < 1 || seconds > limits.maxJoinTokenSeconds) {
    throw codedError(
      'BAD_USER_INPUT',
      `Expected expiresInSeconds to be from 1 to ${limits.maxJoinTokenSeconds}, got ${seconds}`,
    );
  }
  const token = `${initialKey.fingerprint}.${randomBytes(24).toString('base64url')}`;
  const expiresAt = new Date(now + seconds * 1_000).toISOString();
  await db
    .insertInto('join_tokens')
    .values({
      token_hash: hashOf(token),
      node_type: type,
      expires_at: expiresAt,
      created_by: createdBy,
      used_by: null,
    })
    .execute();
  return { token, expiresAt };
}

/**
 * Uses up the token for the node `usedBy`: exactly one of those who come with it gets through, and only a node of the token's kind before it
 * expires. JOIN_REFUSED, without saying why. Part of the caller's transaction.
 */
export async function useJoinToken(
  transaction: Kysely<RegistryTables>,
  use: { readonly token: string; readonly type: NodeType; readonly usedBy: string; readonly now: number },
): Promise<void> {
  const used = await transaction
    .updateTable('join_tokens')
    .set({ used_by: use.usedBy })
    .where('token_hash', '=', hashOf(use.token))
    .where('node_type', '=', use.type)
    .where('expires_at', '>', new Date(use.now).toISOString())
    .where('used_by', 'is', null)
    .executeTakeFirst();
  if (used.numUpdatedRows !== 1n)
    throw codedError(
      'JOIN_REFUSED',
      'The join token is not valid, not any more, or not for this kind of node: ask an admin for another one, or come without and be approved',
    );
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
