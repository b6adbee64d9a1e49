import type { GraphQLError } from 'graphql';
import type { Post } from '../subgraphs/traffic/post.ts';
import { type Traffic, type TrafficOptions, openTraffic } from '../subgraphs/traffic/traffic.ts';
import { type World, type WorldOptions, createWorld } from '../subgraphs/world/subgraph.ts';
import type { ExecutableShape } from '../wire/executable-shape.ts';
import { deferred } from '../wire/deferred.ts';
import { createAgentMail } from './create-agent-mail.ts';
import type { Log } from './log.ts';
import type { NodeDatabase } from './open-tables.ts';

/** What every node publishes. */
export const shapeNames = ['world', 'traffic'] as const;

export interface OpenShapesOptions extends Pick<
  WorldOptions,
  | 'node'
  | 'folder'
  | 'claimAgent'
  | 'releaseAgent'
  | 'linkLatencyMs'
  | 'runsAs'
  | 'hosts'
  | 'runtime'
  | 'compile'
  | 'mayHost'
  | 'onMoveWanted'
  | 'clock'
> {
  /** The caller closes it, after the shapes. */
  readonly db: NodeDatabase;
  /** Who brings agents to other nodes; undefined on a node that hosts nothing. */
  readonly mover?: TrafficOptions['mover'];
  /** How messages reach the other nodes. */
  readonly post: Post;
  /** Whether an admin has muted this person. */
  readonly isMuted?: (username: string) => boolean;
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
  const { db, log, post, mover, ...placed } = options;
  const { isMuted } = placed;
  const onFault = faultLogger(log);
  // The two need each other, and messages may be on their way before the world is there.
  const opened = deferred<World>();
  // A world that cannot be opened is reported once, below.
  opened.promise.catch(() => undefined);
  const traffic = await openTraffic({
    db,
    post,
    mover,
    frozen: await readFrozen(db),
    epochOf: async (agent) => (await opened.promise).agentEpoch(agent),
    notify: (agent, text) => {
      // The log of an agent that has just left is nobody's any more.
      void opened.promise.then((world) => world.appendLog(agent, 'warn', text)).catch(() => undefined);
    },
    ...(isMuted ? { isMuted } : {}),
    onFault,
  });
  const mail = createAgentMail(db, traffic);
  const world = await openWorld({ ...placed, db, log, mail }, traffic).catch(async (error: unknown) => {
    opened.reject(error);
    await traffic.close();
    throw error;
  });
  opened.resolve(world);
  return {
    world,
    traffic,
    shapes: [world.shape, traffic.shape],
    close: async () => {
      // What agents have sent is in the outbox before that is left alone.
      await world.close();
      await traffic.close();
    },
  };
}

/** Agents that a node may not accept anything for before it knows what has become of their moves. */
async function readFrozen(db: NodeDatabase): Promise<readonly string[]> {
  const rows = await db.selectFrom('moving').select('agent_id').where('side', '=', 'SOURCE').execute();
  return rows.map(({ agent_id: agent }) => agent);
}

function openWorld(
  options: Omit<WorldOptions, 'unread' | 'messagesPerSecond'>,
  traffic: Pick<Traffic, 'unread' | 'messagesPerSecond'>,
): Promise<World> {
  return createWorld({
    ...options,
    unread: (agent) => traffic.unread(agent),
    messagesPerSecond: () => traffic.messagesPerSecond(),
  });
}

/** Logs what a resolver did not expect; the client is told INTERNAL_SERVER_ERROR and no more. */
export function faultLogger(log: Log): (error: GraphQLError) => void {
  return (error) => log.error({ err: error.originalError ?? error, path: error.path }, 'a resolver failed');
}
