import type { Page } from '../serve/page.ts';
import type { DeadLetterRow, MessageRow } from './database.ts';

/** What the resolvers hand from parent to child; codegen.ts names it for the generated types. */
export type MessagePage = Page<MessageRow>;
export type DeadLetterPage = Page<DeadLetterRow>;

/** An inbox after an acknowledgement. */
export interface InboxState {
  readonly agent: string;
  readonly unread: number;
}

/** A pair of agents of which one lives here, that has been slowed down. */
export interface SlowPair {
  readonly source: string;
  readonly inbox: string;
  /** Milliseconds since 1970. */
  readonly throttledAt: number;
}
