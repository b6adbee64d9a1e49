import { readSdl } from '../../schema/read-sdl.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import { createExecutableShape } from '../serve/create-executable-shape.ts';
import { AgentLog, type LogLevel } from './agents/agent-log.ts';
import { AgentStore } from './agents/agent-store.ts';
import type { AgentDirectory } from './agents/deploy-agent.ts';
import { DisabledOwners } from './agents/disabled-owners.ts';
import type { WorldDatabase } from './database.ts';
import { openEntityFiles } from './entities/entity-files.ts';
import { loadEntitySchemas } from './entities/entity-schemas.ts';
import { EntityStore } from './entities/entity-store.ts';
import type { EntityChange } from './entities/apply-readings.ts';
import { hostNothing } from './host-nothing.ts';
import { createWorldResolvers } from './resolvers.ts';
import type { ProcessReading } from './stats/read-process.ts';
import { StatsFeed } from './stats/stats-feed.ts';
import { createSampler } from './stats/stats-sample.ts';
import { StatsStore } from './stats/stats-store.ts';
import type { WorldLog } from './world-log.ts';

export interface WorldOptions extends AgentDirectory {
  /** This node's id. */
  readonly node: string;
  /** The node's folder; entities/ in it is made when missing. */
  readonly folder: string;
  /** With `worldMigrations` applied. The caller closes it, after the world. */
  readonly db: WorldDatabase;
  /** False for a node that has neither agents nor entities, and refuses them; its entities/ is not looked at. */
  readonly hosts?: boolean;
  /** Messages in the agent's inbox that it has not taken. */
  readonly unread: (agent: string) => Promise<number>;
  readonly messagesPerSecond: () => number;
  /** To the initial node and back; null while unknown. */
  readonly linkLatencyMs?: () => number | null;
  /** On whose behalf this process runs: a username; "system" when absent. */
  readonly runsAs?: string;
  readonly sampleEveryMs?: number;
  readonly log: WorldLog;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly readProcess?: () => ProcessReading;
  /** Told of each entity file that was looked at, once the graph has it. */
  readonly onEntityFile?: (change: EntityChange) => void;
}

export interface World {
  readonly shape: ExecutableShape;
  /** Whether the agent lives on this node. */
  hasAgent(id: string): Promise<boolean>;
  /** The epoch of an agent that lives on this node: how often it has moved. */
  agentEpoch(id: string): Promise<number | undefined>;
  /** Adds a line to what the agent has printed; throws MOVED when it does not live here. */
  appendLog(agent: string, level: LogLevel, text: string): Promise<void>;
  /**
   * These, and no others, are disabled from now on: their agents are stopped, and neither started nor deployed until they are missing from a
   * later call. Resolves when the agents are stopped.
   */
  stopAgentsOf(usernames: readonly string[]): Promise<void>;
  /** Ends all streams and the watch over the files; idempotent. The database is not touched afterwards. */
  close(): Promise<void>;
}

const defaultSampleEveryMs = 1_000;

/** The subgraph `world` of one node. Resolves when its entity files have been read. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const { node, db, log, clock = Date.now, linkLatencyMs = () => null } = options;
  const entities = new EntityStore({ db, node, clock });
  const agents = new AgentStore({ db, node, clock });
  const agentLog = new AgentLog({ db, clock });
  const disabledOwners = new DisabledOwners({ agents, agentLog });
  const history = new StatsStore({ db, node, runsAs: options.runsAs ?? 'system' });

  await entities.adoptNode();
  const { claimAgent, releaseAgent, unread, hosts = true } = options;
  const { entityFiles, directory } = hosts
    ? {
        entityFiles: await openEntityFiles({
          folder: options.folder,
          store: entities,
          schemas: loadEntitySchemas(),
          log,
          onChange: options.onEntityFile,
        }),
        directory: { claimAgent, releaseAgent },
      }
    : hostNothing(node);
  const { messagesPerSecond, readProcess } = options;
  const stats = await StatsFeed.start({
    takeSample: createSampler({ agents, clock, messagesPerSecond, linkLatencyMs, readProcess }),
    store: history,
    storeEveryMs: options.sampleEveryMs ?? defaultSampleEveryMs,
    log,
  });

  const services = {
    node,
    entities,
    entityFiles,
    agents,
    agentLog,
    directory,
    disabledOwners,
    unread,
    stats,
    history,
  };
  return {
    shape: createExecutableShape({
      name: 'world',
      sdl: readSdl('world'),
      directives: `${readSdl('fleet')}\n${readSdl('access')}`,
      resolvers: createWorldResolvers(services),
      onFault: (error) =>
        log.error({ err: error.originalError ?? error, path: error.path }, 'a resolver failed'),
    }),
    stopAgentsOf: (usernames) => disabledOwners.replace(usernames),
    hasAgent: async (id) => (await agents.find(id)) !== undefined,
    agentEpoch: (id) => agents.findEpoch(id),
    appendLog: (agent, level, text) => agentLog.append(agent, level, text),
    async close() {
      agentLog.close();
      await stats.close();
      await entityFiles.close();
    },
  };
}
