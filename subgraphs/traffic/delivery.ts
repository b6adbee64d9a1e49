import type { ErrorCode } from '../../schema/error-codes.ts';

/** The place of a message among all that one agent sends to another. */
export interface Place {
  /** Of the sender: its home at this epoch is who may send for it. */
  readonly epoch: number;
  /** A new one begins with an agent that was made anew; higher is newer. */
  readonly series: number;
  /** Counted from 1. */
  readonly number: number;
  /** The last number that a SKIP stands for; of a MESSAGE its own. */
  readonly through: number;
  /** Up to here every number is settled for good: a home that knows nothing of them need not wait for them. */
  readonly settledTo: number;
}

/**
 * What one node hands to another. MESSAGE: for the inbox. SKIP: stands in the place of messages that will not come, and says why. BOUNCE: a message
 * of the agent `inbox` that could not be delivered to `addressee`.
 */
export interface Delivery {
  readonly kind: 'MESSAGE' | 'SKIP' | 'BOUNCE';
  /** The message's. */
  readonly id: string;
  /** An agent, or a person, whose messages have no place. */
  readonly source: string;
  /** Whose home this is for. */
  readonly inbox: string;
  readonly place?: Place | undefined;
  /** JSON; empty for a SKIP. */
  readonly body: string;
  readonly sentAt: string;
  /** For how long it may still wait. A time span, since clocks differ by minutes. */
  readonly ttlMs: number;
  /** Answers in a row of which this is the last. */
  readonly hops: number;
  /** Whether the pair has just been slowed down. */
  readonly throttled: boolean;
  /** It has been sent before, without an answer, maybe another way. */
  readonly mayHaveArrived?: boolean | undefined;
  /** Of a SKIP or a BOUNCE. */
  readonly reason?: Reason | undefined;
  /** Of a BOUNCE. */
  readonly bounce?: { readonly letterId: string; readonly addressee: string } | undefined;
}

/** Why a message does not arrive. */
export interface Reason {
  readonly code: ErrorCode;
  readonly text: string;
}

/**
 * STORED: on the home's disk, now or before. QUEUED: on the initial node's. REFUSED: it will not be stored, and its number is used up. DENIED: who
 * brings it may not; nothing is noted. GAP: another number has to come first. MOVED: the agent does not live there; the hint may be old. MOVING: it is
 * about to live elsewhere; nothing is noted.
 */
export type DeliveryOutcome =
  | { readonly kind: 'STORED'; readonly sequence?: number | undefined; readonly isDuplicate: boolean }
  | { readonly kind: 'QUEUED'; readonly isDuplicate: boolean }
  | ({ readonly kind: 'REFUSED' | 'DENIED' } & Reason)
  | { readonly kind: 'GAP'; readonly expected: number }
  | { readonly kind: 'MOVED'; readonly hint?: AgentPlace | undefined }
  | { readonly kind: 'MOVING' };

/** Where an agent lives, and how often it has moved. */
export interface AgentPlace {
  readonly node: string;
  readonly epoch: number;
  /** Whether it is on its way, where that is known. */
  readonly isMoving?: boolean | undefined;
}
