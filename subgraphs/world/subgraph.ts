import type { AgentRuntime } from '../../agents/agent-runtime.ts';
import { publishedSdl } from '../../schema/read-sdl.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import { type ShapeOptions, createExecutableShape } from '../serve/create-executable-shape.ts';
import { AgentLog } from './agents/agent-log.ts';
import type { AgentDesk } from './agents/agent-desk.ts';
import type { AgentDirectory } from './agents/agent-directory.ts';
import { AgentSecrets } from './agents/agent-secrets.ts';
import { AgentStore } from './agents/agent-store.ts';
import { ClaimsUnderWay } from './agents/claims-under-way.ts';
import { DisabledOwners } from './agents/disabled-owners.ts';
import { Hosting } from './agents/hosting.ts';
import type { Compile } from './agents/read-code.ts';
import { releaseOrphans } from './agents/release-orphans.ts';
import type { LogLevel, WorldDatabase } from './database.ts';
import { openEntityFiles } from './entities/entity-files.ts';
import { loadEntitySchemas } from './entities/entity-schemas.ts';
import { EntityStore } from './entities/entity-store.ts';
import type { EntityChange } from './entities/apply-readings.ts';
import { hostNothing } from './host-nothing.ts';
import { ModerationBook } from './moderation/moderation-book.ts';
import { AgentMoves } from './moving/agent-moves.ts';
import { Happenings } from './places/happenings.ts';
import { removedLocations } from './places/removed-locations.ts';
import { Manners } from './places/manners.ts';
import { Places } from './places/places.ts';
import { SurroundingsBook } from './places/surroundings.ts';
import { createWorldResolvers } from './resolvers.ts';
import { AgentHost } from './running/agent-host.ts';
import type { AgentMail } from './running/agent-mail.ts';
import { runNothing } from './running/run-nothing.ts';
import { AgentMeter } from './stats/agent-meter.ts';
import { ProcessMeter } from './stats/process-meter.ts';
import type { ProcessReading } from './stats/read-process.ts';
import { createReportsShape } from './stats/reports-shape.ts';
import { ReportedStats } from './stats/reported-stats.ts';
import { StatsFeed } from './stats/stats-feed.ts';
import { type StatsSample, createSampler } from './stats/stats-sample.ts';
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
  readonly mail: AgentMail;
  /** Runs the agents' programs; without one nothing runs. The caller closes it, after the world. */
  readonly runtime?: AgentRuntime | undefined;
  /** Makes what can be run of what people deploy; as it is when absent. */
  readonly compile?: Compile | undefined;
  /** Why agents of this person are not to be here; undefined when they may. Everybody's may when absent. */
  readonly mayHost?: ((owner: string) => string | undefined) | undefined;
  /** Whether an admin has muted this person, whose avatars then say nothing. */
  readonly isMuted?: ((username: string) => boolean) | undefined;
  /** An agent's program wants to move to that node. It goes on until it is frozen. */
  readonly onMoveWanted?: ((agent: string, to: string) => void) | undefined;
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
  /** Begins to run agents; before, none is: whoever starts this node first finds out which of them still live here. */
  startAgents(): Promise<void>;
  /** Gives back those of these ids, which the registry has for this node, that no agent here has. Their number. */
  releaseOrphans(claimed: readonly string[]): Promise<number>;
  /** reports.graphql: for other nodes only, with a `PeerSession`. */
  readonly reports: ExecutableShape;
  /** So many minutes of this node's statistics after that time (ISO 8601), oldest first. */
  minutesAfter(at: string, limit: number): Promise<readonly StatsSample[]>;
  /** What those need who move agents. */
  readonly moves: AgentMoves;
  /** Ends all streams and the watch over the files; idempotent. The database is not touched afterwards. */
  close(): Promise<void>;
}

const defaultSampleEveryMs = 1_000;

/** The subgraph `world` of one node. Resolves when its entity files have been read. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const { node, db, log, clock = Date.now, linkLatencyMs = () => null } = options;
  const surroundings = new SurroundingsBook({ db, node });
  const happenings = new Happenings(db);
  const manners = new Manners({ isMuted: options.isMuted ?? (() => false) });
  const places = new Places({ db, mail: options.mail, happenings, surroundings, manners, clock });
  const entities = new EntityStore({
    db,
    node,
    clock,
    onApplied: (changes) => {
      surroundings.changedAnywhere();
      void places.close(removedLocations(node, changes)).catch(reportWith(log));
    },
  });
  const store = new AgentStore({ db, node, clock });
  const agentLog = new AgentLog({ db, clock });
  const meter = new AgentMeter();
  const { mail, runtime, mayHost = () => undefined, onMoveWanted = () => undefined } = options;
  const running = runtime
    ? new AgentHost({
        db,
        mail,
        runtime,
        agentLog,
        happenings,
        surroundings,
        manners,
        meter,
        clock,
        log,
        onMoveWanted,
      })
    : runNothing(node);
  const onStopped = (agent: string) => running.freshen(agent);
  const disabledOwners = new DisabledOwners({ agents: store, agentLog, onStopped });
  const hosting = new Hosting({ disabledOwners, mayHost });
  const moves = new AgentMoves({ db, node, running, hosting, agentLog, places, clock });
  const history = new StatsStore({ db, node, runsAs: options.runsAs ?? 'system', meter });

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
  const reported = new ReportedStats({ db, node, clock });
  const { messagesPerSecond, readProcess } = options;
  const stats = await StatsFeed.start({
    takeSample: createSampler({
      agents: store,
      clock,
      messagesPerSecond,
      linkLatencyMs,
      readProcess,
      meter: runtime && new ProcessMeter({ processes: () => runtime.processes() }),
    }),
    store: history,
    storeEveryMs: options.sampleEveryMs ?? defaultSampleEveryMs,
    log,
  });
  const compile: Compile = options.compile ?? (async (code) => code);
  const claims = new ClaimsUnderWay();
  const desk: AgentDesk = { store, agentLog, directory, claims, hosting, running, compile };
  const secrets = new AgentSecrets(db);
  const moderation = new ModerationBook({ db, node });
  const resolvers = createWorldResolvers({
    node,
    db,
    clock,
    entities,
    entityFiles,
    desk,
    secrets,
    moves,
    mail,
    places,
    happenings,
    moderation,
    unread,
    stats,
    history,
    reported,
  });
  const onFault: ShapeOptions['onFault'] = (error) =>
    log.error({ err: error.originalError ?? error, path: error.path }, 'a resolver failed');
  return {
    reports: createReportsShape({ reported, onFault }),
    minutesAfter: (at, limit) => history.minutesAfter(at, limit),
    shape: createExecutableShape({
      name: 'world',
      sdl: publishedSdl('world'),
      resolvers,
      onFault,
    }),
    stopAgentsOf: (usernames) => disabledOwners.replace(usernames),
    startAgents: () => running.start(),
    releaseOrphans: (claimed) => releaseOrphans(desk, mail, claimed),
    moves,
    hasAgent: async (id) => (await store.find(id)) !== undefined,
    agentEpoch: (id) => store.findEpoch(id),
    appendLog: (agent, level, text) => agentLog.append(agent, level, text),
    async close() {
      await running.close();
      agentLog.close();
      happenings.close();
      await stats.close();
      await history.addRest(new Date(clock()).toISOString());
      await entityFiles.close();
    },
  };
}

function reportWith(log: WorldLog): (error: unknown) => void {
  return (err) => log.warn({ err }, 'an avatar is still at a location that is no more');
}
