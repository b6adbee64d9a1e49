import { codedError } from '../../wire/coded-error.ts';
import { type Viewer, hasRole } from '../../wire/viewer.ts';

/** Throws FORBIDDEN unless the viewer is the owner or an admin. */
export function assertOwner(viewer: Viewer | undefined, owner: string): void {
  if (viewer?.username === owner || hasRole(viewer, 'ADMIN')) return;
  throw codedError('FORBIDDEN', `Only ${owner} and admins may do this`);
}

/** The signed-in person; for resolvers whose field has @access. */
export function needViewer(viewer: Viewer | undefined): Viewer {
  if (viewer) return viewer;
  throw codedError('UNAUTHENTICATED', 'Sign in first: send the token of your session');
}
