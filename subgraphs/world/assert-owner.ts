import { codedError } from '../../wire/coded-error.ts';
import { type Viewer, hasRole } from '../../wire/viewer.ts';

/** Throws FORBIDDEN unless the viewer is the owner or an admin. What belongs to nobody is for admins. */
export function assertOwner(viewer: Viewer | undefined, owner: string | undefined): void {
  if (hasRole(viewer, 'ADMIN') || (viewer && viewer.username === owner)) return;
  throw codedError('FORBIDDEN', `Only ${owner ?? 'its owner'} and admins may do this`);
}

/** The signed-in person; for resolvers whose field has @access. */
export function needViewer(viewer: Viewer | undefined): Viewer {
  if (viewer) return viewer;
  throw codedError('UNAUTHENTICATED', 'Sign in first: send the token of your session');
}
