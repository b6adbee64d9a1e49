import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { initialName } from '../network.ts';
import type { Home, MoveSeen } from './history.ts';

const moveRow = z.object({
  id: z.string(),
  agent: z.string(),
  source: z.string(),
  target: z.string(),
  spool: z.string(),
  epoch: z.number(),
  state: z.string(),
  step: z.string(),
});
const moveQuery =
  'select move_id as id, agent_id as agent, source, target, spool, epoch, state, step from moves';
const homeRow = z.object({ agent: z.string(), node: z.string(), epoch: z.number() });
const homeQuery =
  'select agent_id as agent, node_id as node, epoch from agent_homes where node_id is not null';

/** A move that is not over. */
export type OpenMove = z.infer<typeof moveRow>;

/** The registry's tables, read past it, so that what is true is known also while nobody answers. Whoever opens it closes it. */
export class MoveBoard {
  readonly #db: Database.Database;

  constructor(folder: string) {
    this.#db = new Database(join(folder, 'data.db'), { readonly: true });
  }

  /** Moves that a fault of this node could hurt: of the initial node any. */
  underWay(node: string = initialName): readonly OpenMove[] {
    const all = this.#moves(`${moveQuery} where state in ('MOVING', 'COMMITTED')`);
    if (node === initialName) return all;
    return all.filter(({ source, target, spool }) => [source, target, spool].includes(node));
  }

  /** How many there have been. */
  get begun(): number {
    return z.number().parse(this.#db.prepare('select count(*) from moves').pluck().get());
  }

  /** All, as they were begun. */
  all(): readonly MoveSeen[] {
    return this.#moves(`${moveQuery} order by rowid`);
  }

  homes(): ReadonlyMap<string, Home> {
    const rows = z.array(homeRow).parse(this.#db.prepare(homeQuery).all());
    return new Map(rows.map(({ agent, ...home }) => [agent, home]));
  }

  close(): void {
    this.#db.close();
  }

  #moves(query: string): readonly OpenMove[] {
    return z.array(moveRow).parse(this.#db.prepare(query).all());
  }
}
