import { codedError } from '../../../wire/coded-error.ts';
import type { AgentStatus } from '../../../schema/generated/world.ts';
import { batchByKey } from '../../serve/batch-by-key.ts';
import type { AgentRow, WorldDatabase } from '../database.ts';
import { agentId, agentPosition } from './agent-identity.ts';

export interface AgentFilter {
  readonly owner?: string | undefined;
  readonly status?: AgentStatus | undefined;
}

export interface AgentProgram {
  readonly owner: string;
  readonly name: string;
  readonly code: string;
  readonly codeHash: string;
  /** Compact JSON; undefined keeps what there is. */
  readonly memory: string | undefined;
  readonly epoch: number;
}

interface StoreOptions {
  readonly db: WorldDatabase;
  readonly node: string;
  readonly clock: () => number;
}

/** The agents that live on this node: their programs, status and memory. The body of each is a row of type avatar in `entities`. */
export class AgentStore {
  readonly #db: WorldDatabase;
  readonly #node: string;
  readonly #clock: () => number;
  /** The row with an agent's id; many asked for in one turn are read together. */
  readonly find: (id: string) => Promise<AgentRow | undefined>;

  constructor(options: StoreOptions) {
    this.#db = options.db;
    this.#node = options.node;
    this.#clock = options.clock;
    this.find = batchByKey((ids) => this.#readMany(ids));
  }

  /** As `find`; throws MOVED when the agent does not live here (any more). */
  async get(id: string): Promise<AgentRow> {
    const row = await this.find(id);
    if (row) return row;
    throw codedError('MOVED', `The agent ${JSON.stringify(id.slice(0, 140))} does not live on this node`);
  }

  /** Up to `limit` rows whose position is beyond `after`, in the order of positions. */
  async list(filter: AgentFilter, after: string, limit: number): Promise<AgentRow[]> {
    return this.#filtered(filter)
      .where('position', '>', after)
      .selectAll()
      .orderBy('position')
      .limit(limit)
      .execute();
  }

  async count(filter: AgentFilter = {}): Promise<number> {
    const row = await this.#filtered(filter)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return row.count;
  }

  /** Stores the program and the agent's body. A new agent is STOPPED; one that had failed is so again. Tells whether it is new. */
  async deploy(program: AgentProgram): Promise<{ readonly isNew: boolean }> {
    const { owner, name, memory } = program;
    const id = agentId(owner, name);
    const now = new Date(this.#clock()).toISOString();
    const changed = {
      code: program.code,
      code_hash: program.codeHash,
      epoch: program.epoch,
      updated_at: now,
      ...(memory === undefined ? {} : { memory }),
    };
    return this.#db.transaction().execute(async (transaction) => {
      const known = await transaction
        .selectFrom('agents')
        .select('status')
        .where('agent_id', '=', id)
        .executeTakeFirst();
      if (known) {
        const status = known.status === 'FAILED' ? 'STOPPED' : known.status;
        await transaction
          .updateTable('agents')
          .set({ ...changed, status })
          .where('agent_id', '=', id)
          .execute();
        return { isNew: false };
      }
      const position = agentPosition(owner, name);
      const fresh = {
        status: 'STOPPED',
        memory: '{}',
        cpu_bucket: null,
        log_sequence: 0,
        created_at: now,
      } as const;
      await transaction
        .insertInto('agents')
        .values({ agent_id: id, owner, name, position, ...fresh, ...changed })
        .execute();
      await transaction
        .insertInto('entities')
        .values({
          entity_type: 'avatar',
          entity_id: id,
          owner,
          data: JSON.stringify({ name }),
          node_id: this.#node,
          name,
          position: null,
          updated_at: now,
        })
        .onConflict((conflict) => conflict.column('entity_id').doNothing())
        .execute();
      return { isNew: true };
    });
  }

  /** True when the agent is here and was not MOVING, whose status is the move's to change. */
  async setStatus(id: string, status: AgentStatus): Promise<boolean> {
    const result = await this.#db
      .updateTable('agents')
      .set({ status, updated_at: new Date(this.#clock()).toISOString() })
      .where('agent_id', '=', id)
      .where('status', '!=', 'MOVING')
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  #filtered(filter: AgentFilter) {
    let query = this.#db.selectFrom('agents');
    if (filter.owner !== undefined) query = query.where('owner', '=', filter.owner);
    if (filter.status !== undefined) query = query.where('status', '=', filter.status);
    return query;
  }

  async #readMany(ids: readonly string[]): Promise<ReadonlyMap<string, AgentRow>> {
    const rows = await this.#db.selectFrom('agents').where('agent_id', 'in', ids).selectAll().execute();
    return new Map(rows.map((row) => [row.agent_id, row]));
  }
}
