import type { Resolvers } from '../../../schema/generated/registry.ts';
import { codedError } from '../../../wire/coded-error.ts';
import type { Viewer } from '../../../wire/viewer.ts';
import { createConnectionResolvers } from '../../serve/page.ts';
import type { ShapeContext } from '../../serve/shape-context.ts';
import type { UserRow } from '../database.ts';
import { toEnum } from '../enum-case.ts';
import type { RegistryServices } from '../services.ts';
import { pageUsers } from '../user-pages.ts';
import { setRole } from '../users.ts';

/** People: who they are, how they come in, what they may do. */
export function createPeopleResolvers({ db, load, signIn, sessions }: RegistryServices) {
  return {
    Query: {
      me: async (_root, _args, { viewer }) => (viewer ? orNull(await load.user(viewer.username)) : null),
      user: async (_root, { username }) => orNull(await load.user(username)),
      users: (_root, { first, after }) => pageUsers(db, { first, after }),
    },
    Mutation: {
      signUp: (_root, { input }, { clientAddress }) => signIn.signUp({ ...input, address: clientAddress }),
      signIn: (_root, { username, password }, { clientAddress }) =>
        signIn.signIn({ username, password, address: clientAddress }),
      setRole: async (_root, { username, role }) => {
        const user = await setRole(db, username, role);
        sessions.forget(username);
        return user;
      },
    },
    User: {
      __resolveReference: async ({ username }) => orNull(await load.user(username)),
      role: (user) => toEnum(user.role),
      createdAt: (user) => user.created_at,
    },
    UserConnection: createConnectionResolvers<UserRow>(),
  } satisfies Resolvers;
}

/** The viewer behind a field with `@access`, which has been checked before the resolver runs. */
export function needViewer({ viewer }: ShapeContext): Viewer {
  if (!viewer) throw codedError('UNAUTHENTICATED', 'Sign in first: send the token of your session');
  return viewer;
}

function orNull<Row>(row: Row | undefined): Row | null {
  return row ?? null;
}
