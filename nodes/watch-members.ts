import type { MutableRoster } from '../gateway/links/roster.ts';
import type { WebSocketLink } from '../gateway/links/websocket-link.ts';
import type { NodeRow } from '../subgraphs/registry/database.ts';
import type { Members } from '../subgraphs/registry/members.ts';
import type { Log } from './log.ts';

const touchIntervalMs = 30_000;

export interface MembersWatch {
  /** Stops watching; the links stay with the roster. Resolves when what was being written is. Idempotent. */
  close(): Promise<void>;
}

export interface WatchMembersOptions {
  readonly members: Members;
  readonly roster: MutableRoster;
  /** Opens a link to a node, dialled where its row says that it is. */
  readonly openLink: (node: NodeRow) => WebSocketLink;
  readonly log: Log;
}

/**
 * Keeps the roster as the registry's table has it, and the table as the links are: an approved node gets a link, one that left or was thrown
 * out loses it, and each node is ONLINE while its link is up.
 */
export async function watchMembers(options: WatchMembersOptions): Promise<MembersWatch> {
  const { members, roster, log } = options;
  const dialled = new Map<string, { readonly place: string; readonly link: WebSocketLink }>();
  let isClosed = false;
  // One write after the other: ONLINE and OFFLINE of a node must land in the order in which they happened.
  let writes: Promise<void> = Promise.resolve();
  const write = (action: () => Promise<void>) => {
    writes = writes.then(action).catch((error: unknown) => {
      log.error({ err: error }, 'the state of a node could not be written');
    });
  };

  const join = (node: NodeRow): void => {
    const place = node.proxy === null ? `${node.ip_address}:${node.port}` : `through ${node.proxy}`;
    const known = dialled.get(node.node_id);
    // It has just been heard of: no reason to wait out the pause before the next try.
    if (known?.place === place) return known.link.retryNow();
    const link = options.openLink(node);
    dialled.set(node.node_id, { place, link });
    link.onStateChange((state) => {
      if (isClosed || roster.get(node.node_id) !== link) return;
      log.info({ node: node.node_id, state, problem: link.problem }, 'link');
      write(() => (state === 'UP' ? members.markOnline(node.node_id) : members.markOffline(node.node_id)));
    });
    roster.add(link);
  };
  const leave = (node: NodeRow): void => {
    dialled.delete(node.node_id);
    roster.remove(node.node_id);
  };

  for (const node of await members.list()) join(node);
  const stopListening = members.changes.listen(({ kind, node }) => {
    switch (kind) {
      case 'REGISTERED':
        if (node.status === 'online' || node.status === 'offline') join(node);
        return;
      case 'APPROVED':
        return join(node);
      case 'ROUTED':
      case 'REKEYED':
        if (roster.get(node.node_id)) join(node);
        return;
      case 'LEFT':
      case 'RETIRED':
      case 'REVOKED':
        return leave(node);
      case 'ONLINE':
      case 'OFFLINE':
        return;
      default:
        kind satisfies never;
    }
  });
  const touching = setInterval(() => {
    const up = roster.members().filter((link) => link.state === 'UP');
    write(() => members.touch(up.map((link) => link.node)));
  }, touchIntervalMs);
  touching.unref();

  return {
    close: () => {
      isClosed = true;
      clearInterval(touching);
      stopListening();
      return writes;
    },
  };
}
