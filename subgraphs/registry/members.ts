import type { Kysely } from 'kysely';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { ChangeHub } from './change-hub.ts';
import type { NodeRow, RegistryTables } from './database.ts';
import { findNode, listMembers } from './nodes.ts';
import { type NodeClaim, checkClaim } from './node-claim.ts';
import { chooseNodeId } from './node-id.ts';
import {
  type Registration,
  type RegistrationRules,
  newNode,
  registerNode,
  revoked,
} from './register-node.ts';

export type NodeChangeKind = 'REGISTERED' | 'APPROVED' | 'ONLINE' | 'OFFLINE' | 'LEFT' | 'REVOKED';

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

  constructor(db: Kysely<RegistryTables>, rules: RegistrationRules) {
    this.#db = db;
    this.#rules = rules;
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
  async registerInitial(claim: Omit<NodeClaim, 'type'> & { readonly address: string }): Promise<NodeRow> {
    const checked = await checkClaim(this.#db, { ...claim, type: 'trusted' }, undefined);
    const now = new Date(this.#rules.now()).toISOString();
    const columns = { ...checked, node_type: 'initial', status: 'online', last_seen: now } as const;
    return this.#db.transaction().execute(async (transaction) => {
      const updated = await transaction
        .updateTable('nodes')
        .set(columns)
        .where('node_type', '=', 'initial')
        .returningAll()
        .executeTakeFirst();
      if (updated) return updated;
      const id = await chooseNodeId(transaction, claim.name);
      return transaction
        .insertInto('nodes')
        .values({ ...newNode(id, this.#rules.now), ...columns })
        .returningAll()
        .executeTakeFirstOrThrow();
    });
  }

  /** Idempotent. NODE_UNKNOWN, NODE_REVOKED. */
  async approve(id: string): Promise<NodeRow> {
    const approved = await this.#db
      .updateTable('nodes')
      .set({ status: 'offline' })
      .where('node_id', '=', id)
      .where('status', '=', 'pending')
      .returningAll()
      .executeTakeFirst();
    if (approved) this.#tell('APPROVED', approved);
    const node = approved ?? (await this.#need(id));
    if (node.status === 'revoked') throw revoked(node);
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
      .set({ status: 'revoked', revoked_reason: reason })
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
