import type { Kysely, Selectable } from 'kysely';

export interface TrafficTables {
  readonly inboxes: InboxesTable;
  readonly messages: MessagesTable;
}
export type TrafficDatabase = Kysely<TrafficTables>;

interface InboxesTable {
  /** The agent whose inbox it is. */
  readonly agent: string;
  /** Of the latest message; never falls, not even when the inbox is emptied, so that a cursor always means the same place. */
  readonly last_sequence: number;
  /** How many messages there are. */
  readonly stored: number;
}

interface MessagesTable {
  readonly inbox: string;
  /** Rises by one in each inbox. */
  readonly sequence: number;
  /** Who speaks: a person's name, or an agent's id. */
  readonly source: string;
  /** Unique among what one source sends to one inbox. */
  readonly message_id: string;
  /** JSON. */
  readonly body: string;
  readonly sent_at: string;
}

export type InboxRow = Selectable<InboxesTable>;
export type MessageRow = Selectable<MessagesTable>;
