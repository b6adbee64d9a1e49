import { asError } from '../../../wire/as-error.ts';
import type { Manners } from '../places/manners.ts';
import type { AgentMeter } from '../stats/agent-meter.ts';
import type { AgentMail } from './agent-mail.ts';
import type { AfterCommit } from './commit-context.ts';
import { type CommitOutcome, commitRun } from './commit-run.ts';
import type { FinishedRun } from './finished-run.ts';
import type { LogBudget } from './log-budget.ts';

export interface CommitRunsOptions {
  readonly mail: AgentMail;
  readonly logBudget: LogBudget;
  readonly manners: Manners;
  readonly meter: Pick<AgentMeter, 'add'>;
  readonly clock: () => number;
  /** Told what has changed, once it is on the disk. */
  readonly onCommitted: (after: Pick<AfterCommit, 'touched' | 'printed' | 'leaving'>) => void;
}

/** What became of a batch; an error where it could not be stored, and then nothing of it is. */
export type CommitResult = CommitOutcome | Error;

/**
 * Stores the batches of many agents in one transaction, since waiting for the disk costs the same for one as for many. One that cannot be stored costs the
 * others nothing: then each is tried by itself.
 */
export async function commitRuns(
  options: CommitRunsOptions,
  runs: readonly FinishedRun[],
): Promise<readonly CommitResult[]> {
  try {
    return await commitTogether(options, runs);
  } catch (error) {
    if (runs.length === 1) return [asError(error)];
  }
  const results: CommitResult[] = [];
  for (const run of runs) results.push(...(await commitRuns(options, [run])));
  return results;
}

async function commitTogether(
  { mail, clock, onCommitted, ...budgets }: CommitRunsOptions,
  runs: readonly FinishedRun[],
): Promise<readonly CommitOutcome[]> {
  const after: AfterCommit = { actions: [], touched: new Set(), printed: new Set(), leaving: new Map() };
  const now = clock();
  const outcomes = await mail.transaction(async (transaction, mailTransaction) => {
    const results: CommitOutcome[] = [];
    for (const run of runs)
      results.push(await commitRun({ ...budgets, transaction, mail: mailTransaction, now, after }, run));
    return results;
  });
  for (const action of after.actions) action();
  onCommitted(after);
  return outcomes;
}
