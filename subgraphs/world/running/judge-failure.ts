import type { AgentFailure } from '../../../agents/agent-runtime.ts';
import { limits } from '../../../schema/limits.ts';
import type { AgentRow } from '../database.ts';

/** What comes of a failed input: the program goes on, after a pause; its last version takes over; or it is stopped for good. */
export type Verdict =
  | { readonly kind: 'GOES_ON'; readonly penalties: number; readonly pauseMs: number }
  | { readonly kind: 'ROLLS_BACK' };

/**
 * A version on trial, which has not yet done enough inputs well, is rolled back when it fails too often in a row. A proven one is slowed down instead:
 * else whoever may write to an agent could have it rolled back. What was cut off waits longer each time, whatever its version.
 */
export function judgeFailure(
  { failures, succeeded, penalties }: Pick<AgentRow, 'failures' | 'succeeded' | 'penalties'>,
  kind: AgentFailure['kind'],
): Verdict {
  const isTooOften = failures + 1 >= limits.maxAgentFailures;
  if (isTooOften && succeeded < limits.trialInputs) return { kind: 'ROLLS_BACK' };
  if (kind === 'THREW' && !isTooOften) return { kind: 'GOES_ON', penalties, pauseMs: 0 };
  const pauseMs = Math.min(
    limits.agentPenaltyFirstMs * 2 ** Math.min(penalties, 20),
    limits.agentPenaltyCapMs,
  );
  return { kind: 'GOES_ON', penalties: penalties + 1, pauseMs };
}
