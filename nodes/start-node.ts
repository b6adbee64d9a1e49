import { setTimeout as delay } from 'node:timers/promises';
import { createHealthRoutes } from '../gateway/edge/http-health.ts';
import { startHttpServer } from '../gateway/edge/http-server.ts';
import type { NodeKind } from '../schema/generated/network.ts';
import { limits } from '../schema/limits.ts';
import { createLinkServer } from '../subgraphs/serve/create-link-server.ts';
import { lockFolder } from '../subgraphs/serve/lock-folder.ts';
import { LINK_PATH, NETWORK_PATH } from '../wire/link-vocabulary.ts';
import { type CloseStack, startClosable } from './close-stack.ts';
import { type NodeConfig, keepConfig } from './config.ts';
import { deferred } from './deferred.ts';
import { type Membership, loadMembership, loadPublicKey, saveMembership } from './identity.ts';
import { type Log, createLog } from './log.ts';
import { type NetworkClient, type NetworkStatus, connectToInitial } from './network-client.ts';
import { openShapes, shapeNames } from './open-shapes.ts';
import { openNodeTables } from './open-tables.ts';
import { type Doors, createSubgraphDoors, doorsToCome, subgraphPath } from './subgraph-doors.ts';

export interface NodeOptions {
  readonly folder: string;
  readonly config: NodeConfig;
  readonly log?: Log;
}

export interface RunningNode {
  readonly url: string;
  /** Its id in the network. */
  readonly node: string;
  /** Says goodbye to the network, then stops. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts a node and joins it to its network. At its first start it waits for the initial node, which gives it its id; later it serves what it
 * has at once, and joins when it can. Rejects when the initial node will not have it.
 */
export function startNode(options: NodeOptions): Promise<RunningNode> {
  return startClosable((closing) => start(options, closing));
}

async function start({ folder, config, log: given }: NodeOptions, closing: CloseStack) {
  const log = given ?? createLog({ name: config.name, level: config.logLevel });
  const onFault = (error: unknown) => log.error({ err: error }, 'a fault of ours');
  const lock = lockFolder(folder);
  closing.add(() => lock.release());
  const tables = await openNodeTables(folder);
  closing.add(() => tables.close());

  // The port must be known before the node has its id, since that is where the network will call.
  const doors = deferred<Doors>();
  const paths = shapeNames.map(subgraphPath);
  const early = doorsToCome({ routes: paths, upgrades: [LINK_PATH, ...paths] }, doors.promise);
  const server = await startHttpServer({
    port: config.port,
    host: config.host,
    routes: [...createHealthRoutes(() => network.status.phase === 'MEMBER'), ...early.routes],
    upgrades: early.upgrades,
    onFault,
  });
  closing.add(() => server.close());

  const { network, joined } = join({ folder, config, log, url: server.url });
  closing.add(() => network.close());
  const { node } = loadMembership(folder) ?? (await joined);
  const own = await openShapes({
    node,
    folder,
    db: tables.db,
    log,
    claimAgent: (id) => network.claimAgent(id),
    releaseAgent: (id) => network.releaseAgent(id),
    ...(config.owner ? { runsAs: config.owner } : {}),
  });
  closing.add(() => own.close());
  // Renewed when the node registers anew, so it is read for each connection.
  const links = createLinkServer({ node, secret: () => loadMembership(folder)?.secret, shapes: own.shapes });
  closing.add(() => links.close());
  const subgraphs = createSubgraphDoors(own.shapes);
  closing.add(() => subgraphs.close());
  doors.resolve({
    routes: subgraphs.routes,
    upgrades: [
      {
        path: LINK_PATH,
        handleUpgrade: (request, socket, head) => links.handleUpgrade(request, socket, head),
      },
      ...subgraphs.upgrades,
    ],
  });
  closing.add(() => sayGoodbye(network));
  keepConfig(folder, config);
  log.info({ url: server.url, node }, 'the node is up');
  return { url: server.url, node };
}

interface Joining extends Pick<NodeOptions, 'folder' | 'config'> {
  readonly log: Log;
  /** Where this node listens. */
  readonly url: string;
}

/** `joined` resolves at the first registration, and rejects when the network will not have the node. */
function join({ folder, config, log, url }: Joining) {
  const publicKey = loadPublicKey(folder);
  const joined = deferred<Membership>();
  // Nobody waits for it at a later start; then the report is all there is to do.
  joined.promise.catch(() => undefined);
  const network = connectToInitial({
    url: `${config.initial.replace(/^http/, 'ws').replace(/\/$/, '')}${NETWORK_PATH}`,
    registration: () => ({
      name: config.name,
      kind: kinds[config.kind],
      address: config.address ?? null,
      port: Number(new URL(url).port),
      publicKey,
      owner: config.owner ?? null,
      joinToken: config.joinToken ?? null,
    }),
    membership: loadMembership(folder),
    onMembership: (membership) => {
      saveMembership(folder, membership);
      joined.resolve(membership);
    },
    onStatus: (status) => {
      report(log, config, status);
      if (status.phase === 'REFUSED') {
        joined.reject(new Error(`The network refuses this node: ${status.problem}`));
      }
    },
  });
  return { network, joined: joined.promise };
}

const kinds = { trusted: 'TRUSTED', local: 'LOCAL', proxy: 'PROXY' } as const satisfies Record<
  NodeConfig['kind'],
  NodeKind
>;

function report(log: Log, config: NodeConfig, status: NetworkStatus): void {
  switch (status.phase) {
    case 'MEMBER':
      return log.info({ node: status.node.id, initial: config.initial }, 'joined the network');
    case 'PENDING':
      return log.warn(
        { node: status.node.id },
        `waits for an admin of the network: mutation { approveNode(id: "${status.node.id}") { status } }`,
      );
    case 'CONNECTING':
      return log.warn(
        { initial: config.initial, problem: status.problem },
        'the initial node is out of reach',
      );
    case 'REFUSED':
      return log.error({ problem: status.problem }, 'the network refuses this node');
    case 'CLOSED':
      return;
    default:
      status satisfies never;
  }
}

/** Whoever does not hear the goodbye notices that the link is down. */
async function sayGoodbye(network: NetworkClient): Promise<void> {
  if (network.status.phase === 'MEMBER') {
    await Promise.race([network.leave(), delay(limits.linkCloseMs, undefined, { ref: false })]).catch(
      () => undefined,
    );
  }
}
