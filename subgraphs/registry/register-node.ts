import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { PublicKey } from '../../identity/public-key.ts';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { NodeRow, RegistryTables } from './database.ts';
import { useJoinToken } from './join-tokens.ts';
import { type CheckedClaim, type NodeClaim, checkClaim } from './node-claim.ts';
import { chooseNodeId } from './node-id.ts';
import { addKey, findKeyHolder } from './node-keys.ts';
import { type NodeOrigin, isOnThisMachine } from './node-origin.ts';

export interface Registration {
  readonly claim: NodeClaim;
  /** Which has signed the claim, and with which its connection was made. */
  readonly key: PublicKey;
  readonly origin: NodeOrigin;
  readonly joinToken?: string | undefined;
}

export interface Registered {
  readonly node: NodeRow;
  /** Approved by this very registration. */
  readonly isApprovedNow: boolean;
}

export interface RegistrationRules {
  /** Nodes of this very machine need nobody's approval. */
  readonly approveLoopback: boolean;
  readonly now: () => number;
}

/**
 * Takes a node into the table, or finds it there again by its key: approved when it brings a join token, or is on this machine and the rules allow
 * it; otherwise PENDING. BAD_USER_INPUT, JOIN_REFUSED, NODE_REVOKED, NODE_RETIRED, and RATE_LIMITED when too many wait already. All or nothing.
 */
export async function registerNode(
  db: Kysely<RegistryTables>,
  registration: Registration,
  rules: RegistrationRules,
): Promise<Registered> {
  const claim = await checkClaim(db, registration.claim, registration.origin);
  const now = rules.now();
  return db.transaction().execute(async (transaction) => {
    const holder = await findKeyHolder(transaction, registration.key.fingerprint, now);
    if (!holder) return join(transaction, registration, claim, rules);
    assertBelongs(holder.node);
    if (!holder.isValid) {
      throw codedError('JOIN_REFUSED', `Another key has taken the place of this one; come with the newest`);
    }
    return comeBack(transaction, holder.node, { registration, claim, rules });
  });
}

/** Throws NODE_REVOKED or NODE_RETIRED for a node that is out. */
export function assertBelongs(node: NodeRow): void {
  if (node.status !== 'revoked') return;
  if (node.retired_at !== null) {
    throw codedError(
      'NODE_RETIRED',
      `The node ${node.node_id} has left the network for good: join as a new one, from another folder`,
    );
  }
  const reason = node.revoked_reason === null ? '' : `: ${node.revoked_reason}`;
  throw codedError('NODE_REVOKED', `The node ${node.node_id} has been thrown out of the network${reason}`);
}

interface Return {
  readonly registration: Registration;
  readonly claim: CheckedClaim;
  readonly rules: RegistrationRules;
}

async function comeBack(
  transaction: Kysely<RegistryTables>,
  known: NodeRow,
  { registration, claim, rules }: Return,
): Promise<Registered> {
  if (known.node_type !== claim.node_type) {
    throw codedError(
      'JOIN_REFUSED',
      `The node of this key is ${known.node_type}; come as another kind with another key`,
    );
  }
  const isApprovedNow = known.status === 'pending' && (await isApproved(transaction, registration, rules));
  const node = await transaction
    .updateTable('nodes')
    .set({
      ...claim,
      departed_at: null,
      ...(isApprovedNow ? await approval(transaction, claim.node_name, rules.now()) : {}),
    })
    .where('id', '=', known.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return { node, isApprovedNow };
}

async function join(
  transaction: Kysely<RegistryTables>,
  registration: Registration,
  claim: CheckedClaim,
  rules: RegistrationRules,
): Promise<Registered> {
  const isApprovedNow = await isApproved(transaction, registration, rules);
  if (!isApprovedNow) await checkRoomToWait(transaction);
  const now = rules.now();
  const node = await transaction
    .insertInto('nodes')
    .values({
      ...claim,
      ...newNode(registration.key, now),
      ...(isApprovedNow ? await approval(transaction, claim.node_name, now) : {}),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await addKey(transaction, node.id, registration.key, now);
  return { node, isApprovedNow };
}

/** The columns that no node says of itself, as they are at first. */
export function newNode(key: PublicKey, now: number) {
  return {
    node_id: pendingId(key),
    status: 'pending' as const,
    public_key: key.line,
    fingerprint: key.fingerprint,
    registered_at: new Date(now).toISOString(),
    last_seen: null,
    departed_at: null,
    revoked_reason: null,
    retired_at: null,
    proxy: null,
  };
}

/** The columns that an approval changes: the node gets the id that it has for life. */
export async function approval(transaction: Kysely<RegistryTables>, name: string, now: number) {
  return { node_id: await chooseNodeId(transaction, name, now), status: 'offline' as const };
}

/** What stands for the id of a node that has none yet; no node's name is so long with a dash in that place. */
function pendingId({ blob }: PublicKey): string {
  return `pending-${createHash('sha256').update(blob).digest('hex').slice(0, 24)}`;
}

async function isApproved(
  transaction: Kysely<RegistryTables>,
  { joinToken, claim, key, origin }: Registration,
  rules: RegistrationRules,
): Promise<boolean> {
  if (joinToken !== undefined) {
    const usedBy = key.fingerprint;
    await useJoinToken(transaction, { token: joinToken, type: claim.type, usedBy, now: rules.now() });
    return true;
  }
  return rules.approveLoopback && isOnThisMachine(origin);
}

async function checkRoomToWait(transaction: Kysely<RegistryTables>): Promise<void> {
  const { count } = await transaction
    .selectFrom('nodes')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('status', '=', 'pending')
    .executeTakeFirstOrThrow();
  if (count < limits.maxPendingNodes) return;
  throw codedError(
    'RATE_LIMITED',
    `${count} nodes wait for an admin already; come with a join token, or later`,
  );
}
