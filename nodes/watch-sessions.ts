import type { Registry } from '../subgraphs/registry/registry.ts';
import { limits } from '../schema/limits.ts';
import type { GraphEdges } from './start-graph-edges.ts';

export interface WatchSessionsOptions {
  readonly registry: Pick<Registry, 'people' | 'sessions'>;
  readonly edges: Pick<GraphEdges, 'viewers' | 'closeSessions'>;
  readonly onFault: (error: unknown) => void;
}

export interface SessionsWatch {
  /** Idempotent. */
  close(): void;
}

/** Cuts the open sockets of people whose session has ended, who have been disabled, or who have another role now. */
export function watchSessions({ registry, edges, onFault }: WatchSessionsOptions): SessionsWatch {
  let later: NodeJS.Timeout | undefined;
  let isClosed = false;

  const check = async (who?: string) => {
    const viewers = edges.viewers().filter(({ username }) => who === undefined || username === who);
    const fates = viewers.length > 0 ? await registry.sessions.findChanged(viewers) : undefined;
    if (fates && !isClosed) edges.closeSessions(fates);
  };
  const run = (who?: string) => {
    check(who).catch((error: unknown) => {
      if (!isClosed) onFault(error);
    });
  };
  const stopListening = registry.people.changes.listen(({ who }) => {
    run(who);
    // A socket may have been let in just now by what was true just before.
    clearTimeout(later);
    later = setTimeout(run, limits.sessionFreshMs).unref();
  });
  // Those that run out by themselves.
  const sweeping = setInterval(run, limits.sessionSweepMs).unref();

  return {
    close: () => {
      isClosed = true;
      stopListening();
      clearTimeout(later);
      clearInterval(sweeping);
    },
  };
}
