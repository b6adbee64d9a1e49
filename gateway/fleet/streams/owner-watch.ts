import type { GraphQLFormattedError } from 'graphql';
import { codedError } from '../../../wire/coded-error.ts';
import { nodeOfEntity } from '../../../wire/ids.ts';
import type { Link } from '../../../wire/link.ts';
import type { Directory } from '../directory.ts';
import type { Via } from '../directives.ts';
import type { Roster } from '../roster.ts';

export interface Owned {
  readonly roster: Roster;
  readonly directory: Directory;
  readonly via: Via;
  /** What names the owner: a node, an entity or an agent. */
  readonly id: string;
}

export interface OwnerWatchOptions extends Owned {
  /** Called when `find` may have another answer than before. */
  readonly onChange: () => void;
}

/** `unknown`: nobody owns it, and that is known for sure. `away`: there is an owner, but it cannot be asked now. */
type Owner = { readonly kind: 'up'; readonly link: Link } | { readonly kind: 'away' | 'unknown' };

/** Who owns something, followed until `close`. */
export interface OwnerWatch {
  /** The owner now. Rejects when the directory cannot be asked. */
  find(): Promise<Owner>;
  close(): void;
}

export function watchOwner({ roster, directory, via, id, onChange }: OwnerWatchOptions): OwnerWatch {
  let node: string | undefined;
  let link: Link | undefined;
  let unfollow: (() => void) | undefined;
  let isClosed = false;

  /** Follows the state of the owner's link as the roster has it; whether that is another link than before. */
  const follow = (): boolean => {
    const now = isClosed || node === undefined ? undefined : roster.get(node);
    if (now === link) return false;
    unfollow?.();
    link = now;
    unfollow = now?.onStateChange(onChange);
    return true;
  };
  const stops = [
    roster.onChange((change) => {
      if (change.node === node && follow()) onChange();
    }),
    via === 'DIRECTORY' ? directory.onChange((agent) => void (agent === id && onChange())) : undefined,
  ];
  const locate = async (): Promise<string | undefined> => {
    if (via === 'DIRECTORY') return (await directory.locate([id])).get(id)?.node;
    const named = via === 'NODE' ? id : nodeOfEntity(id);
    // Unknown, unless it was a member when this began: then it may come back.
    return named !== undefined && (named === node || roster.get(named)) ? named : undefined;
  };

  return {
    find: async () => {
      node = await locate();
      follow();
      if (node === undefined) return { kind: 'unknown' };
      return link?.state === 'UP' ? { kind: 'up', link } : { kind: 'away' };
    },
    close: () => {
      isClosed = true;
      for (const stop of stops) stop?.();
      follow();
    },
  };
}

/** That nobody owns it, as an error. */
export function ownerUnknown({ via, id }: Pick<Owned, 'via' | 'id'>): GraphQLFormattedError {
  return via === 'DIRECTORY'
    ? codedError('AGENT_UNKNOWN', `Nobody has claimed the agent ${id}`).toJSON()
    : codedError('NODE_UNKNOWN', `No node of this network owns ${id}`).toJSON();
}
