import type { GraphQLError } from 'graphql';
import { type Traffic, createTraffic } from '../subgraphs/traffic/traffic.ts';
import { type World, type WorldOptions, createWorld } from '../subgraphs/world/subgraph.ts';
import type { ExecutableShape } from '../wire/executable-shape.ts';
import type { Log } from './log.ts';
import type { NodeDatabase } from './open-tables.ts';

/** What every node publishes. */
export const shapeNames = ['world', 'traffic'] as const;

export interface OpenShapesOptions extends Pick<
  WorldOptions,
  'node' | 'folder' | 'claimAgent' | 'releaseAgent' | 'linkLatencyMs' | 'runsAs'
> {
  /** The caller closes it, after the shapes. */
  readonly db: NodeDatabase;
  readonly log: Log;
}

export interface NodeShapes {
  readonly world: World;
  readonly traffic: Traffic;
  /** What this node publishes. */
  readonly shapes: readonly ExecutableShape[];
  /** Idempotent. */
  close(): Promise<void>;
}

/** Opens the subgraphs that every node publishes, each with its part of the same tables. */
export async function openShapes(options: OpenShapesOptions): Promise<NodeShapes> {
  const { db, log, ...placed } = options;
  const onFault = faultLogger(log);
  const traffic = createTraffic({ db, isHome: (agent) => world.hasAgent(agent), onFault });
  const world = await createWorld({
    ...placed,
    db,
    log,
    unread: (agent) => traffic.unread(agent),
    messagesPerSecond: () => traffic.messagesPerSecond(),
  });
  return {
    world,
    traffic,
    shapes: [world.shape, traffic.shape],
    close: async () => {
      await traffic.close();
      await world.close();
    },
  };
}

/** Logs what a resolver did not expect; the client is told INTERNAL_SERVER_ERROR and no more. */
export function faultLogger(log: Log): (error: GraphQLError) => void {
  return (error) => log.error({ err: error.originalError ?? error, path: error.path }, 'a resolver failed');
}
