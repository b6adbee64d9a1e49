import type { Countdown } from './countdown.ts';
import type { Fault } from './faults.ts';
import type { RequestContext } from './request-context.ts';

/** One run of a plan: what has been fetched so far, and what went wrong. */
export interface Run {
  /** Under private names; fetches add to it. */
  readonly data: Record<string, unknown>;
  /** Coerced, under the client's names. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: RequestContext;
  readonly countdown: Countdown;
  readonly faults: Fault[];
}

/** A node of a plan, compiled. What has nothing to wait for returns nothing. Never rejects, never throws. */
export type Step = (run: Run) => Promise<void> | undefined;
