import { type NewLine, writeLines } from '../agents/write-lines.ts';
import type { CommitContext } from './commit-context.ts';

/** Adds lines to an agent's log, as far as its budget goes. */
export async function printLines(
  context: CommitContext,
  agent: string,
  lines: readonly NewLine[],
): Promise<void> {
  const kept = context.logBudget.cut(agent, lines, context.now);
  if (kept.length === 0) return;
  await writeLines(context.transaction, { agent, lines: kept, now: context.now });
  context.after.printed.add(agent);
  context.after.actions.push(() => context.meter.add(agent, { logLines: kept.length }));
}
