import type { CommitContext } from './commit-context.ts';
import { bucketNow } from './cpu-bucket.ts';
import type { Fenced } from './fenced-row.ts';
import type { FinishedRun } from './finished-run.ts';

/** What every batch whose inputs are used up changes in its agent's row. */
export function usedUp(context: Pick<CommitContext, 'now'>, { work, cpuMs }: FinishedRun, row: Fenced) {
  const kinds = new Set(work.inputs.map(({ source }) => source.kind));
  return {
    run: work.agent.run + work.inputs.length,
    ...charged(context, cpuMs, row),
    start_due: kinds.has('start') ? 0 : row.start_due,
    arrived_from: kinds.has('afterMove') ? null : row.arrived_from,
  } as const;
}

/** What a batch has cost, whatever came of it. */
export function charged({ now }: Pick<CommitContext, 'now'>, cpuMs: number, row: Fenced) {
  return { cpu_bucket: bucketNow(row, now) - cpuMs, cpu_bucket_at: now } as const;
}
