import type { Viewer } from '../../wire/viewer.ts';

/** What one run of an operation carries along: who asks, how long it may take, and what the network did for it. */
export interface RequestContext {
  readonly viewer: Viewer | undefined;
  /** As `performance.now()` counts; `Infinity` for subscriptions. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  /** Where the client's connection comes from; the registry counts failed sign-ins by it. */
  readonly clientAddress?: string | undefined;
  /** The client as it calls itself; the registry notes it with a new session. */
  readonly userAgent?: string | undefined;
  /** Fills `extensions.network` of the answer. */
  readonly network: NetworkReport;
}

/** Which nodes a request has touched: each node counts once, and as failed when any of its fetches failed. */
export interface NetworkReport {
  asked(node: string): void;
  failed(node: string): void;
  /** undefined when no node was asked. `failed` lists ids, sorted. */
  summary():
    { readonly asked: number; readonly answered: number; readonly failed: readonly string[] } | undefined;
}
