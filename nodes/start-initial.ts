import { keptComposition } from '../gateway/compose/kept-composition.ts';
import { createHealthRoutes } from '../gateway/edge/http-health.ts';
import { type HttpServer, startHttpServer } from '../gateway/edge/http-server.ts';
import { playgroundRoutes } from '../gateway/edge/playground.ts';
import { createLocalSubgraph } from '../gateway/execute/local-subgraph.ts';
import { createOperations } from '../gateway/execute/operations.ts';
import { createFleetSubgraph } from '../gateway/fleet/fleet-subgraph.ts';
import { withFeeds } from '../gateway/fleet/with-feeds.ts';
import { createRoster } from '../gateway/links/roster.ts';
import { openWebSocketLink } from '../gateway/links/websocket-link.ts';
import { createNodeCertificate } from '../identity/node-certificate.ts';
import { createViewerTokens } from '../identity/viewer-tokens.ts';
import { createNodeDoor } from '../port/node-door.ts';
import { findPeers } from '../subgraphs/registry/peers.ts';
import { openRegistry } from '../subgraphs/registry/registry.ts';
import { lockFolder } from '../subgraphs/serve/lock-folder.ts';
import { openShapeSocket } from '../subgraphs/serve/open-shape-socket.ts';
import { NETWORK_PATH } from '../wire/link-vocabulary.ts';
import { createLocalLink } from '../wire/local-link.ts';
import { type CloseStack, startClosable } from './close-stack.ts';
import { type InitialConfig, keepConfig } from './config.ts';
import { createEntityReader } from './entity-reader.ts';
import { loadKey } from './identity.ts';
import { type Log, createLog } from './log.ts';
import { faultLogger, openShapes } from './open-shapes.ts';
import { openInitialTunnels } from './open-tunnels.ts';
import { createReach } from './reach-nodes.ts';
import { createLocalMoveRegistry } from './moving/local-move-registry.ts';
import { type MovingOptions, joinMoves, openMoveSpool } from './moving/join-moves.ts';
import { openInitialTables } from './open-tables.ts';
import { createPeopleGuard } from './people-guard.ts';
import { openAgentRuntime } from './open-agent-runtime.ts';
import { createPostOverLinks } from './post-over-links.ts';
import { readPeopleTls } from './read-people-tls.ts';
import { startGraphEdges } from './start-graph-edges.ts';
import { createSubgraphDoors } from './subgraph-doors.ts';
import { watchMembers } from './watch-members.ts';
import { watchSessions } from './watch-sessions.ts';

export interface InitialNodeOptions {
  readonly folder: string;
  readonly config: InitialConfig;
  readonly log?: Log;
  readonly moving?: MovingOptions;
}

export interface InitialNode {
  readonly url: string;
  /** Its id in the network. */
  readonly node: string;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Starts the initial node: registry, gateway, and the subgraphs that it publishes itself as any other node. */
export function startInitial(options: InitialNodeOptions): Promise<InitialNode> {
  return startClosable((closing) => start(options, closing));
}

async function start(
  { folder, config, log: given, moving: movingOptions }: InitialNodeOptions,
  closing: CloseStack,
) {
  const log = given ?? createLog({ name: config.name, level: config.logLevel });
  const onFault = (error: unknown) => log.error({ err: error }, 'a fault of ours');
  const tls = readPeopleTls(folder, config);
  const lock = lockFolder(folder);
  closing.add(() => lock.release());
  const tables = await openInitialTables(folder);
  closing.add(() => tables.close());
  const { db } = tables;
  const key = loadKey(folder, config);
  const certificate = await createNodeCertificate(key);

  const registry = await openRegistry({
    db,
    key,
    origin: () => originOf(config, server),
    approveLoopback: config.approveLoopbackNodes,
    newcomers: config.newcomers === 'developer' ? 'DEVELOPER' : 'PLAYER',
    readEntity: (id, viewer) => readEntity(id, viewer),
    peerShapes: () => [own.traffic.peer, own.world.reports],
    onFault: faultLogger(log),
  });
  closing.add(() => registry.close());
  const register = (port: number) =>
    registry.members.registerInitial(
      { name: config.name, address: config.address ?? config.host, port },
      key.publicKey,
    );
  // Any free port is known only once it listens, which comes last.
  const { node_id: node } = await register(config.port || 1);
  const roster = createRoster({ onFault });
  closing.add(() => roster.close());
  const guard = createPeopleGuard(onFault);
  const agents = await openAgentRuntime({ config, log });
  closing.add(() => agents.close());
  const spool = openMoveSpool(folder);
  const moves = joinMoves({
    node,
    spool,
    key,
    owner: undefined,
    registry: createLocalMoveRegistry({ db, registry, node, onFault }),
    findSpool: async (id) => (await findPeers(db, { ids: [id], fingerprints: [], now: Date.now() }))[0],
    log,
    onFault,
    options: movingOptions,
  });
  const own = await openShapes({
    node,
    mover: moves.mover,
    folder,
    db,
    log,
    claimAgent: (id) => registry.directory.claim(id, node),
    releaseAgent: (id) => registry.directory.release(id, node),
    linkLatencyMs: () => 0,
    isMuted: (username) => guard.isMuted(username),
    ...agents.forShapes,
    onMoveWanted: (agent, to) => moves.onMoveWanted(agent, to),
    post: createPostOverLinks({
      node,
      roster,
      locate: (agents, asked) => registry.homes.locate(agents, asked),
    }),
  });
  closing.add(() => own.close());
  closing.add(() => guard.close());
  closing.add(registry.people.changes.listen(({ restricted }) => guard.see(restricted)));
  guard.see(await registry.people.restricted());
  await guard.guard(own.world);

  roster.add(createLocalLink({ node, shapes: own.shapes }));

  const { supergraphSdl, access } = keptComposition([registry.shape, ...own.shapes]);
  const fleet = own.shapes.map((shape) =>
    createFleetSubgraph({ shape, roster, directory: registry.homes, initial: node, log }),
  );
  const subgraphs = [withFeeds(createLocalSubgraph(registry.shape), registry.shape), ...fleet];
  const operations = createOperations({
    supergraphSdl,
    access,
    subgraphs: new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph])),
    onFault,
  });
  const readEntity = createEntityReader(operations);
  const edges = await startGraphEdges({
    operations,
    supergraphSdl,
    log,
    authenticate: (token) => registry.authenticate(token),
    ...(config.cors.length > 0 ? { cors: { origins: config.cors } } : {}),
  });
  const sessions = watchSessions({ registry, edges, onFault });
  closing.add(() => sessions.close());
  const network = openShapeSocket({ accept: registry.network.accept });
  const doors = createSubgraphDoors([registry.shape, ...own.shapes]);

  const tunnels = openInitialTunnels({ db, key, members: registry.members, spool, log });
  const reach = createReach({ db, key, certificate, initial: node, tunnels });
  const stopLeaving = registry.members.changes.listen(({ kind, node: { node_id: id } }) => {
    if (kind === 'REVOKED' || kind === 'RETIRED') reach.leave(id);
  });
  closing.add(stopLeaving);
  const nodeDoor = createNodeDoor(certificate, [
    {
      path: NETWORK_PATH,
      handleUpgrade: (request, socket, head) => network.handleUpgrade(request, socket, head),
    },
  ]);

  const server: HttpServer = await startHttpServer({
    port: config.port,
    host: config.host,
    tls,
    routes: [...edges.routes, ...playgroundRoutes(), ...createHealthRoutes(() => true), ...doors.routes],
    upgrades: [...edges.upgrades, ...doors.upgrades],
    guests: {
      node: (socket) => nodeDoor.accept(socket),
      ssh: (socket) => tunnels.accept(socket),
    },
    onFault,
  });
  closing.add(() => edges.close());
  closing.add(() => server.close());
  closing.add(() => nodeDoor.close());
  closing.add(() => closeAll([tunnels.close(), reach.close()]));
  closing.add(() => closeAll([edges.closeSockets(), network.close(), doors.close()]));

  await register(server.port);
  const viewerTokens = createViewerTokens({ key });
  const watch = await watchMembers({
    members: registry.members,
    roster,
    openLink: (row) =>
      openWebSocketLink({
        node: row.node_id,
        dial: () => reach.dial(row.node_id),
        tokenFor: (viewer, audience) => viewerTokens.tokenFor(viewer, audience),
      }),
    log,
  });
  closing.add(() => watch.close());
  closing.add(moves.open(db, own));
  closing.add(registry.directory.onChange((agent) => own.traffic.homeChanged(agent)));
  keepConfig(folder, config);
  log.info({ url: server.url, node }, 'the initial node is up');
  return { url: server.url, node };
}

async function closeAll(closing: readonly Promise<void>[]): Promise<void> {
  await Promise.all(closing);
}

/** What nodes sign for: where people say that the network is. */
function originOf({ address, host }: InitialConfig, server: HttpServer): string {
  return `${address ?? host}:${server.port}`;
}
