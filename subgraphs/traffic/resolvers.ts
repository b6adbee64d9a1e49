import type { Resolvers } from '../../schema/generated/traffic.ts';
import { codedError } from '../../wire/coded-error.ts';
import { ownerOfAgent } from '../../wire/ids.ts';
import { type Viewer, hasRole } from '../../wire/viewer.ts';
import { createConnectionResolvers } from '../serve/page.ts';
import type { ShapeContext } from '../serve/shape-context.ts';
import type { MessageRow } from './database.ts';
import type { DeliveredMessage, Inboxes } from './inbox.ts';
import { readMessage } from './send-message.ts';

export interface TrafficServices {
  readonly inboxes: Inboxes;
  /** Whether the agent lives on this node. */
  readonly isHome: (agent: string) => boolean | Promise<boolean>;
  readonly now: () => number;
}

export function createTrafficResolvers({ inboxes, isHome, now }: TrafficServices) {
  const needHome = async (agent: string): Promise<void> => {
    if (ownerOfAgent(agent) === undefined)
      throw codedError('BAD_USER_INPUT', "Expected an agent's id, <owner>/<name>");
    if (!(await isHome(agent))) throw codedError('MOVED', `The agent ${agent} does not live on this node`);
  };
  /** Before anything is told of an inbox, even whether it is here. */
  const needReader = async (agent: string, context: ShapeContext): Promise<void> => {
    const viewer = needViewer(context);
    if (ownerOfAgent(agent) !== viewer.username && !hasRole(viewer, 'ADMIN'))
      throw codedError('FORBIDDEN', "An agent's messages are for its owner");
    await needHome(agent);
  };

  return {
    Query: {
      inbox: async (_root, { agent, first, after }, context) => {
        await needReader(agent, context);
        return inboxes.page(agent, { first, after });
      },
    },
    Mutation: {
      sendMessage: async (_root, { input }, context) => {
        const message = readMessage(input, { viewer: needViewer(context), now: now() });
        await needHome(message.inbox);
        const { sequence, isDuplicate } = await inboxes.store(message);
        return { id: message.message_id, state: 'STORED' as const, sequence, duplicate: isDuplicate };
      },
    },
    Subscription: {
      messages: {
        subscribe: async (
          _root: unknown,
          { agent, after }: { readonly agent: string; readonly after?: string | null },
          context: ShapeContext,
        ) => {
          await needReader(agent, context);
          return inboxes.follow(agent, { after: after ?? undefined, signal: context.signal });
        },
        resolve: (event: DeliveredMessage) => event,
      },
    },
    Message: {
      id: (message) => message.message_id,
      sender: ({ source }) => ({ username: ownerOfAgent(source) ?? source }),
      from: ({ source }) => (ownerOfAgent(source) === undefined ? null : { id: source }),
      to: (message) => ({ id: message.inbox }),
      body: (message): unknown => JSON.parse(message.body),
      sentAt: (message) => message.sent_at,
    },
    MessageConnection: createConnectionResolvers<MessageRow>(),
  } satisfies Resolvers;
}

function needViewer({ viewer }: ShapeContext): Viewer {
  if (!viewer) throw codedError('UNAUTHENTICATED', 'Sign in first: send the token of your session');
  return viewer;
}
