import type { AgentImage, BatchResult, Surroundings } from '../agent-runtime.ts';
import type { EncodedBatch } from '../engine/encode-inputs.ts';

/** What a node says to a process of agents: a line of JSON each, on its standard input. */
export type Order =
  /**
   * The next line is the text of its inputs, which nobody on the way takes apart. `surroundings.sights` is left out when it is what it was in the last
   * batch of this agent in this process.
   */
  | { readonly kind: 'run'; readonly id: number; readonly batch: SentBatch }
  /** The answer to `load`. */
  | { readonly kind: 'image'; readonly id: number; readonly image: AgentImage }
  /** Nobody can give one: the batch is off, and not answered. */
  | { readonly kind: 'noImage'; readonly id: number }
  | { readonly kind: 'forget'; readonly agent: string };

export type SentBatch = Omit<EncodedBatch, 'surroundings' | 'inputs'> & {
  readonly inputs: Pick<EncodedBatch['inputs'], 'count'>;
  readonly surroundings: Omit<Surroundings, 'sights'> & Partial<Pick<Surroundings, 'sights'>>;
};

/** What the process says, on its standard output. */
export type Reply =
  | { readonly kind: 'ready' }
  /** There is no instance for the batch; at most once for each. */
  | { readonly kind: 'load'; readonly id: number }
  | { readonly kind: 'result'; readonly id: number; readonly result: BatchResult };
