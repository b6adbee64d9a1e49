import type { Kysely, Transaction } from 'kysely';
import { codedError } from '../../wire/coded-error.ts';
import { limits } from '../../schema/limits.ts';
import type { AgentDirectory } from './agent-directory.ts';
import { ChangeHub } from './change-hub.ts';
import type { MoveRow, RegistryTables } from './database.ts';
import { addMoveEvent, stateOfMove } from './move-events.ts';
import { type MoveReport, transitionOf } from './move-steps.ts';
import { MoveTimer } from './move-timer.ts';
import {
  chooseSpool,
  findMove,
  findOpenMoves,
  insertMove,
  needHome,
  needHost,
  setHome,
} from './move-rows.ts';
import { writeTakeover } from './write-takeover.ts';

export interface MovesOptions {
  readonly db: Kysely<RegistryTables>;
  readonly directory: Pick<AgentDirectory, 'tell'>;
  readonly initial: () => string;
  readonly now: () => number;
  readonly onFault: (error: unknown) => void;
  /** Instead of `limits.moveSilenceMs`. */
  readonly silenceMs?: number | undefined;
}

/**
 * How agents get from node to node: each change is one transaction that looks whether the move is still what it is for, so that every call may come again,
 * late, or from both sides at once. Told once it is on the disk.
 */
export class Moves {
  readonly changes = new ChangeHub<MoveRow>();
  readonly #options: MovesOptions;
  readonly #timer: MoveTimer;

  private constructor(options: MovesOptions) {
    this.#options = options;
    this.#timer = new MoveTimer({
      ...options,
      silenceMs: options.silenceMs ?? limits.moveSilenceMs,
      giveUp: async (id) => void (await this.#abort(id, 'Nobody has given a sign of life')),
    });
  }

  /** With the timers of what is under way. */
  static async open(options: MovesOptions): Promise<Moves> {
    const moves = new Moves(options);
    moves.#timer.start(await findOpenMoves(options.db));
    return moves;
  }

  /** The same id again answers that move as it is. MOVED, AGENT_MOVING, NODE_UNKNOWN, FORBIDDEN, BAD_USER_INPUT, CONFLICT. */
  async begin(move: {
    readonly id: string;
    readonly agent: string;
    readonly source: string;
    readonly target: string;
  }): Promise<MoveRow> {
    const { id, agent, source, target } = move;
    if (!/^\w[\w-]{0,63}$/.test(id))
      throw codedError('BAD_USER_INPUT', 'Expected an id of letters, digits and dashes for the move');
    if (source === target)
      throw codedError('BAD_USER_INPUT', `The agent ${agent} lives on ${target} already`);
    const { row, isNew } = await this.#options.db.transaction().execute(async (transaction) => {
      const known = await findMove(transaction, id);
      if (known) return { row: assertSame(known, move), isNew: false };
      const home = await needHome(transaction, agent);
      if (home.node_id !== source) throw codedError('MOVED', `The agent ${agent} does not live on ${source}`);
      if (home.move_id !== null) throw codedError('AGENT_MOVING', `The agent ${agent} is on its way already`);
      const [from, to] = [await needHost(transaction, source), await needHost(transaction, target)];
      const spool = chooseSpool(from, to, this.#options.initial());
      await setHome(transaction, agent, { move_id: id });
      const begun = { id, home, target: to, spool, isTakeover: false, now: this.#now() };
      const row = await insertMove(transaction, begun);
      await addMoveEvent(transaction, row, this.#now());
      return { row, isNew: true };
    });
    if (isNew) this.#tell(row);
    return row;
  }

  /** A sign of life, and maybe the next step. NOT_FOUND for a move in which the node has no part; FORBIDDEN for a step that is not its own. */
  async progress(id: string, report: MoveReport): Promise<MoveRow> {
    const known = await this.#need(id, report.node);
    if (known.state !== 'MOVING') return known;
    this.#timer.push(id);
    const transition = transitionOf(report);
    if (!transition) return known;
    const { side, from, to } = transition;
    if (from.step !== known.step || (from.copies ?? known.copies) !== known.copies) return known;
    if (known[side] !== report.node)
      throw codedError('FORBIDDEN', `Expected ${report.step} of the other side of the move`);
    return this.#change(id, async (transaction) => {
      const row = await transaction
        .updateTable('moves')
        .set({ ...to, left_ms: this.#timer.silenceMs })
        .where('move_id', '=', id)
        .where('state', '=', 'MOVING')
        .where('step', '=', known.step)
        .where('copies', '=', known.copies)
        .returningAll()
        .executeTakeFirst();
      if (row && stateOfMove(row) !== stateOfMove(known)) await addMoveEvent(transaction, row, this.#now());
      return row;
    });
  }

  /** From now on the agent lives at the target; the one place where that is decided. NOT_FOUND, FORBIDDEN. */
  async commit(id: string, node: string): Promise<MoveRow> {
    await this.#needTarget(id, node);
    return this.#change(id, async (transaction) => {
      const row = await transaction
        .updateTable('moves')
        .set({ state: 'COMMITTED' })
        .where('move_id', '=', id)
        .where('state', '=', 'MOVING')
        .where('step', '=', 'FROZEN')
        .returningAll()
        .executeTakeFirst();
      if (!row) return undefined;
      await setHome(transaction, row.agent_id, { node_id: node, epoch: row.epoch + 1 });
      await addMoveEvent(transaction, row, this.#now());
      return row;
    });
  }

  /** The target has the agent: it may move again. NOT_FOUND, FORBIDDEN. */
  async confirm(id: string, node: string): Promise<MoveRow> {
    await this.#needTarget(id, node);
    return this.#end(id, { from: 'COMMITTED', state: 'DONE', reason: null });
  }

  /** The agent stays where it is, if it has not gone yet. NOT_FOUND. */
  async abort(id: string, node: string, reason: string): Promise<MoveRow> {
    const { source, target } = await this.#need(id, node);
    if (node !== source && node !== target)
      throw codedError('FORBIDDEN', 'Expected a side of the move to give it up');
    return this.#abort(id, reason.slice(0, limits.maxReasonLength));
  }

  /** The node that had it is lost: the agent begins again on another one. AGENT_UNKNOWN, NODE_UNKNOWN, FORBIDDEN, NOT_FOUND. */
  async takeOver(id: string, agent: string, target: string): Promise<MoveRow> {
    const { db, initial: spool } = this.#options;
    const { ended, begun } = await db
      .transaction()
      .execute((transaction) => writeTakeover(transaction, { id, agent, target, spool, now: this.#now() }));
    for (const move of [...ended, begun]) this.#tell(move);
    return begun;
  }

  /** Looks for silent moves no more. Idempotent. */
  close(): Promise<void> {
    return this.#timer.close();
  }

  #abort(id: string, reason: string): Promise<MoveRow> {
    return this.#end(id, { from: 'MOVING', state: 'ABORTED', reason });
  }

  #end(
    id: string,
    { from, ...end }: Pick<MoveRow, 'state' | 'reason'> & { readonly from: MoveRow['state'] },
  ): Promise<MoveRow> {
    return this.#change(id, async (transaction) => {
      const row = await transaction
        .updateTable('moves')
        .set({ ...end, ended_at: this.#now() })
        .where('move_id', '=', id)
        .where('state', '=', from)
        .returningAll()
        .executeTakeFirst();
      if (!row) return undefined;
      await setHome(transaction, row.agent_id, { move_id: null });
      await addMoveEvent(transaction, row, this.#now());
      return row;
    });
  }

  /** A change of a move, or, where it is not made any more, the move as it is. */
  async #change(
    id: string,
    change: (transaction: Transaction<RegistryTables>) => Promise<MoveRow | undefined>,
  ): Promise<MoveRow> {
    const { db } = this.#options;
    const changed = await db.transaction().execute(change);
    if (changed) this.#tell(changed);
    const row = changed ?? (await findMove(db, id));
    if (row) return row;
    throw codedError('NOT_FOUND', `There is no move ${id}`);
  }

  async #need(id: string, node: string): Promise<MoveRow> {
    const row = await findMove(this.#options.db, id);
    if (row && [row.source, row.target, row.spool].includes(node)) return row;
    throw codedError('NOT_FOUND', `There is no move ${id} from or to this node`);
  }

  async #needTarget(id: string, node: string): Promise<void> {
    const { target } = await this.#need(id, node);
    if (target !== node)
      throw codedError('FORBIDDEN', `Expected the target of the move to say this, ${target}`);
  }

  #tell(row: MoveRow): void {
    if (row.state === 'MOVING') this.#timer.push(row.move_id);
    else this.#timer.end(row.move_id);
    this.changes.publish(row);
    this.#options.directory.tell(row.agent_id);
  }

  #now(): string {
    return new Date(this.#options.now()).toISOString();
  }
}

function assertSame(
  row: MoveRow,
  { agent, source, target }: { readonly agent: string; readonly source: string; readonly target: string },
): MoveRow {
  if (row.agent_id === agent && row.source === source && row.target === target) return row;
  throw codedError('CONFLICT', `Another move has the id ${row.move_id}`);
}
