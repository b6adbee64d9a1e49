import type { Viewer } from '../../wire/viewer.ts';

/** The context value of every resolver in subgraphs/. */
export interface ShapeContext {
  readonly viewer: Viewer | undefined;
  readonly signal: AbortSignal | undefined;
}
