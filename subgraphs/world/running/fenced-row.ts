import type { AgentRow } from '../database.ts';

export const fencedColumns = [
  'failures',
  'succeeded',
  'penalties',
  'location',
  'memory_bytes',
  'cpu_bucket',
  'cpu_bucket_at',
  'start_due',
  'arrived_from',
] as const;

/** What a commit has to know of an agent that is still what it was when its batch began. */
export type Fenced = Pick<AgentRow, (typeof fencedColumns)[number]>;
