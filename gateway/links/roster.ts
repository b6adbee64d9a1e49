import { codedError } from '../../wire/coded-error.ts';
import type { Link } from '../../wire/link.ts';
import type { Roster } from '../fleet/roster.ts';

type Change = Parameters<Parameters<Roster['onChange']>[0]>[0];

/** The roster of this process, and how it changes. It owns the links it is given. */
export interface MutableRoster extends Roster {
  /** A node joins. A link that it had is replaced and closed, without the node having left. Throws once the roster is closed. */
  add(link: Link): void;
  /** A node left or was thrown out: its link is closed. False when it was no member. */
  remove(node: string): boolean;
  /** Closes every link, for good. Nobody is told that they left. Idempotent. */
  close(): Promise<void>;
}

export interface RosterOptions {
  /** Told when a link that was taken out did not close as it should. */
  readonly onFault: (error: unknown) => void;
}

export function createRoster({ onFault }: RosterOptions): MutableRoster {
  const links = new Map<string, Link>();
  const listeners = new Set<(change: Change) => void>();
  let members: readonly Link[] = [];
  let closing: Promise<void> | undefined;

  const changed = (change: Change): void => {
    members = [...links.values()];
    for (const listener of listeners) listener(change);
  };
  const letGo = (link: Link | undefined): void => {
    link?.close().catch(onFault);
  };

  return {
    get: (node) => links.get(node),
    members: () => members,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    add(link) {
      if (closing) throw codedError('SHUTTING_DOWN', 'The gateway is stopping');
      const previous = links.get(link.node);
      if (previous === link) return;
      links.set(link.node, link);
      changed({ node: link.node, kind: 'joined' });
      letGo(previous);
    },
    remove(node) {
      const link = links.get(node);
      if (!link) return false;
      links.delete(node);
      changed({ node, kind: 'left' });
      letGo(link);
      return true;
    },
    close() {
      closing ??= Promise.all(members.map((link) => link.close())).then(() => undefined);
      return closing;
    },
  };
}
