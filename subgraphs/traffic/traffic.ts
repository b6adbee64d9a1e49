import { GraphQLError } from 'graphql';
import { limits } from '../../schema/limits.ts';
import { asError } from '../../wire/as-error.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import { batchByKey } from '../serve/batch-by-key.ts';
import type { ShapeOptions } from '../serve/create-executable-shape.ts';
import { Courier } from './courier.ts';
import { Custodian } from './custodian.ts';
import type { TrafficDatabase } from './database.ts';
import { DeadLetters } from './dead-letters.ts';
import { FrozenAgents } from './frozen-agents.ts';
import type { AgentPlace } from './delivery.ts';
import { Home } from './home.ts';
import { Inboxes, type TakenMessage, acknowledgeMessages, emptyInbox } from './inbox.ts';
import { type MovingMailboxes, createMovingMailboxes } from './moving-mailboxes.ts';
import { MessageRate } from './message-rate.ts';
import { PairRate, type PairRateOptions } from './pair-rate.ts';
import { createPeerShape } from './peer-shape.ts';
import type { Post } from './post.ts';
import { startPruning } from './prune-ids.ts';
import { type QueuedReplies, type Reply, type SendingAgent, queueReplies } from './queue-replies.ts';
import type { AgentMover, TrafficServices } from './resolvers.ts';
import { Sender } from './sender.ts';
import { createTrafficSubgraph } from './subgraph.ts';
import { Throttled } from './throttled.ts';

export interface TrafficOptions {
  /** With the migrations of this folder applied, and synchronous=FULL, on which the promise of `sendMessage` rests. Whoever opened it closes it. */
  readonly db: TrafficDatabase;
  readonly post: Post;
  readonly epochOf: TrafficServices['epochOf'];
  /** Adds a line to what an agent that lives here has printed. */
  readonly notify: (agent: string, text: string) => void;
  /** Whether an admin has muted this person: then neither they nor their agents write to anybody. */
  readonly isMuted?: TrafficServices['isMuted'];
  readonly onFault: ShapeOptions['onFault'];
  readonly now?: () => number;
  readonly random?: () => number;
  readonly mover?: AgentMover | undefined;
  /** Agents that were frozen when this node stopped, and stay so until somebody knows better. */
  readonly frozen?: readonly string[];
  readonly pairRate?: Pick<PairRateOptions, 'perSecond' | 'burst'>;
  readonly sendWaitMs?: number;
  readonly expiryCheckMs?: number;
}

/** The traffic of one node, as the composition root uses it. */
export interface Traffic extends MovingMailboxes {
  readonly shape: ExecutableShape;
  /** peer.graphql: for other nodes only, with a `PeerSession`. */
  readonly peer: ExecutableShape;
  /** How many messages wait in an agent's inbox; asked for together, they are read together. */
  unread(agent: string): Promise<number>;
  /** Stored on this node, on average over the last seconds. */
  messagesPerSecond(): number;
  /** Calls back with each agent that has new mail, once it is on the disk; returns the function that ends it. */
  onMail(listener: (agent: string) => void): () => void;
  /** The oldest messages that an agent has not acknowledged. */
  take(agent: string, limit: number): Promise<readonly TakenMessage[]>;
  /** All up to this sequence have been taken: in the transaction that stores what the agent has made of them. */
  acknowledge(transaction: TrafficDatabase, agent: string, upToSequence: number): Promise<unknown>;
  /** What an agent sends, in the same transaction; see `queueReplies`. */
  enqueue(
    transaction: TrafficDatabase,
    from: SendingAgent,
    replies: readonly Reply[],
  ): Promise<QueuedReplies>;
  /** Empties the inbox of an agent that has been deleted, and forgets what it has sent; one that is made anew begins anew. */
  deleteInbox(agent: string): Promise<void>;
  /** An agent that lived here has gone there: whoever still writes to it here is told. */
  noteMove(agent: string, to: AgentPlace): Promise<void>;
  /** Takes and delivers no more messages and ends the streams; resolves when those under way are on the disk. Idempotent. */
  close(): Promise<void>;
}

/** Opens a node's traffic on its tables, and goes on delivering what is in the outbox. Whoever opens it closes it, before the database. */
export async function openTraffic(options: TrafficOptions): Promise<Traffic> {
  const { db, post, epochOf, notify, onFault, now = Date.now, random = Math.random } = options;
  const { isMuted = () => false } = options;
  const messageRate = new MessageRate(now);
  const inboxes = new Inboxes(db);
  const deadLetters = new DeadLetters(db);
  const throttled = new Throttled({ db, notify, now });
  // Not the time of day: when that is set back, nobody has been too fast.
  const rate = new PairRate({ ...options.pairRate, now: options.now ?? (() => performance.now()) });
  const onStored = (messages: number) => messageRate.add(messages);
  const frozen = new FrozenAgents(options.frozen ?? []);
  const home = new Home({ db, post, inboxes, deadLetters, throttled, frozen, epochOf, now, onStored });
  const report = (error: unknown) => {
    const originalError = asError(error);
    onFault(new GraphQLError(originalError.message, { originalError }));
  };
  const { sendWaitMs = limits.sendWaitMs, expiryCheckMs = limits.expiryCheckMs } = options;
  const timing = { now, random, expiryCheckMs };
  const courier = new Courier({ db, post, home, deadLetters, frozen, epochOf, onFault: report, ...timing });
  const isInitial = post.self === post.initial;
  const custodian = isInitial ? new Custodian({ db, post, home, courier, now }) : undefined;
  const sender = new Sender({ db, post, home, courier, rate, throttled, frozen, epochOf, now, sendWaitMs });
  const count = batchByKey((agents) => inboxes.count(agents));
  await courier.open();
  const pruning = startPruning({ db, now, onFault: report });

  return {
    shape: createTrafficSubgraph(
      {
        db,
        inboxes,
        deadLetters,
        sender,
        throttled,
        frozen,
        mover: options.mover,
        epochOf,
        isMuted,
        isInitial,
        now,
      },
      onFault,
    ),
    peer: createPeerShape({ home, custodian, onFault }),
    unread: async (agent) => (await count(agent)) ?? 0,
    messagesPerSecond: () => messageRate.perSecond(),
    onMail: (listener) => inboxes.onMail(listener),
    take: (agent, limit) => inboxes.take(agent, limit),
    acknowledge: acknowledgeMessages,
    enqueue: (transaction, from, replies) =>
      queueReplies({ courier, deadLetters, rate, throttled, isMuted, now }, transaction, from, replies),
    deleteInbox: async (agent) => {
      await db.transaction().execute(async (transaction) => {
        await emptyInbox(transaction, agent);
        await transaction.deleteFrom('pairs_out').where('source', '=', agent).execute();
        await transaction.deleteFrom('sent_ids').where('source', '=', agent).execute();
      });
    },
    ...createMovingMailboxes({ db, home, sender, courier, frozen, inboxes, deadLetters }),
    noteMove: async (agent, { node, epoch }) => {
      await db.replaceInto('agent_moves').values({ agent, node, epoch }).execute();
    },
    close: async () => {
      inboxes.close();
      deadLetters.close();
      await Promise.all([pruning.close(), sender.close(), courier.close(), custodian?.close(), home.close()]);
    },
  };
}
