import type { Wall } from '../agents/process/find-wall.ts';
import type { InitialConfig } from './config.ts';

export interface MayHostOptions {
  /** This node's name, for the reason. */
  readonly name: string;
  readonly owner: string | undefined;
  readonly hosting: InitialConfig['hosting'];
  /** What stands between programs and this machine. */
  readonly wall: Pick<Wall, 'kind'>;
}

/** Says why an agent of this person may not live on a node; undefined when it may. Without a wall only the owner's do: they have the rights of the node. */
export function createMayHost({ name, owner, hosting, wall }: MayHostOptions) {
  return (person: string): string | undefined => {
    if (person === owner) return undefined;
    const whose = owner === undefined ? 'nobody' : owner;
    if (wall.kind === 'none')
      return `The node ${name} has no bubblewrap, so it hosts agents of its owner (${whose}) only`;
    if (hosting === 'network' || (hosting !== 'owner' && hosting.includes(person))) return undefined;
    return hosting === 'owner'
      ? `The node ${name} hosts agents of its owner (${whose}) only`
      : `The node ${name} hosts agents of some people only, and ${person} is none of them`;
  };
}
