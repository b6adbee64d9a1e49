import type { WorldTransaction } from '../database.ts';
import type { Manners } from '../places/manners.ts';
import type { AgentMeter } from '../stats/agent-meter.ts';
import type { MailTransaction } from './agent-mail.ts';
import type { LogBudget } from './log-budget.ts';

/** What batches that are committed together share. */
export interface CommitContext {
  readonly transaction: WorldTransaction;
  readonly mail: MailTransaction;
  readonly logBudget: LogBudget;
  readonly manners: Manners;
  readonly meter: Pick<AgentMeter, 'add'>;
  readonly now: number;
  /** Collects what is to be done once the transaction is on the disk. */
  readonly after: AfterCommit;
}

export interface AfterCommit {
  readonly actions: (() => void)[];
  /** Locations where something has happened. */
  readonly touched: Set<string>;
  /** Agents with new lines in their logs. */
  readonly printed: Set<string>;
  /** Agents that want to move, and where. */
  readonly leaving: Map<string, string>;
}
