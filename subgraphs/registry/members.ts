import type { Kysely } from 'kysely';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { invariant } from '../../wire/invariant.ts';
import { ChangeHub } from './change-hub.ts';
import type { PublicKey } from '../../identity/public-key.ts';
import type { NodeRow, RegistryTables } from './database.ts';
import { findNode, listMembers } from './nodes.ts';
import { type NodeClaim, checkClaim } from './node-claim.ts';
import { chooseNodeId } from './node-id.ts';
import { rekeyNode } from './rekey-node.ts';
import { retireNode } from './retire-node.ts';
import {
  type Registration,
  type RegistrationRules,
  approval,
  assertBelongs,
  newNode,
  registerNode,
} from './register-node.ts';

export type NodeChangeKind =
  'REGISTERED' | 'APPROVED' | 'ROUTED' | 'REKEYED' | 'ONLINE' | 'OFFLINE' | 'LEFT' | 'RETIRED' | 'REVOKED';

/** Something happened to a node; `node` is its row just afterwards. */
export interface NodeChanged {
  readonly kind: NodeChangeKind;
  readonly node: NodeRow;
  readonly at: string;
}

/**
 * Who belongs to the network: every change of the table `nodes` goes through here, and is told to `changes` once it is on the disk.
 */
export class Members {
  readonly changes = new ChangeHub<NodeChanged>();
  readonly #db: Kysely<RegistryTables>;
  readonly #rules: RegistrationRules;
  #initialId: string | undefined;

  constructor(db: Kysely<RegistryTables>, rules: RegistrationRules) {
    this.#db = db;
    this.#rules = rules;
  }

  /** Throws before `registerInitial`. */
  get initialId(): string {
    invariant(this.#initialId !== undefined, 'the initial node registers first');
    return this.#initialId;
  }

  /** Nobody's link is up when the initial node starts. */
  async forgetLinks(): Promise<void> {
    await this.#db.updateTable('nodes').set({ status: 'offline' }).where('status', '=', 'online').execute();
  }

  /** The approved nodes besides the initial one, in the order in which they joined. */
  list(): Promise<readonly NodeRow[]> {
    return listMembers(this.#db);
  }

  /** As `registerNode`. */
  async register(registration: Registration): Promise<NodeRow> {
    const { node, isApprovedNow } = await registerNode(this.#db, registration, this.#rules);
    this.#tell('REGISTERED', isApprovedNow ? { ...node, status: 'pending' } : node);
    if (isApprovedNow) this.#tell('APPROVED', node);
    return node;
  }

  /** The row of the initial node itself, made at its first start and brought up to date at each. */
  async registerInitial(
    claim: Omit<NodeClaim, 'type'> & { readonly address: string },
    key: PublicKey,
  ): Promise<NodeRow> {
    const checked = await checkClaim(this.#db, { ...claim, type: 'trusted' }, undefined);
    const now = this.#rules.now();
    const columns = {
      ...checked,
      node_type: 'initial',
      status: 'online',
      last_seen: new Date(now).toISOString(),
      public_key: key.line,
      fingerprint: key.fingerprint,
    } as const;
    const node = await this.#db.transaction().execute(async (transaction) => {
      const updated = await transaction
        .updateTable('nodes')
        .set(columns)
        .where('node_type', '=', 'initial')
        .returningAll()
        .executeTakeFirst();
      if (updated) return updated;
      return transaction
        .insertInto('nodes')
        .values({
          ...newNode(key, now),
          ...columns,
          node_id: await chooseNodeId(transaction, claim.name, now),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
    });
    this.#initialId = node.node_id;
    return node;
  }

  /** The node with this key, which gets its id. Idempotent. NODE_UNKNOWN, NODE_REVOKED, NODE_RETIRED. */
  async approve(fingerprint: string): Promise<NodeRow> {
    const { node, isApprovedNow } = await this.#db.transaction().execute(async (transaction) => {
      const known = await transaction
        .selectFrom('nodes')
        .selectAll()
        .where('fingerprint', '=', fingerprint)
        .executeTakeFirst();
      if (!known) throw codedError('NODE_UNKNOWN', `No node with the key ${fingerprint} has asked to join`);
      assertBelongs(known);
      if (known.status !== 'pending') return { node: known, isApprovedNow: false };
      const approved = await transaction
        .updateTable('nodes')
        .set(await approval(transaction, known.node_name, this.#rules.now()))
        .where('id', '=', known.id)
        .returningAll()
        .executeTakeFirstOrThrow();
      return { node: approved, isApprovedNow: true };
    });
    if (isApprovedNow) this.#tell('APPROVED', node);
    return node;
  }

  /** The member is reached through this proxy from now on; null when through none. NODE_UNKNOWN for a proxy that is no member. */
  async route(row: number, proxy: string | null): Promise<NodeRow> {
    if (proxy !== null) assertBelongs(await this.#need(proxy));
    const node = await this.#db
      .updateTable('nodes')
      .set({ proxy })
      .where('id', '=', row)
      .returningAll()
      .executeTakeFirstOrThrow();
    this.#tell('ROUTED', node);
    return node;
  }

  /**
   * Another key for the member; the one before is good for `limits.keyOverlapMs` more. The newest one once more changes nothing, as whoever has not
   * heard the answer asks again. ALREADY_EXISTS for any other that a node has or had.
   */
  async rekey(row: number, key: PublicKey): Promise<NodeRow> {
    const now = this.#rules.now();
    const node = await this.#db
      .transaction()
      .execute((transaction) => rekeyNode(transaction, row, { key, now }));
    this.#tell('REKEYED', node);
    return node;
  }

  /** Leaves for good: its keys end, the ids of its agents are free. Its row stays. */
  async retire(row: number): Promise<NodeRow> {
    const now = this.#rules.now();
    const node = await this.#db.transaction().execute((transaction) => retireNode(transaction, row, now));
    this.#tell('RETIRED', node);
    return node;
  }

  /**
   * The row stays, so that its agents are known to be out of reach. Idempotent. NODE_UNKNOWN, BAD_USER_INPUT for a reason that is too long,
   * FORBIDDEN for the initial node.
   */
  async revoke(id: string, reason: string | null): Promise<NodeRow> {
    if (reason !== null && reason.length > limits.maxReasonLength)
      throw codedError(
        'BAD_USER_INPUT',
        `Expected a reason of at most ${limits.maxReasonLength} characters, got ${reason.length}`,
      );
    const known = await this.#need(id);
    if (known.node_type === 'initial')
      throw codedError('FORBIDDEN', 'The initial node cannot be thrown out of its own network');
    const node = await this.#db
      .updateTable('nodes')
      .set({ status: 'revoked', revoked_reason: reason, proxy: null })
      .where('node_id', '=', id)
      .where('status', '!=', 'revoked')
      .returningAll()
      .executeTakeFirst();
    if (node) this.#tell('REVOKED', node);
    return node ?? known;
  }

  /** A proper goodbye of a member. */
  async leave(id: string): Promise<void> {
    const now = this.#now();
    const node = await this.#db
      .updateTable('nodes')
      .set({ departed_at: now, last_seen: now, status: 'offline' })
      .where('node_id', '=', id)
      .where('departed_at', 'is', null)
      .where('status', 'in', ['online', 'offline'])
      .returningAll()
      .executeTakeFirst();
    if (node) this.#tell('LEFT', node);
  }

  /** Its link is up. Nothing happens to a node that is not a member. */
  async markOnline(id: string): Promise<void> {
    const node = await this.#db
      .updateTable('nodes')
      .set({ status: 'online', last_seen: this.#now() })
      .where('node_id', '=', id)
      .where('status', '=', 'offline')
      .where('departed_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (node) this.#tell('ONLINE', node);
  }

  /** Its link is down. */
  async markOffline(id: string): Promise<void> {
    const node = await this.#db
      .updateTable('nodes')
      .set({ status: 'offline' })
      .where('node_id', '=', id)
      .where('status', '=', 'online')
      .returningAll()
      .executeTakeFirst();
    if (node) this.#tell('OFFLINE', node);
  }

  /** These were heard of just now. One statement for all, since each write waits for the disk. */
  async touch(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#db.updateTable('nodes').set({ last_seen: this.#now() }).where('node_id', 'in', ids).execute();
  }

  async #need(id: string): Promise<NodeRow> {
    const node = await findNode(this.#db, id);
    if (!node) throw codedError('NODE_UNKNOWN', `No node of this network has the id ${id}`);
    return node;
  }

  #tell(kind: NodeChangeKind, node: NodeRow): void {
    this.changes.publish({ kind, node, at: this.#now() });
  }

  #now(): string {
    return new Date(this.#rules.now()).toISOString();
  }
}
