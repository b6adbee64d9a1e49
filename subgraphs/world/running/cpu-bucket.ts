import { limits } from '../../../schema/limits.ts';
import type { AgentRow } from '../database.ts';

/** What an agent has saved up before it goes on, once its bucket has been empty: not a batch for each millisecond. */
const resumeAtMs = 20;

/** CPU in ms that an agent may use now: what it had left, and what time has given it since. Below 0 when its last batch took more than it had. */
export function bucketNow(row: Pick<AgentRow, 'cpu_bucket' | 'cpu_bucket_at'>, now: number): number {
  if (row.cpu_bucket === null) return limits.maxCpuBucketMs;
  // A clock that was set back takes nothing away.
  const seconds = Math.max(0, now - row.cpu_bucket_at) / 1_000;
  return Math.min(limits.maxCpuBucketMs, row.cpu_bucket + seconds * limits.cpuMsPerSecond);
}

/** How long an agent with this much has to wait; 0 for not at all. */
export function bucketWaitMs(bucketMs: number): number {
  return bucketMs > 0 ? 0 : Math.ceil(((resumeAtMs - bucketMs) / limits.cpuMsPerSecond) * 1_000);
}
