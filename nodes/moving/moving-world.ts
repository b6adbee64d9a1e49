import type { AgentSnapshot } from '../../subgraphs/world/moving/agent-snapshot.ts';
import type { NodeDatabase } from '../open-tables.ts';

/** An agent of this node as those who move it need it. What is in a snapshot is none of their business. */
export interface MovingWorld {
  /** The epoch of an agent that is here, MOVING or not. */
  epochOf(agent: string): Promise<number | undefined>;
  /** All that are here, with their epochs. */
  agents(): Promise<readonly { readonly agent: string; readonly epoch: number }[]>;
  /** Whatever it is at. MOVED when it is not here. */
  snapshot(agent: string): Promise<AgentSnapshot>;
  /** Runs it no more, also after a restart; what the caller writes in the same transaction is on the disk with that. Frozen again it is the same. MOVED. */
  freeze(
    agent: string,
    to: string,
    alongside: (transaction: NodeDatabase) => Promise<void>,
  ): Promise<AgentSnapshot>;
  /** It stays. Nothing happens to one that is not frozen. */
  thaw(agent: string): Promise<void>;
  /** Those that are frozen. */
  frozen(): Promise<readonly string[]>;
  /** What another node has sent. BAD_USER_INPUT for what is no snapshot. */
  parse(snapshot: unknown): AgentSnapshot;
  /** What of an agent is not in a snapshot that was taken before, as JSON. */
  differenceOf(before: AgentSnapshot, now: AgentSnapshot): unknown;
  /** The snapshot that has this difference from the one before. BAD_USER_INPUT. */
  applyDifference(before: AgentSnapshot, difference: unknown): AgentSnapshot;
  /** Rejects with the reason for which it may not live here: in a transaction of the caller's. */
  assertWelcome(transaction: NodeDatabase, snapshot: AgentSnapshot): Promise<void>;
  /** Stores it in the place of whatever is here of it, in a transaction of the caller's, who calls `installed` when that is on the disk. */
  install(
    transaction: NodeDatabase,
    snapshot: AgentSnapshot,
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
