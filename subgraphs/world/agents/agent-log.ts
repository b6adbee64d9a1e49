import { setMaxListeners } from 'node:events';
import { limits } from '../../../schema/limits.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { decodeCursor, encodeCursor } from '../../serve/cursor.ts';
import type { AgentLogRow, WorldDatabase } from '../database.ts';
import { decodeSequence, encodeSequence } from '../../serve/sequence-position.ts';
import { Bell } from '../../serve/bell.ts';
import { followTable } from '../../serve/follow-table.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A line as the graph gives it out. */
export interface LogLine {
  readonly cursor: string;
  readonly at: string;
  readonly level: string;
  readonly text: string;
}

interface LogOptions {
  readonly db: WorldDatabase;
  readonly clock: () => number;
}

interface FollowOptions {
  /** A cursor of this agent's log; `now`; or nothing, for the oldest line kept. */
  readonly after: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Lines read at once by a reader that catches up. */
const pageSize = 100;

/** What agents print: the newest lines of each, numbered for life. */
export class AgentLog {
  readonly #db: WorldDatabase;
  readonly #clock: () => number;
  readonly #bell = new Bell();
  readonly #closing = new AbortController();

  constructor(options: LogOptions) {
    this.#db = options.db;
    this.#clock = options.clock;
    // One listener for each who follows, however many.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Resolves when the line is stored; throws MOVED when the agent does not live here. A text that is too long is cut. */
  async append(agent: string, level: LogLevel, text: string): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      const counted = await transaction
        .updateTable('agents')
        .set((eb) => ({ log_sequence: eb('log_sequence', '+', 1) }))
        .where('agent_id', '=', agent)
        .returning('log_sequence')
        .executeTakeFirst();
      if (!counted) throw moved(agent);
      const sequence = counted.log_sequence;
      await transaction
        .insertInto('agent_logs')
        .values({
          agent_id: agent,
          sequence,
          at: new Date(this.#clock()).toISOString(),
          level,
          text: cut(text),
        })
        .execute();
      await transaction
        .deleteFrom('agent_logs')
        .where('agent_id', '=', agent)
        .where('sequence', '<=', sequence - limits.maxLogLines)
        .execute();
    });
    this.#bell.ring(agent);
  }

  /**
   * The lines beyond `after`, and every later one, until returned. Rejects with BAD_CURSOR or MOVED; the iterator throws MOVED when the
   * agent leaves.
   */
  async follow(agent: string, { after, signal }: FollowOptions): Promise<AsyncIterableIterator<LogLine>> {
    const newest = await this.#newestSequence(agent);
    return followTable({
      position: after === 'now' ? newest : readSequence(agent, after, newest),
      readBeyond: (sequence) => this.#readBeyond(agent, sequence),
      positionOf: (row) => row.sequence,
      onNews: (wake) => this.#bell.listen(agent, wake),
      present: (row) => present(agent, row),
      signals: signal ? [signal, this.#closing.signal] : [this.#closing.signal],
    });
  }

  /** Ends all readers. */
  close(): void {
    this.#closing.abort();
  }

  async #newestSequence(agent: string): Promise<number> {
    const row = await this.#db
      .selectFrom('agents')
      .select('log_sequence')
      .where('agent_id', '=', agent)
      .executeTakeFirst();
    if (!row) throw moved(agent);
    return row.log_sequence;
  }

  async #readBeyond(agent: string, sequence: number): Promise<AgentLogRow[]> {
    const rows = await this.#db
      .selectFrom('agent_logs')
      .selectAll()
      .where('agent_id', '=', agent)
      .where('sequence', '>', sequence)
      .orderBy('sequence')
      .limit(pageSize)
      .execute();
    if (rows.length === 0) await this.#newestSequence(agent);
    return rows;
  }
}

const scopeOf = (agent: string) => `world/log/${agent}`;

function readSequence(agent: string, after: string | undefined, newest: number): number {
  if (after === undefined) return 0;
  const sequence = decodeSequence(decodeCursor(scopeOf(agent), after));
  if (sequence <= newest) return sequence;
  // The table was lost or set back: to wait until the numbers have come up again would lose the lines in between.
  throw codedError('BAD_CURSOR', 'Expected a cursor of a line that this log has had');
}

function present(agent: string, { sequence, at, level, text }: AgentLogRow): LogLine {
  return { cursor: encodeCursor(scopeOf(agent), encodeSequence(sequence)), at, level, text };
}

function cut(text: string): string {
  return text.length <= limits.maxLogLineLength ? text : `${text.slice(0, limits.maxLogLineLength - 1)}…`;
}

const moved = (agent: string) =>
  codedError('MOVED', `The agent ${JSON.stringify(agent.slice(0, 140))} does not live on this node`);
