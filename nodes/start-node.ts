import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createHealthRoutes } from '../gateway/edge/http-health.ts';
import { startHttpServer } from '../gateway/edge/http-server.ts';
import { createNodeCertificate } from '../identity/node-certificate.ts';
import { createViewerVerifier } from '../identity/viewer-verifier.ts';
import { createNodeDoor } from '../port/node-door.ts';
import { limits } from '../schema/limits.ts';
import { isOnThisMachine } from '../subgraphs/registry/node-origin.ts';
import { createLinkServer } from '../subgraphs/serve/create-link-server.ts';
import type { PeerNode } from '../subgraphs/serve/peer-session.ts';
import { lockFolder } from '../subgraphs/serve/lock-folder.ts';
import type { TunnelPeer } from '../tunnel/tunnel-peer.ts';
import { createTunnelServer } from '../tunnel/tunnel-server.ts';
import { LINK_PATH } from '../wire/link-vocabulary.ts';
import { deferred } from '../wire/deferred.ts';
import { createAskNode } from './ask-node.ts';
import { type CloseStack, startClosable } from './close-stack.ts';
import { type NodeConfig, keepConfig } from './config.ts';
import { openAgentRuntime } from './open-agent-runtime.ts';
import { createDirectLinks } from './direct-links.ts';
import { loadKey } from './identity.ts';
import { joinNetwork } from './join-network.ts';
import { type Log, createLog } from './log.ts';
import type { NetworkClient } from './network-client.ts';
import { createNodePost } from './node-post.ts';
import { findSpool } from './moving/find-spool.ts';
import { type MovingOptions, joinMoves, openMoveSpool } from './moving/join-moves.ts';
import { createMoveNews } from './moving/move-news.ts';
import { createNetworkMoveRegistry } from './moving/network-move-registry.ts';
import { openShapes, shapeNames } from './open-shapes.ts';
import { reportStats } from './report-stats.ts';
import { openNodeTunnel } from './open-node-tunnel.ts';
import { openNodeTables } from './open-tables.ts';
import { createPeers } from './peers.ts';
import { createPeopleGuard } from './people-guard.ts';
import { mayServePeople, readTls } from './read-people-tls.ts';
import { type Doors, createSubgraphDoors, doorsToCome, subgraphPath } from './subgraph-doors.ts';

export interface NodeOptions {
  readonly folder: string;
  readonly config: NodeConfig;
  readonly log?: Log;
  /** Asks a person whether the initial node's key is this one, when nobody has told it beforehand. */
  readonly confirmInitialKey?: (fingerprint: string) => Promise<boolean>;
  readonly moving?: MovingOptions;
}

export interface RunningNode {
  readonly url: string;
  /** Its id in the network. */
  readonly node: string;
  /** Says goodbye to the network, then stops. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts a node and joins it to its network. At its first start it waits until it is approved, which gives it its id; later it serves what it
 * has at once, and joins when it can. Rejects when the initial node will not have it, or is not known by its key.
 */
export function startNode(options: NodeOptions): Promise<RunningNode> {
  return startClosable((closing) => start(options, closing));
}

async function start(
  { folder, config, log: given, confirmInitialKey, moving }: NodeOptions,
  closing: CloseStack,
) {
  const log = given ?? createLog({ name: config.name, level: config.logLevel });
  const onFault = (error: unknown) => log.error({ err: error }, 'a fault of ours');
  const lock = lockFolder(folder);
  closing.add(() => lock.release());
  const tables = await openNodeTables(folder);
  closing.add(() => tables.close());
  const key = loadKey(folder, config);
  const certificate = await createNodeCertificate(key);

  // The port must be known before the node has its id, since that is where the network will call.
  const doors = deferred<Doors>();
  const paths = shapeNames.map(subgraphPath);
  const early = doorsToCome({ routes: paths, upgrades: [LINK_PATH, ...paths] }, doors.promise);
  let network: NetworkClient | undefined;
  const nodeDoor = createNodeDoor(
    certificate,
    early.upgrades.filter(({ path }) => path === LINK_PATH),
  );
  const isOpen = mayServePeople(config);
  if (!isOpen) {
    log.warn(
      { host: config.host },
      'plain HTTP (/health, /ready, /subgraphs) is answered on this machine only, other nodes are served everywhere; "tls" or "allowPlainHttp" in config.json change that',
    );
  }
  const server = await startHttpServer({
    port: config.port,
    host: config.host,
    tls: readTls(folder, config),
    admits: isOpen ? undefined : ({ remoteAddress }) => isOnThisMachine(remoteAddress),
    routes: [...createHealthRoutes(() => network?.status.phase === 'MEMBER'), ...early.routes],
    upgrades: early.upgrades.filter(({ path }) => path !== LINK_PATH),
    guests: {
      node: (socket) => nodeDoor.accept(socket),
      ...(config.kind === 'local' ? {} : { ssh: (socket) => tunnels.accept(socket) }),
    },
    onFault,
  });
  closing.add(() => server.close());
  closing.add(() => nodeDoor.close());
  const spool = openMoveSpool(folder);
  let initialId = '';
  const tunnels = createTunnelServer({
    key,
    log,
    spool,
    authorize: async (peerKey) => tunnelPeer(await peers.recognise(peerKey), initialId),
    onChange: ({ node, kind, reason }) =>
      log.info({ node, reason }, kind === 'OPENED' ? 'a tunnel is open' : 'a tunnel has ended'),
  });
  closing.add(() => tunnels.close());

  const guard = createPeopleGuard(onFault);
  let onHome: ((agent: string | undefined) => void) | undefined;
  const news = createMoveNews();
  const joining = await joinNetwork({
    folder,
    config,
    key,
    certificate,
    log,
    confirmInitialKey,
    port: config.tunnel === false ? server.port : undefined,
    onRestricted: (people) => guard.see(people),
    onChange: (change) => {
      peers.onChange(change);
      if (change.node == null) onHome?.(change.agent ?? undefined);
    },
    onMove: (move) => news.see(move),
  });
  network = joining.network;
  closing.add(() => joining.network.close());
  const peers = createPeers(joining);
  closing.add(() => peers.close());
  const { node, initial } = await joining.place;
  const links = createDirectLinks({ book: peers.book, certificate });
  closing.add(() => links.close());
  const direct = config.directMessages ? links : undefined;
  const ask = createAskNode({ initial, network, direct: links });
  const agents = config.kind === 'proxy' ? undefined : await openAgentRuntime({ config, log });
  closing.add(() => agents?.close());
  initialId = initial;
  const moves = joinMoves({
    node,
    spool: config.kind === 'trusted' ? spool : undefined,
    key,
    owner: config.owner,
    registry: createNetworkMoveRegistry(network, news),
    findSpool: (id) => findSpool(joining, { id, initial, config, book: peers.book }),
    log,
    onFault,
    options: moving,
  });
  const own = await openShapes({
    node,
    mover: moves.mover,
    folder,
    db: tables.db,
    log,
    claimAgent: (id, viewerToken) => joining.network.claimAgent(id, viewerToken),
    releaseAgent: (id) => joining.network.releaseAgent(id),
    post: createNodePost({ ...joining, ask, self: node, initial, book: peers.book, direct }),
    isMuted: (username) => guard.isMuted(username),
    ...agents?.forShapes,
    onMoveWanted: (agent, to) => moves.onMoveWanted(agent, to),
    hosts: config.kind !== 'proxy',
    ...(config.owner ? { runsAs: config.owner } : {}),
  });
  closing.add(() => own.close());
  closing.add(() => guard.close());
  await guard.guard(own.world);
  const linkServer = createLinkServer({
    node,
    recognise: (peerKey) => peers.recognise(peerKey),
    shapes: own.shapes,
    peerShapes: [own.traffic.peer, own.world.reports],
    verifyViewer: (initial) => createViewerVerifier({ issuer: initial, audience: node }),
  });
  peers.serve((isGone) => {
    linkServer.cut(isGone);
    for (const peer of peers.known())
      if (isGone(peer)) tunnels.cut(peer.node, 'It may be no member any more');
  });
  closing.add(() => linkServer.close());
  const subgraphs = createSubgraphDoors(own.shapes);
  closing.add(() => subgraphs.close());
  doors.resolve({
    routes: subgraphs.routes,
    upgrades: [
      {
        path: LINK_PATH,
        handleUpgrade: (request, socket, head) => linkServer.handleUpgrade(request, socket, head),
      },
      ...subgraphs.upgrades,
    ],
  });
  if (config.tunnel === true) {
    const { book } = peers;
    const accept = (channel: Duplex) => nodeDoor.accept(channel);
    const tunnel = await openNodeTunnel({ ...joining, config, key, node, book, accept, log });
    closing.add(joining.onMember(() => tunnel.onMember()));
    closing.add(() => tunnel.close());
  }
  closing.add(() => sayGoodbye(joining.network));
  onHome = (agent) => own.traffic.homeChanged(agent);
  closing.add(moves.open(tables.db, own));
  closing.add(joining.onMember(() => moves.onMember()));
  const { reportStatsTo: to } = config;
  if (to !== undefined) closing.add(reportStats({ ...joining, to, ask, links, world: own.world, log }));
  keepConfig(folder, config);
  log.info({ url: server.url, node }, 'the node is up');
  return { url: server.url, node };
}

/** What a node may do at this one's SSH server: hand over files, and have a tunnel there; the initial node: reach those. */
function tunnelPeer(peer: PeerNode | undefined, initial: string): TunnelPeer | undefined {
  if (!peer) return undefined;
  return peer.isInitial
    ? { node: initial, may: ['dial', 'sftp'] }
    : { node: peer.node, may: ['tunnel', 'sftp'] };
}

/** Whoever does not hear the goodbye notices that the link is down. */
async function sayGoodbye(network: NetworkClient): Promise<void> {
  if (network.status.phase === 'MEMBER') {
    await Promise.race([network.goodbye(), delay(limits.linkCloseMs, undefined, { ref: false })]).catch(
      () => undefined,
    );
  }
}
