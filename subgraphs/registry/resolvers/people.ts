import type { Resolvers } from '../../../schema/generated/registry.ts';
import { codedError } from '../../../wire/coded-error.ts';
import { type Viewer, hasRole } from '../../../wire/viewer.ts';
import { createConnectionResolvers } from '../../serve/page.ts';
import type { ShapeContext } from '../../serve/shape-context.ts';
import type { UserRow } from '../database.ts';
import { toEnum } from '../enum-case.ts';
import type { RegistryServices } from '../services.ts';
import { pageUsers } from '../user-pages.ts';
import { disableUser, enableUser, muteUser, unmuteUser } from '../restrict-users.ts';
import { setRole } from '../users.ts';

/** People: who they are and what they may do. */
export function createPeopleResolvers({ db, load, now, people }: RegistryServices) {
  const afterChange = async (change: Promise<UserRow>): Promise<UserRow> => {
    const user = await change;
    await people.changed(user.username);
    return user;
  };
  return {
    Query: {
      me: async (_root, _args, { viewer }) => (viewer ? orNull(await load.user(viewer.username)) : null),
      user: async (_root, { username }) => orNull(await load.user(username)),
      users: (_root, { first, after }) => pageUsers(db, { first, after }),
    },
    Mutation: {
      setRole: (_root, { username, role }) => afterChange(setRole(db, username, role)),
      disableUser: (_root, { username, reason }) =>
        afterChange(disableUser(db, { username, reason: reason ?? null, now: now() })),
      enableUser: (_root, { username }) => afterChange(enableUser(db, username)),
      muteUser: (_root, { username, reason }) =>
        afterChange(muteUser(db, { username, reason: reason ?? null, now: now() })),
      unmuteUser: (_root, { username }) => afterChange(unmuteUser(db, username)),
    },
    User: {
      __resolveReference: async ({ username }) => orNull(await load.user(username)),
      role: (user) => toEnum(user.role),
      createdAt: (user) => user.created_at,
      disabled: (user, _args, context) => {
        assertSelf(needViewer(context), user);
        return user.disabled_at !== null;
      },
      disabledReason: (user, _args, context) => {
        assertSelf(needViewer(context), user);
        return user.disabled_reason;
      },
      muted: (user, _args, context) => {
        assertSelf(needViewer(context), user);
        return user.muted_at !== null;
      },
      mutedReason: (user, _args, context) => {
        assertSelf(needViewer(context), user);
        return user.muted_reason;
      },
    },
    UserConnection: createConnectionResolvers<UserRow>(),
  } satisfies Resolvers;
}

/** The viewer behind a field with `@access`, which has been checked before the resolver runs. */
export function needViewer({ viewer }: ShapeContext): Viewer {
  if (!viewer) throw codedError('UNAUTHENTICATED', 'Sign in first: send the token of your session');
  return viewer;
}

function assertSelf(viewer: Viewer, { username }: UserRow): void {
  if (viewer.username === username || hasRole(viewer, 'ADMIN')) return;
  throw codedError('FORBIDDEN', `Only ${username} and admins may know this`);
}

function orNull<Row>(row: Row | undefined): Row | null {
  return row ?? null;
}
