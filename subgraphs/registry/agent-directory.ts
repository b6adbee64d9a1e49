import type { Kysely } from 'kysely';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { ownerOfAgent } from '../../wire/ids.ts';
import { readInChunks } from '../serve/batch-by-key.ts';
import { ChangeHub } from './change-hub.ts';
import type { AgentHomeRow, RegistryTables } from './database.ts';

/** An agent that lives somewhere. */
export type SettledAgent = AgentHomeRow & { readonly node_id: string };

export interface LocatedAgent {
  readonly node: string;
  readonly epoch: number;
  /** Whether a move of it is not over: it may not be found there for a moment. */
  readonly isMoving: boolean;
}

/** Where each agent lives: the one truth that everybody asks. */
export class AgentDirectory {
  readonly #changes = new ChangeHub<string>();
  readonly #db: Kysely<RegistryTables>;
  readonly #now: () => number;

  constructor(db: Kysely<RegistryTables>, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /** Ids that nobody has claimed are missing from the answer. */
  async locate(agents: readonly string[]): Promise<ReadonlyMap<string, LocatedAgent>> {
    const homes = await readInChunks(agents, (ids) => this.findHomes(ids));
    return new Map(
      [...homes].map(([id, { node_id: node, epoch, move_id: move }]) => [
        id,
        { node, epoch, isMoving: move !== null },
      ]),
    );
  }

  /** Calls back with the id of each agent whose home has changed or gone; returns the function that ends it. */
  onChange(listener: (agent: string) => void): () => void {
    return this.#changes.listen(listener);
  }

  /** The home of this agent has changed, and that is on the disk; for who moves agents. */
  tell(agent: string): void {
    this.#changes.publish(agent);
  }

  /** Of those that live on a node a page, in the order of their ids. */
  async listHomes(node: string, after: string): Promise<readonly SettledAgent[]> {
    return this.#db
      .selectFrom('agent_homes')
      .selectAll()
      .where('node_id', '=', node)
      .$narrowType<{ node_id: string }>()
      .where('agent_id', '>', after)
      .orderBy('agent_id')
      .limit(limits.maxPageSize)
      .execute();
  }

  async findHomes(agents: readonly string[]): Promise<ReadonlyMap<string, SettledAgent>> {
    const rows = await this.#db
      .selectFrom('agent_homes')
      .selectAll()
      .where('agent_id', 'in', agents)
      .$narrowType<{ node_id: string }>()
      .where('node_id', 'is not', null)
      .execute();
    return new Map(rows.map((row) => [row.agent_id, row]));
  }

  /** Takes the id for an agent on this node; again from the same node is fine. BAD_USER_INPUT, AGENT_TAKEN, AGENT_MOVING. */
  async claim(agent: string, node: string): Promise<SettledAgent> {
    if (ownerOfAgent(agent) === undefined)
      throw codedError('BAD_USER_INPUT', "Expected an agent's id, <owner>/<name>");
    const claimed = await this.#db
      .insertInto('agent_homes')
      .values({
        agent_id: agent,
        node_id: node,
        epoch: 1,
        claimed_at: new Date(this.#now()).toISOString(),
      })
      .onConflict((conflict) =>
        conflict
          .column('agent_id')
          .doUpdateSet((row) => ({
            node_id: row.ref('excluded.node_id'),
            epoch: row('agent_homes.epoch', '+', 1),
            claimed_at: row.ref('excluded.claimed_at'),
          }))
          .where('agent_homes.node_id', 'is', null),
      )
      .executeTakeFirst();
    if (claimed.numInsertedOrUpdatedRows !== 0n) this.#changes.publish(agent);
    const home = (await this.findHomes([agent])).get(agent);
    if (home?.node_id !== node) throw codedError('AGENT_TAKEN', `The agent ${agent} lives on another node`);
    assertStays(home);
    return home;
  }

  /** Gives the id back; true when this node had it. AGENT_MOVING. */
  async release(agent: string, node: string): Promise<boolean> {
    const released = await this.#db
      .updateTable('agent_homes')
      .set({ node_id: null })
      .where('agent_id', '=', agent)
      .where('node_id', '=', node)
      .where('move_id', 'is', null)
      .executeTakeFirst();
    if (released.numUpdatedRows === 0n) {
      const home = (await this.findHomes([agent])).get(agent);
      if (home?.node_id === node) assertStays(home);
      return false;
    }
    this.#changes.publish(agent);
    return true;
  }
}

function assertStays({ agent_id: agent, move_id: move }: SettledAgent): void {
  if (move !== null) throw codedError('AGENT_MOVING', `The agent ${agent} is on its way to another node`);
}
