import type { AgentLog } from '../agents/agent-log.ts';
import { assertMemoryFits } from '../agents/assert-memory-fits.ts';
import { deleteAgentRows } from '../agents/delete-agent-rows.ts';
import type { Hosting } from '../agents/hosting.ts';
import { assertRoomForOneMore } from '../agents/store-program.ts';
import { writeLines } from '../agents/write-lines.ts';
import type { WorldDatabase, WorldTransaction } from '../database.ts';
import type { Places } from '../places/places.ts';
import type { Running } from '../running/run-nothing.ts';
import type { AgentSnapshot } from './agent-snapshot.ts';
import { installSnapshot } from './install-snapshot.ts';
import { readSnapshot } from './read-snapshot.ts';

export interface AgentMovesOptions {
  readonly db: WorldDatabase;
  readonly node: string;
  readonly running: Running;
  readonly hosting: Hosting;
  readonly agentLog: Pick<AgentLog, 'ring'>;
  readonly places: Pick<Places, 'touched'>;
  readonly clock: () => number;
}

/** An agent of this node as those who move it need it. What is not their own transaction is on the disk when it resolves. */
export class AgentMoves {
  readonly #options: AgentMovesOptions;

  constructor(options: AgentMovesOptions) {
    this.#options = options;
  }

  /**
   * Finishes the batch that runs, lets the program know that it leaves, and runs nothing more: the agent is MOVING, also after a restart. All that there is
   * of it. Frozen again it is the same, but that its program is not told again. MOVED when it does not live here.
   * @param alongside what else is to be on the disk with that, in the same transaction
   */
  async freeze(
    agent: string,
    to: string,
    alongside: (transaction: WorldTransaction) => Promise<void> = () => Promise.resolve(),
  ): Promise<AgentSnapshot> {
    const { db, running, clock } = this.#options;
    const stop = async (transaction: WorldTransaction): Promise<AgentSnapshot> => {
      await alongside(transaction);
      await transaction
        .updateTable('agents')
        .set((row) => ({ status: 'MOVING', resumes_as: row.ref('status') }))
        .where('agent_id', '=', agent)
        .where('status', '!=', 'MOVING')
        .execute();
      return readSnapshot(transaction, agent, clock());
    };
    return running.whileHeld(agent, () => db.transaction().execute(stop), { leavesFor: to });
  }

  /** It stays: it is again what it was before, and does not want to move any more. Nothing happens to one that is not MOVING. */
  async thaw(agent: string): Promise<void> {
    const { db, running } = this.#options;
    await db
      .updateTable('agents')
      .set((row) => ({
        status: row.fn.coalesce('resumes_as', row.val('STOPPED' as const)),
        resumes_as: null,
      }))
      .where('agent_id', '=', agent)
      .where('status', '=', 'MOVING')
      .execute();
    await this.withdraw(agent);
    running.freshen(agent);
  }

  /** Whatever it is at: for copies ahead of a move, and for checkpoints. MOVED. */
  snapshot(agent: string): Promise<AgentSnapshot> {
    const { db, clock } = this.#options;
    return db.transaction().execute((transaction) => readSnapshot(transaction, agent, clock()));
  }

  /** How often it has moved; undefined when it is not here. */
  async epochOf(agent: string): Promise<number | undefined> {
    const row = await this.#options.db
      .selectFrom('agents')
      .select('epoch')
      .where('agent_id', '=', agent)
      .executeTakeFirst();
    return row?.epoch;
  }

  /** All that are here, MOVING or not. */
  async agents(): Promise<readonly { readonly agent: string; readonly epoch: number }[]> {
    return this.#options.db.selectFrom('agents').select(['agent_id as agent', 'epoch']).execute();
  }

  /** Whether it might live here: in a transaction of the caller's. USER_DISABLED, HOSTING_REFUSED, QUOTA_EXCEEDED. */
  async assertWelcome(transaction: WorldTransaction, { agent: row }: AgentSnapshot): Promise<void> {
    const { agent_id: agent, owner, memory } = row;
    this.#options.hosting.assertWelcome(owner);
    await assertRoomForOneMore(transaction, { owner, agent });
    await assertMemoryFits(transaction, { agent, owner, memory });
  }

  /** Stores it as what lives here now, in a transaction of the caller's, who calls `installed` when that is on the disk. */
  async install(
    transaction: WorldTransaction,
    snapshot: AgentSnapshot,
    { epoch, from }: { readonly epoch: number; readonly from: string | undefined },
  ): Promise<void> {
    const { node, clock } = this.#options;
    await installSnapshot({ transaction, node, epoch, from, now: clock() }, snapshot);
  }

  installed(agent: string): void {
    this.#options.running.freshen(agent);
  }

  /** Deletes what has moved away, in a transaction of the caller's, who calls what is returned when that is on the disk. */
  async remove(transaction: WorldTransaction, agent: string): Promise<() => void> {
    const { places, running, clock } = this.#options;
    const touched = new Set<string>();
    await deleteAgentRows({ transaction, agent, now: clock(), touched });
    return () => {
      places.touched(touched);
      running.freshen(agent);
    };
  }

  /** The agents that are MOVING here, as their moves may have been cut short. */
  async frozen(): Promise<readonly string[]> {
    const rows = await this.#options.db
      .selectFrom('agents')
      .select('agent_id')
      .where('status', '=', 'MOVING')
      .execute();
    return rows.map(({ agent_id: id }) => id);
  }

  /** Its program's wish to move has been heard, or refused. */
  async withdraw(agent: string): Promise<void> {
    await this.#options.db
      .updateTable('agents')
      .set({ move_to: null })
      .where('agent_id', '=', agent)
      .execute();
  }

  /** A line in its log, if it is here. */
  async note(agent: string, text: string): Promise<void> {
    const { db, agentLog, clock } = this.#options;
    const lines = [{ level: 'info', text } as const];
    await db.transaction().execute((transaction) => writeLines(transaction, { agent, lines, now: clock() }));
    agentLog.ring(agent);
  }
}
