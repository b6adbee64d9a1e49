import type { KeptSession } from '../session-file.ts';

/** The id of an agent that a person names: their own where no owner is said. */
export function whoseAgent(name: string, { username }: Pick<KeptSession, 'username'>): string {
  return name.includes('/') ? name : `${username}/${name}`;
}
