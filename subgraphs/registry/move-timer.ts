import type { Kysely } from 'kysely';
import { limits } from '../../schema/limits.ts';
import type { MoveRow, RegistryTables } from './database.ts';

export interface MoveTimerOptions {
  readonly db: Kysely<RegistryTables>;
  readonly silenceMs: number;
  /** Ends a move of which nothing has been heard for too long. */
  readonly giveUp: (move: string) => Promise<void>;
  readonly onFault: (error: unknown) => void;
}

/**
 * Gives up moves that are silent. Only the time counts during which the registry runs: while it does not, nobody can give a sign of life. What is left
 * of it is stored, so that a registry that is killed again and again gives up too.
 */
export class MoveTimer {
  readonly silenceMs: number;
  readonly #options: MoveTimerOptions;
  readonly #left = new Map<string, number>();
  #ticking: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #ticks = 0;

  constructor(options: MoveTimerOptions) {
    this.#options = options;
    this.silenceMs = options.silenceMs;
  }

  start(moves: readonly MoveRow[]): void {
    for (const { move_id: id, state, left_ms: left } of moves)
      if (state === 'MOVING') this.#left.set(id, left);
    this.#ticking = setInterval(() => {
      this.#work = this.#work.then(() => this.#tick()).catch(this.#options.onFault);
    }, limits.moveTickMs);
    this.#ticking.unref();
  }

  /** A sign of life, also the first. */
  push(move: string): void {
    this.#left.set(move, this.silenceMs);
  }

  end(move: string): void {
    this.#left.delete(move);
  }

  /** Resolves when nothing is being written. Idempotent. */
  close(): Promise<void> {
    clearInterval(this.#ticking);
    this.#left.clear();
    return this.#work;
  }

  /** A process that was held up has run for one tick, not for the time that it was held up. */
  async #tick(): Promise<void> {
    this.#ticks += 1;
    for (const [move, left] of this.#left) this.#left.set(move, left - limits.moveTickMs);
    const silent = [...this.#left].filter(([, left]) => left <= 0).map(([move]) => move);
    for (const move of silent) await this.#options.giveUp(move);
    if (this.#ticks % ticksPerWrite === 0) await this.#store();
  }

  async #store(): Promise<void> {
    for (const [move, left] of this.#left) {
      await this.#options.db
        .updateTable('moves')
        .set({ left_ms: Math.max(0, left) })
        .where('move_id', '=', move)
        .where('left_ms', '>', left)
        .execute();
    }
  }
}

/** About a second. */
const ticksPerWrite = 4;
