/** Roles in rising order; each includes the ones before it. As `Role` in registry.graphql. */
export const roles = ['PLAYER', 'DEVELOPER', 'ADMIN'] as const;
export type Role = (typeof roles)[number];

/** The person on whose behalf an operation runs; `undefined` stands for a stranger. */
export interface Viewer {
  readonly username: string;
  readonly role: Role;
  /** Of the session by which the gateway knows this person. It never leaves the gateway's process. */
  readonly session?: string;
}

/** Whether the viewer has at least this role. */
export function hasRole(viewer: Viewer | undefined, role: Role): boolean {
  return viewer !== undefined && roles.indexOf(viewer.role) >= roles.indexOf(role);
}
