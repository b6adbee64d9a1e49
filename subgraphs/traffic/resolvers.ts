import type {
  Resolvers,
  SubscriptionDeadLettersArgs,
  SubscriptionMessagesArgs,
} from '../../schema/generated/traffic.ts';
import { codedError } from '../../wire/coded-error.ts';
import { ownerOfAgent } from '../../wire/ids.ts';
import { mapIterator } from '../../wire/map-iterator.ts';
import { type Viewer, hasRole } from '../../wire/viewer.ts';
import { createConnectionResolvers } from '../serve/page.ts';
import type { ShapeContext } from '../serve/shape-context.ts';
import type { DeadLetterRow, MessageRow, TrafficDatabase } from './database.ts';
import { type DeadLetters, letterCursor } from './dead-letters.ts';
import type { FrozenAgents } from './frozen-agents.ts';
import type { MailboxEvent } from './follow-mailbox.ts';
import { type Inboxes, acknowledgeMessages, messageCursor } from './inbox.ts';
import { readMessage } from './send-message.ts';
import type { Sender } from './sender.ts';
import type { Throttled } from './throttled.ts';

export interface TrafficServices {
  readonly db: TrafficDatabase;
  readonly inboxes: Inboxes;
  readonly deadLetters: DeadLetters;
  readonly sender: Pick<Sender, 'send'>;
  readonly throttled: Pick<Throttled, 'pairsOf'>;
  readonly frozen: Pick<FrozenAgents, 'assertStays'>;
  /** The epoch of an agent that lives on this node. */
  readonly epochOf: (agent: string) => Promise<number | undefined>;
  readonly isMuted: (username: string) => boolean;
  /** Undefined on a node that hosts nothing. */
  readonly mover: AgentMover | undefined;
  /** Where what people send and get back is at home. */
  readonly isInitial: boolean;
  readonly now: () => number;
}

/** Who brings agents to other nodes. */
export interface AgentMover {
  /** This node's id. */
  readonly node: string;
  /** Resolves with the move's id when it has begun. */
  move(agent: string, to: string): Promise<string>;
  /** Resolves with how many agents there are. */
  drain(to: string): Promise<number>;
  /** The person whose node this is, if it is somebody's. */
  readonly owner: string | undefined;
}

/** A node's event with the mailbox that it is of. */
interface Told<Row> {
  readonly mailbox: string;
  readonly event: MailboxEvent<Row>;
}

export function createTrafficResolvers(services: TrafficServices) {
  const { db, inboxes, deadLetters, sender, throttled, frozen, mover, epochOf, isMuted, isInitial, now } =
    services;
  /** Before anything is told of an inbox, even whether it is here. */
  const needReader = async (agent: string, context: ShapeContext): Promise<void> => {
    const viewer = needViewer(context);
    if (ownerOfAgent(agent) !== viewer.username && !hasRole(viewer, 'ADMIN'))
      throw codedError('FORBIDDEN', "An agent's messages are for its owner");
    if (ownerOfAgent(agent) === undefined)
      throw codedError('BAD_USER_INPUT', "Expected an agent's id, <owner>/<name>");
    if ((await epochOf(agent)) === undefined)
      throw codedError('MOVED', `The agent ${agent} does not live on this node`);
  };
  const needMover = (): AgentMover => {
    if (mover) return mover;
    throw codedError('FORBIDDEN', 'This node does not move agents');
  };
  const needMailbox = async (from: string | null | undefined, context: ShapeContext): Promise<string> => {
    if (from != null) {
      await needReader(from, context);
      return from;
    }
    const { username } = needViewer(context);
    if (isInitial) return username;
    throw codedError('MOVED', 'What comes back to people is on the initial node');
  };

  return {
    Query: {
      inbox: async (_root, { agent, first, after }, context) => {
        await needReader(agent, context);
        return inboxes.page(agent, { first, after });
      },
      deadLetters: async (_root, { from, first, after }, context) =>
        deadLetters.page(await needMailbox(from, context), { first, after }),
      throttledPairs: async (_root, { agent }, context) => {
        await needReader(agent, context);
        return [...(await throttled.pairsOf(agent))];
      },
    },
    Mutation: {
      sendMessage: async (_root, { input }, context) => {
        const message = readMessage(input, { viewer: needViewer(context), now: now() });
        const person = ownerOfAgent(message.source) ?? message.source;
        if (isMuted(person)) throw codedError('USER_MUTED', `An admin has muted ${person}`);
        return sender.send(message);
      },
      ackMessages: async (_root, { agent, upTo }, context) => {
        await needReader(agent, context);
        const sequence = await inboxes.sequenceOf(agent, upTo);
        const unread = await db.transaction().execute((transaction) => {
          // Whatever comes after this transaction is in the snapshot.
          frozen.assertStays(agent);
          return acknowledgeMessages(transaction, agent, sequence);
        });
        return { agent, unread };
      },
      moveAgent: async (_root, { id, to }, context) => {
        await needReader(id, context);
        return { id: await needMover().move(id, to) };
      },
      drainNode: (_root, { id, to }, context) => {
        const { username, role } = needViewer(context);
        const drained = needMover();
        if (username !== drained.owner && !hasRole({ username, role }, 'ADMIN'))
          throw codedError('FORBIDDEN', 'Expected the owner of the node, or an admin');
        if (id !== drained.node) throw codedError('NODE_UNKNOWN', `Expected ${drained.node}, got ${id}`);
        return drained.drain(to);
      },
    },
    Subscription: {
      messages: {
        subscribe: async (
          _root: unknown,
          { agent, after }: SubscriptionMessagesArgs,
          context: ShapeContext,
        ) => {
          await needReader(agent, context);
          const events = await inboxes.follow(agent, { after: after ?? undefined, signal: context.signal });
          return mapIterator(events, (event): Told<MessageRow> => ({ mailbox: agent, event }));
        },
        resolve: ({ mailbox, event }: Told<MessageRow>) => ({
          cursor: messageCursor(mailbox, event.sequence),
          message: event.kind === 'row' ? event.row : null,
          truncated: event.kind === 'truncated',
        }),
      },
      deadLetters: {
        subscribe: async (
          _root: unknown,
          { from, after }: SubscriptionDeadLettersArgs,
          context: ShapeContext,
        ) => {
          const mailbox = await needMailbox(from, context);
          const events = await deadLetters.follow(mailbox, {
            after: after ?? undefined,
            signal: context.signal,
          });
          return mapIterator(events, (event): Told<DeadLetterRow> => ({ mailbox, event }));
        },
        resolve: ({ mailbox, event }: Told<DeadLetterRow>) => ({
          cursor: letterCursor(mailbox, event.sequence),
          letter: event.kind === 'row' ? event.row : null,
          truncated: event.kind === 'truncated',
        }),
      },
    },
    Acknowledgement: {
      agent: ({ agent }) => ({ id: agent }),
    },
    DeadLetter: {
      id: (letter) => letter.message_id,
      from: ({ source }) => agentOrNull(source),
      to: ({ addressee }) => ({ id: addressee }),
      body: (letter): unknown => JSON.parse(letter.body),
      reason: (letter) => letter.text,
      at: (letter) => new Date(letter.returned_at).toISOString(),
    },
    DeadLetterConnection: createConnectionResolvers<DeadLetterRow>(),
    Message: {
      id: (message) => message.message_id,
      sender: ({ source }) => ({ username: ownerOfAgent(source) ?? source }),
      from: ({ source }) => agentOrNull(source),
      to: (message) => ({ id: message.inbox }),
      body: (message): unknown => JSON.parse(message.body),
      sentAt: (message) => message.sent_at,
    },
    MessageConnection: createConnectionResolvers<MessageRow>(),
    ThrottledPair: {
      from: ({ source }) => ({ id: source }),
      to: ({ inbox }) => ({ id: inbox }),
      at: ({ throttledAt }) => new Date(throttledAt).toISOString(),
    },
  } satisfies Resolvers;
}

function agentOrNull(source: string) {
  return ownerOfAgent(source) === undefined ? null : { id: source };
}

function needViewer({ viewer }: ShapeContext): Viewer {
  if (!viewer) throw codedError('UNAUTHENTICATED', 'Sign in first: send the token of your session');
  return viewer;
}
