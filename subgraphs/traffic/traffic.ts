import type { ExecutableShape } from '../../wire/executable-shape.ts';
import { batchByKey } from '../serve/batch-by-key.ts';
import type { ShapeOptions } from '../serve/create-executable-shape.ts';
import type { TrafficDatabase } from './database.ts';
import { Inboxes } from './inbox.ts';
import { MessageRate } from './message-rate.ts';
import type { TrafficServices } from './resolvers.ts';
import { createTrafficSubgraph } from './subgraph.ts';

export interface TrafficOptions {
  /** With the migrations of this folder applied, and synchronous=FULL, on which the promise of `sendMessage` rests. Whoever opened it closes it. */
  readonly db: TrafficDatabase;
  readonly isHome: TrafficServices['isHome'];
  readonly onFault: ShapeOptions['onFault'];
  readonly now?: () => number;
}

/** The traffic of one node, as the composition root uses it. */
export interface Traffic {
  readonly shape: ExecutableShape;
  /** How many messages wait in an agent's inbox; asked for together, they are read together. */
  unread(agent: string): Promise<number>;
  /** Stored on this node, on average over the last seconds. */
  messagesPerSecond(): number;
  /** Empties the inbox of an agent that has been deleted. */
  deleteInbox(agent: string): Promise<void>;
  /** Takes no more messages and ends the streams; resolves when the messages under way are on the disk. Idempotent. */
  close(): Promise<void>;
}

export function createTraffic(options: TrafficOptions): Traffic {
  const { db, isHome, onFault, now = Date.now } = options;
  const rate = new MessageRate(now);
  const inboxes = new Inboxes(db, (messages) => rate.add(messages));
  const count = batchByKey((agents) => inboxes.count(agents));
  return {
    shape: createTrafficSubgraph({ inboxes, isHome, now }, onFault),
    unread: async (agent) => (await count(agent)) ?? 0,
    messagesPerSecond: () => rate.perSecond(),
    deleteInbox: (agent) => inboxes.empty(agent),
    close: () => inboxes.close(),
  };
}
