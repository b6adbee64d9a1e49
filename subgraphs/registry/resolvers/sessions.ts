import type { Resolvers } from '../../../schema/generated/registry.ts';
import { codedError } from '../../../wire/coded-error.ts';
import type { ShapeContext } from '../../serve/shape-context.ts';
import type { RegistryServices } from '../services.ts';
import { endSessions, listOpenSessions } from '../session-rows.ts';
import { needViewer } from './people.ts';

/** Sessions: how people come in, and how they go. */
export function createSessionResolvers({ db, now, people, signIn }: RegistryServices) {
  const end = async (username: string, id: string) => {
    const [ended] = await endSessions(db, { username, only: id, now: now() });
    if (ended) await people.changed(username);
    return ended;
  };
  return {
    Query: {
      sessions: (_root, _args, context) => listOpenSessions(db, needViewer(context).username, now()),
    },
    Mutation: {
      signUp: (_root, { input }, context) => signIn.signUp({ ...input, ...originOf(context) }),
      signIn: (_root, credentials, context) => signIn.signIn({ ...credentials, ...originOf(context) }),
      signOut: async (_root, _args, context) => {
        const { username, session } = needViewer(context);
        if (session === undefined)
          throw codedError('UNAUTHENTICATED', 'Expected this to be sent with the token of a session');
        await end(username, session);
        return true;
      },
      changePassword: async (_root, { current, new: next }, context) => {
        const { address } = originOf(context);
        const viewer = needViewer(context);
        await signIn.changePassword({ viewer, current, next, address });
        await people.changed(viewer.username);
        return true;
      },
      endSession: async (_root, { id }, context) => {
        const ended = await end(needViewer(context).username, id);
        if (!ended) throw codedError('NOT_FOUND', 'You have no open session with that id');
        return ended;
      },
    },
    Session: {
      createdAt: (session) => session.created_at,
      lastSeen: (session) => session.last_seen_at,
      expiresAt: (session) => session.expires_at,
      current: (session, _args, { viewer }) => session.id === viewer?.session,
    },
  } satisfies Resolvers;
}

function originOf({ clientAddress, userAgent }: ShapeContext) {
  return { address: clientAddress, client: userAgent };
}
