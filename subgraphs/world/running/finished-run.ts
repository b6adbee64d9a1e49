import type { AgentFailure, InputOutcome } from '../../../agents/agent-runtime.ts';
import type { Work } from './read-work.ts';

/** A batch that has been run and not yet been committed. */
export interface FinishedRun {
  readonly work: Work;
  /** What the programs came to; of a failed batch, which has one input, its failure. AGAIN: only its cost is known, and its inputs are run again. */
  readonly end:
    | {
        readonly kind: 'DONE';
        readonly outcomes: readonly InputOutcome[];
        readonly memory: string | undefined;
        readonly handlers: readonly string[];
      }
    | { readonly kind: 'FAILED'; readonly failure: AgentFailure }
    | { readonly kind: 'AGAIN' };
  readonly cpuMs: number;
}
