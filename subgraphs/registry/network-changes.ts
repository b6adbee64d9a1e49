import { ChangeHub, type ChangeOrEnd } from './change-hub.ts';
import type { AgentDirectory } from './agent-directory.ts';
import type { Members } from './members.ts';

/** What whoever remembers answers has to forget: what was known of this node, or of this agent's home. */
export interface NetworkChange {
  readonly node: string | null;
  readonly agent: string | null;
}

/** From now on, beginning with a change of nothing, which says that it has begun. */
export function readNetworkChanges(
  members: Members,
  directory: AgentDirectory,
): AsyncIterableIterator<ChangeOrEnd<NetworkChange>> {
  const hub = new ChangeHub<NetworkChange>();
  const stops = [
    members.changes.listen(({ kind, node }) => {
      // Whether a link is up is each one's own to find out.
      if (kind !== 'ONLINE' && kind !== 'OFFLINE') hub.publish({ node: node.node_id, agent: null });
    }),
    directory.onChange((agent) => hub.publish({ node: null, agent })),
  ];
  const changes = hub.read({ first: [{ node: null, agent: null }] });
  const stop = (): void => {
    for (const end of stops) end();
  };
  return {
    next: async () => {
      const step = await changes.next();
      if (step.done) stop();
      return step;
    },
    return: async () => {
      stop();
      return changes.return?.() ?? { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
