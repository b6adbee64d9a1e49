import { setMaxListeners } from 'node:events';
import { codedError } from '../../../wire/coded-error.ts';
import { decodeCursor, encodeCursor } from '../../serve/cursor.ts';
import type { AgentLogRow, LogLevel, WorldDatabase } from '../database.ts';
import { decodeSequence, encodeSequence } from '../../serve/sequence-position.ts';
import { Bell } from '../../serve/bell.ts';
import { followTable } from '../../serve/follow-table.ts';
import { writeLines } from './write-lines.ts';

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

/** What agents print: the newest lines of each, numbered for life within each stay on a node. */
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
    const now = this.#clock();
    const isHere = await this.#db
      .transaction()
      .execute((transaction) => writeLines(transaction, { agent, lines: [{ level, text }], now }));
    if (!isHere) throw moved(agent);
    this.ring(agent);
  }

  /** Wakes those who follow an agent's log: something new is on the disk. */
  ring(agent: string): void {
    this.#bell.ring(agent);
  }

  /**
   * The lines beyond `after`, and every later one, until returned. Rejects with BAD_CURSOR or MOVED; the iterator throws MOVED when the
   * agent leaves.
   */
  async follow(agent: string, { after, signal }: FollowOptions): Promise<AsyncIterableIterator<LogLine>> {
    const newest = await this.#newestPlace(agent);
    return followTable({
      position: after === 'now' ? newest : readPlace(agent, after, newest),
      readBeyond: (place) => this.#readBeyond(agent, place),
      positionOf: placeOf,
      onNews: (wake) => this.#bell.listen(agent, wake),
      present: (row) => present(agent, row),
      signals: signal ? [signal, this.#closing.signal] : [this.#closing.signal],
    });
  }

  /** Ends all readers. */
  close(): void {
    this.#closing.abort();
  }

  async #newestPlace(agent: string): Promise<LogPlace> {
    const row = await this.#db
      .selectFrom('agents')
      .select(['epoch', 'log_sequence'])
      .where('agent_id', '=', agent)
      .executeTakeFirst();
    if (!row) throw moved(agent);
    return { epoch: row.epoch, sequence: row.log_sequence };
  }

  async #readBeyond(agent: string, { epoch, sequence }: LogPlace): Promise<AgentLogRow[]> {
    const rows = await this.#db
      .selectFrom('agent_logs')
      .selectAll()
      .where('agent_id', '=', agent)
      .where((row) => row(row.refTuple('epoch', 'sequence'), '>', row.tuple(epoch, sequence)))
      .orderBy('epoch')
      .orderBy('sequence')
      .limit(pageSize)
      .execute();
    if (rows.length === 0) await this.#newestPlace(agent);
    return rows;
  }
}

/** Where a line stands: a stay of the agent, and a number that an agent taken over from an old state gives out again. */
interface LogPlace {
  readonly epoch: number;
  readonly sequence: number;
}

const placeOf = ({ epoch, sequence }: AgentLogRow): LogPlace => ({ epoch, sequence });

const scopeOf = (agent: string) => `world/log/${agent}`;

function readPlace(agent: string, after: string | undefined, newest: LogPlace): LogPlace {
  if (after === undefined) return { epoch: 0, sequence: 0 };
  const [epochText = '', sequenceText = ''] = decodeCursor(scopeOf(agent), after).split(',');
  const epoch = decodeSequence(epochText);
  const sequence = decodeSequence(sequenceText);
  if (epoch < newest.epoch || (epoch === newest.epoch && sequence <= newest.sequence))
    return { epoch, sequence };
  // The table was lost or set back: to wait until the numbers have come up again would lose the lines in between.
  throw codedError('BAD_CURSOR', 'Expected a cursor of a line that this log has had');
}

function present(agent: string, { epoch, sequence, at, level, text }: AgentLogRow): LogLine {
  const place = `${encodeSequence(epoch)},${encodeSequence(sequence)}`;
  return { cursor: encodeCursor(scopeOf(agent), place), at, level, text };
}

const moved = (agent: string) =>
  codedError('MOVED', `The agent ${JSON.stringify(agent.slice(0, 140))} does not live on this node`);
