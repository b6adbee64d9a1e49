import { limits } from '../../../schema/limits.ts';
import type { LogLevel, WorldTransaction } from '../database.ts';

export interface NewLine {
  readonly level: LogLevel;
  /** Cut when it is too long. */
  readonly text: string;
}

interface LinesToWrite {
  readonly agent: string;
  readonly lines: readonly NewLine[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Rows in one statement: far below SQLite's 32,766 variables. */
const rowsAtOnce = 1_000;

/** Adds lines to an agent's log, of which the newest are kept; false when the agent does not live here. In a transaction of the caller's. */
export async function writeLines(
  transaction: WorldTransaction,
  { agent, lines, now }: LinesToWrite,
): Promise<boolean> {
  const counted = await transaction
    .updateTable('agents')
    .set((row) => ({ log_sequence: row('log_sequence', '+', lines.length) }))
    .where('agent_id', '=', agent)
    .returning(['log_sequence', 'epoch'])
    .executeTakeFirst();
  if (!counted) return false;
  const { epoch, log_sequence: last } = counted;
  const at = new Date(now).toISOString();
  const rows = lines.map(({ level, text }, index) => ({
    agent_id: agent,
    epoch,
    sequence: last - lines.length + 1 + index,
    at,
    level,
    text: cut(text),
  }));
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    await transaction
      .insertInto('agent_logs')
      .values(rows.slice(start, start + rowsAtOnce))
      .execute();
  }
  await transaction
    .deleteFrom('agent_logs')
    .where('agent_id', '=', agent)
    .where('sequence', '<=', last - limits.maxLogLines)
    .execute();
  return true;
}

function cut(text: string): string {
  return text.length <= limits.maxLogLineLength ? text : `${text.slice(0, limits.maxLogLineLength - 1)}…`;
}
