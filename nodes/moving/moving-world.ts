import type { NodeDatabase } from '../open-tables.ts';

/** An agent of this node as those who move it need it. Snapshots are JSON values, opaque to everybody else. */
export interface MovingWorld {
  /** The epoch of an agent that is here, MOVING or not. */
  epochOf(agent: string): Promise<number | undefined>;
  /** All that are here, with their epochs. */
  agents(): Promise<readonly { readonly agent: string; readonly epoch: number }[]>;
  /** Whatever it is at. MOVED when it is not here. */
  snapshot(agent: string): Promise<unknown>;
  /** Runs it no more, also after a restart. Frozen again it is the same. MOVED. */
  freeze(agent: string, to: string): Promise<unknown>;
  /** It stays. Nothing happens to one that is not frozen. */
  thaw(agent: string): Promise<void>;
  /** Those that are frozen. */
  frozen(): Promise<readonly string[]>;
  /** Rejects with the reason for which it may not live here, and for what is no snapshot. */
  assertWelcome(snapshot: unknown): Promise<void>;
  /** Stores it in the place of whatever is here of it, in a transaction of the caller's, who calls `installed` when that is on the disk. */
  install(
    transaction: NodeDatabase,
    snapshot: unknown,
    options: { readonly epoch: number; readonly from: string | undefined },
  ): Promise<void>;
  installed(agent: string): void;
  /** Deletes what has moved away, in a transaction of the caller's, who calls what is returned when that is on the disk. */
  remove(transaction: NodeDatabase, agent: string): Promise<() => void>;
  /** Gives back the id of an agent that is not here, unless it is being deployed just now. */
  giveBack(agent: string): Promise<void>;
  /** Runs those that are to run, from now on. */
  start(): Promise<void>;
  /** It cannot go where its program wants it to, for this reason. */
  refused(agent: string, reason: string): Promise<void>;
  /** A line in its log, if it is here. */
  note(agent: string, text: string): Promise<void>;
}
