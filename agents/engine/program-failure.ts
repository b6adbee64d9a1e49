import type { AgentFailure } from '../agent-runtime.ts';

/** Inside the engine: why a batch cannot go on. `text` has the lines of QuickJS, not yet those of the author. */
export class ProgramFailure extends Error {
  readonly kind: AgentFailure['kind'];

  constructor(kind: AgentFailure['kind'], text: string) {
    super(text);
    this.kind = kind;
  }
}
