import type { Viewer } from '../../wire/viewer.ts';

/** The context value of every resolver in subgraphs/. */
export interface ShapeContext {
  readonly viewer: Viewer | undefined;
  /** By which the initial node can tell that this person has asked this node, if it was asked over a link. */
  readonly viewerToken: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly clientAddress: string | undefined;
  readonly userAgent: string | undefined;
  /** Of the connection; a resolver tells with `instanceof` whether it is what it expects. */
  readonly session: object | undefined;
}
