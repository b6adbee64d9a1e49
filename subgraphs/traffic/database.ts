import type { Generated, Kysely, Selectable } from 'kysely';
import type { ErrorCode } from '../../schema/error-codes.ts';

export interface TrafficTables {
  readonly inboxes: InboxesTable;
  readonly messages: MessagesTable;
  readonly seen: SeenTable;
  readonly pairs_in: PairsInTable;
  readonly refusals: RefusalsTable;
  readonly agent_moves: AgentMovesTable;
  readonly outbox: OutboxTable;
  readonly pairs_out: PairsOutTable;
  readonly custody_pairs: CustodyPairsTable;
  readonly sent_ids: SentIdsTable;
  readonly detours: DetoursTable;
  readonly dead_letters: DeadLettersTable;
}
export type TrafficDatabase = Kysely<TrafficTables>;

interface InboxesTable {
  /** The agent whose inbox it is. */
  readonly agent: string;
  /** Of the latest message; never falls, not even when the inbox is emptied, so that a cursor always means the same place. */
  readonly last_sequence: number;
  /** How many messages have not been acknowledged. */
  readonly stored: number;
  /** All up to this sequence have been acknowledged. */
  readonly acknowledged: Generated<number>;
  /** All up to this sequence have been deleted. */
  readonly deleted_to: Generated<number>;
}

interface MessagesTable {
  readonly inbox: string;
  /** Rises by one in each inbox. */
  readonly sequence: number;
  /** Who speaks: a person's name, or an agent's id. */
  readonly source: string;
  readonly message_id: string;
  /** The place among what the agent `source` sends to this one; null for messages of people. */
  readonly series: number | null;
  readonly number: number | null;
  readonly hops: number;
  /** JSON. */
  readonly body: string;
  readonly sent_at: string;
}

/** Ids of what people have sent, kept for longer than a message may be on its way. */
interface SeenTable {
  readonly inbox: string;
  readonly source: string;
  readonly message_id: string;
  readonly sequence: number;
  /** Milliseconds since 1970, as in all `_at` that are numbers. */
  readonly seen_at: number;
}

/** How far each agent that writes to one of ours has come. */
interface PairsInTable {
  readonly inbox: string;
  readonly source: string;
  readonly series: number;
  readonly last_number: number;
  /** When a message last came that said its pair had been slowed down. */
  readonly throttled_at: number | null;
}

/** Numbers that were used up by messages that are not stored, so that one that is sent again is refused again. */
interface RefusalsTable {
  readonly inbox: string;
  readonly source: string;
  readonly series: number;
  readonly first_number: number;
  readonly last_number: number;
  readonly code: ErrorCode;
  readonly text: string;
  readonly refused_at: number;
}

/** Where agents that lived here went. */
interface AgentMovesTable {
  readonly agent: string;
  readonly node: string;
  readonly epoch: number;
}

/** What still has to be delivered: messages of ours, on the initial node those in its custody, and skips and bounces. */
interface OutboxTable {
  readonly position: Generated<number>;
  readonly kind: 'MESSAGE' | 'SKIP' | 'BOUNCE';
  readonly inbox: string;
  readonly source: string;
  readonly message_id: string;
  readonly series: number | null;
  readonly number: number | null;
  readonly through: number | null;
  readonly epoch: number | null;
  readonly settled_to: number | null;
  readonly body: string;
  readonly bytes: number;
  readonly sent_at: string;
  readonly expires_at: number;
  /** Not to be delivered before; the pair is being slowed down. */
  readonly not_before: number;
  readonly hops: number;
  readonly throttled: 0 | 1;
  /** Whether it may have arrived already. */
  readonly attempted: 0 | 1;
  /** Taken over from another node, to whose agent it returns when it cannot be delivered. */
  readonly in_custody: 0 | 1;
  readonly code: ErrorCode | null;
  readonly text: string | null;
  readonly letter_id: string | null;
  readonly addressee: string | null;
}

/** How far what one of our agents sends to another has come. */
interface PairsOutTable {
  readonly source: string;
  readonly inbox: string;
  readonly series: number;
  /** The latest that was given out. */
  readonly last_number: number;
  /** All up to this one are settled for good. */
  readonly settled: number;
  readonly throttled_at: number | null;
}

/** On the initial node: how far what was in its custody has been settled. Not `pairs_out`, whose numbers only the sender's home makes. */
interface CustodyPairsTable {
  readonly source: string;
  readonly inbox: string;
  readonly series: number;
  readonly settled: number;
}

/** Ids that senders gave to what our agents sent, and what became of it; kept as `seen` is. */
interface SentIdsTable {
  readonly source: string;
  readonly inbox: string;
  readonly message_id: string;
  /** In the outbox, while it is there. */
  readonly position: number;
  readonly outcome: 'STORED' | 'QUEUED' | 'REFUSED' | null;
  readonly sequence: number | null;
  readonly code: ErrorCode | null;
  readonly text: string | null;
  readonly sent_at: number;
}

/** Agents to whom messages go through the initial node until it has none of ours left in its custody. */
interface DetoursTable {
  readonly inbox: string;
}

interface DeadLettersTable {
  /** The agent that sent the message, or the person. */
  readonly mailbox: string;
  /** Rises by one in each mailbox. */
  readonly sequence: number;
  readonly letter_id: string;
  readonly message_id: string;
  readonly source: string;
  readonly addressee: string;
  /** JSON. */
  readonly body: string;
  readonly code: ErrorCode;
  readonly text: string;
  readonly returned_at: number;
}

export type InboxRow = Selectable<InboxesTable>;
export type MessageRow = Selectable<MessagesTable>;
export type OutboxRow = Selectable<OutboxTable>;
export type PairInRow = Selectable<PairsInTable>;
export type PairOutRow = Selectable<PairsOutTable>;
export type SentIdRow = Selectable<SentIdsTable>;
export type DeadLetterRow = Selectable<DeadLettersTable>;
