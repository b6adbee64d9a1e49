import type { WorldTransaction } from '../database.ts';

/** The mail of the agents that live here, as those who run them need it. */
export interface AgentMail {
  /** The oldest messages that an agent has not acknowledged. */
  take(agent: string, limit: number): Promise<readonly Letter[]>;
  /** Calls back with each agent that has new mail; returns the function that ends it. */
  onMail(listener: (agent: string) => void): () => void;
  /** Empties the inbox of an agent that is no more. */
  deleteInbox(agent: string): Promise<void>;
  /** Runs work in one transaction over the world's tables and the mail's: on the disk when it resolves, undone when it rejects. */
  transaction<T>(work: (transaction: WorldTransaction, mail: MailTransaction) => Promise<T>): Promise<T>;
}

/** A message as it lies in an inbox. */
export interface Letter {
  readonly sequence: number;
  /** A person's name, or an agent's id. */
  readonly source: string;
  readonly message_id: string;
  /** Answers in a row of which it is one. */
  readonly hops: number;
  /** JSON. */
  readonly body: string;
  readonly sent_at: string;
}

export interface MailTransaction {
  /** All up to this sequence have been taken. */
  acknowledge(agent: string, upToSequence: number): Promise<unknown>;
  /** What an agent sends. Rejects with BAD_USER_INPUT for what can be no message. */
  enqueue(
    from: { readonly agent: string; readonly epoch: number },
    replies: readonly OutgoingLetter[],
  ): Promise<{
    /** Of all bodies, as JSON. */
    readonly bytes: number;
    /** To be called once the transaction is on the disk. */
    committed(): void;
  }>;
}

export interface OutgoingLetter {
  readonly to: string;
  readonly body: unknown;
  readonly hops: number;
}
