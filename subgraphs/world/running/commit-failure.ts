import { limits } from '../../../schema/limits.ts';
import { restoreVersion } from '../agents/agent-versions.ts';
import type { NewLine } from '../agents/write-lines.ts';
import type { CommitContext } from './commit-context.ts';
import type { Fenced } from './fenced-row.ts';
import type { FinishedRun } from './finished-run.ts';
import { judgeFailure } from './judge-failure.ts';
import { printLines } from './print-lines.ts';
import { usedUp } from './used-up.ts';
import { writeTimers } from './write-timers.ts';

/** The input is used up; the program goes on, or an older one in its place. */
export async function commitFailure(
  context: CommitContext,
  finished: FinishedRun,
  row: Fenced,
): Promise<void> {
  const { work, end } = finished;
  if (end.kind !== 'FAILED') return;
  const { failure } = end;
  const id = work.agent.agent_id;
  const lines: NewLine[] = failure.logs.map(({ level, text }) => ({ level, text }));
  lines.push({ level: 'error', text: failure.text });
  await writeTimers(context.transaction, { agent: id, inputs: work.inputs, timers: new Map() });
  const used = usedUp(context, finished, row);
  // What its owner tries out in it is not its program's fault.
  const isOwners = work.inputs.every(({ source }) => source.kind === 'command');
  const verdict = isOwners ? undefined : judgeFailure(row, failure.kind);
  const failed = isOwners ? {} : { failures: row.failures + 1 };
  const penalty =
    verdict?.kind === 'GOES_ON'
      ? { penalties: verdict.penalties, penalty_until: context.now + verdict.pauseMs }
      : {};
  await context.transaction
    .updateTable('agents')
    .set({ ...used, ...failed, ...penalty })
    .where('agent_id', '=', id)
    .execute();
  if (verdict?.kind === 'ROLLS_BACK') lines.push(await rollBack(context, id));
  await printLines(context, id, lines);
}

async function rollBack({ transaction, now }: CommitContext, id: string): Promise<NewLine> {
  const at = new Date(now).toISOString();
  const reason = `Failed ${limits.maxAgentFailures} times in a row`;
  const restored = await restoreVersion(transaction, { agent: id, at });
  if (restored !== undefined) return { level: 'warn', text: `${reason}: back to version ${restored}` };
  await transaction
    .updateTable('agents')
    .set({ status: 'FAILED', status_reason: reason, updated_at: at })
    .where('agent_id', '=', id)
    .execute();
  return { level: 'error', text: `Status: FAILED. ${reason}, and there is no older version` };
}
