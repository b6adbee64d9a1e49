import { codedError } from '../../../wire/coded-error.ts';
import type { AgentStatus } from '../../../schema/generated/world.ts';
import { limits } from '../../../schema/limits.ts';
import { batchByKey } from '../../serve/batch-by-key.ts';
import type { AgentRow, WorldDatabase, WorldTransaction } from '../database.ts';
import { agentMoving } from './agent-moving.ts';
import { restoreVersion } from './agent-versions.ts';
import { deleteAgentRows } from './delete-agent-rows.ts';
import { type AgentProgram, storeProgram } from './store-program.ts';

export interface AgentFilter {
  readonly owner?: string | undefined;
  readonly status?: AgentStatus | undefined;
}

interface StoreOptions {
  readonly db: WorldDatabase;
  readonly node: string;
  readonly clock: () => number;
}

/** A status that somebody gives an agent. */
export interface StatusChange {
  readonly status: 'RUNNING' | 'STOPPED';
  readonly reason: string | null;
  /** The admin without whom it is not to start again. */
  readonly heldBy: string | null;
}

/** The agents that live on this node: their programs, status and memory. The body of each is a row of type avatar in `entities`. */
export class AgentStore {
  readonly #db: WorldDatabase;
  readonly #node: string;
  readonly #clock: () => number;
  /** The row with an agent's id; many asked for in one turn are read together. */
  readonly find: (id: string) => Promise<AgentRow | undefined>;
  /** How often an agent that lives here has moved; read without its program and memory, and as `find` together with others. */
  readonly findEpoch: (id: string) => Promise<number | undefined>;

  constructor(options: StoreOptions) {
    this.#db = options.db;
    this.#node = options.node;
    this.#clock = options.clock;
    this.find = batchByKey((ids) => this.#readMany(ids));
    this.findEpoch = batchByKey((ids) => this.#readEpochs(ids));
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

  /** Those whose avatars are at a location, by owner and name; `limits.maxPresent` at the most. */
  async listPresent(location: string): Promise<AgentRow[]> {
    return this.#db
      .selectFrom('agents')
      .selectAll()
      .where('location', '=', location)
      .orderBy('position')
      .limit(limits.maxPresent)
      .execute();
  }

  /** As `storeProgram`. */
  async deploy(program: AgentProgram): Promise<{ readonly isNew: boolean }> {
    return this.#db
      .transaction()
      .execute((transaction) => storeProgram({ transaction, node: this.#node, now: this.#now() }, program));
  }

  /** As `restoreVersion`. */
  async rollBack(id: string, version: number | undefined): Promise<number | undefined> {
    return this.#db
      .transaction()
      .execute((transaction) => restoreVersion(transaction, { agent: id, version, at: this.#now() }));
  }

  /** True when the agent is here and was not MOVING, whose status is the move's to change. One that starts is told so, and has a clean slate. */
  async setStatus(id: string, { status, reason, heldBy }: StatusChange): Promise<boolean> {
    const result = await this.#db
      .updateTable('agents')
      .set({ status_reason: reason, held_by: heldBy, updated_at: this.#now() })
      .$if(status === 'STOPPED', (query) => query.set({ status }))
      .$if(status === 'RUNNING', (query) =>
        query.set((row) => ({
          status,
          failures: 0,
          penalties: 0,
          penalty_until: 0,
          start_due: row.case().when('status', '=', 'RUNNING').then(row.ref('start_due')).else(1).end(),
          // What began before it was stopped is not committed.
          run: row('run', '+', 1),
        })),
      )
      .where('agent_id', '=', id)
      .where('status', '!=', 'MOVING')
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  /** Stops those that run and belong to one of these; gives their ids. */
  async stopAgentsOf(owners: readonly string[], reason: string): Promise<readonly string[]> {
    const stopped = await this.#db
      .updateTable('agents')
      .set({ status: 'STOPPED', status_reason: reason, updated_at: this.#now() })
      .where('owner', 'in', owners)
      .where('status', '=', 'RUNNING')
      .returning('agent_id')
      .execute();
    return stopped.map(({ agent_id: id }) => id);
  }

  /** All that there is of it here but its mail. AGENT_MOVING while it moves. The locations where its avatar is seen no more. */
  async remove(id: string): Promise<ReadonlySet<string>> {
    const touched = new Set<string>();
    await this.#db.transaction().execute(async (transaction) => {
      await assertStays(transaction, id);
      await deleteAgentRows({ transaction, agent: id, now: this.#clock(), touched });
    });
    return touched;
  }

  #now(): string {
    return new Date(this.#clock()).toISOString();
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

  async #readEpochs(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#db
      .selectFrom('agents')
      .where('agent_id', 'in', ids)
      .select(['agent_id', 'epoch'])
      .execute();
    return new Map(rows.map(({ agent_id: id, epoch }) => [id, epoch]));
  }
}

async function assertStays(transaction: WorldTransaction, id: string): Promise<void> {
  const row = await transaction
    .selectFrom('agents')
    .select('status')
    .where('agent_id', '=', id)
    .executeTakeFirst();
  if (row?.status === 'MOVING') throw agentMoving(id);
}
