import type { Link } from '../../wire/link.ts';

/**
 * The nodes that belong to the network now, each with its link. A node that is down stays (its rows are missing and said to be); one that
 * left or was revoked goes. A join or a leave is a change of this table and of nothing else.
 */
export interface Roster {
  get(node: string): Link | undefined;
  /** Every member; the same array until a member comes or goes. */
  members(): readonly Link[];
  onChange(
    listener: (change: { readonly node: string; readonly kind: 'joined' | 'left' }) => void,
  ): () => void;
}
