import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { NodeRow, NodeRowStatus, RegistryTables } from './database.ts';
import { useJoinToken } from './join-tokens.ts';
import { type CheckedClaim, type NodeClaim, checkClaim } from './node-claim.ts';
import { chooseNodeId } from './node-id.ts';
import { type NodeOrigin, isOnThisMachine } from './node-origin.ts';
import { findNode } from './nodes.ts';

/**
 * What a node proves itself with, later on. In this version a secret that both ends keep; a key of its own takes this place when links are
 * authenticated by SSH keys.
 */
export interface NodeCredentials {
  readonly id: string;
  readonly secret: string;
}

export interface Registration {
  readonly claim: NodeClaim;
  readonly origin: NodeOrigin;
  /** To come back as the same node. */
  readonly credentials?: NodeCredentials | undefined;
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
 * Takes a node into the table, or finds it there again: approved when it brings a join token, or is on this machine and the rules allow it;
 * otherwise PENDING. BAD_USER_INPUT, JOIN_REFUSED, NODE_REVOKED, and RATE_LIMITED when too many wait already. All or nothing.
 */
export async function registerNode(
  db: Kysely<RegistryTables>,
  registration: Registration,
  rules: RegistrationRules,
): Promise<Registered> {
  const claim = await checkClaim(db, registration.claim, registration.origin);
  return db
    .transaction()
    .execute((transaction) =>
      registration.credentials
        ? comeBack(transaction, registration, registration.credentials, claim, rules)
        : join(transaction, registration, claim, rules),
    );
}

/** The node with these credentials. JOIN_REFUSED, NODE_REVOKED. */
export async function recogniseNode(
  db: Kysely<RegistryTables>,
  credentials: NodeCredentials,
): Promise<NodeRow> {
  const node = await findNode(db, credentials.id);
  if (!node || !isSameSecret(node.secret, credentials.secret)) {
    throw codedError('JOIN_REFUSED', 'No node of this network has that id and that secret');
  }
  if (node.status === 'revoked') throw revoked(node);
  return node;
}

export function revoked(node: NodeRow) {
  const reason = node.revoked_reason === null ? '' : `: ${node.revoked_reason}`;
  return codedError('NODE_REVOKED', `The node ${node.node_id} has been thrown out of the network${reason}`);
}

async function comeBack(
  transaction: Kysely<RegistryTables>,
  registration: Registration,
  credentials: NodeCredentials,
  claim: CheckedClaim,
  rules: RegistrationRules,
): Promise<Registered> {
  const known = await recogniseNode(transaction, credentials);
  if (known.node_type !== claim.node_type) {
    throw codedError(
      'JOIN_REFUSED',
      `The node ${known.node_id} is of another kind; register it as a new one`,
    );
  }
  const isApprovedNow =
    known.status === 'pending' && (await isApproved(transaction, registration, known.node_id, rules));
  const node = await transaction
    .updateTable('nodes')
    .set({ ...claim, departed_at: null, ...(isApprovedNow ? { status: 'offline' as const } : {}) })
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
  const id = await chooseNodeId(transaction, claim.node_name);
  const isApprovedNow = await isApproved(transaction, registration, id, rules);
  if (!isApprovedNow) await checkRoomToWait(transaction);
  const status: NodeRowStatus = isApprovedNow ? 'offline' : 'pending';
  const node = await transaction
    .insertInto('nodes')
    .values({ ...claim, ...newNode(id, rules.now), status })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { node, isApprovedNow };
}

/** The columns that no node says of itself, as they are at first. */
export function newNode(id: string, now: () => number) {
  return {
    node_id: id,
    secret: randomBytes(32).toString('base64url'),
    registered_at: new Date(now()).toISOString(),
    last_seen: null,
    departed_at: null,
    revoked_reason: null,
    proxy: null,
  };
}

async function isApproved(
  transaction: Kysely<RegistryTables>,
  registration: Registration,
  id: string,
  rules: RegistrationRules,
): Promise<boolean> {
  const { joinToken, claim, origin } = registration;
  if (joinToken !== undefined) {
    await useJoinToken(transaction, { token: joinToken, type: claim.type, usedBy: id, now: rules.now() });
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

function isSameSecret(expected: string, got: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(got)];
  return a.length === b.length && timingSafeEqual(a, b);
}
