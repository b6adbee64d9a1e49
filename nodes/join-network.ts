import type { NodeCertificate } from '../identity/node-certificate.ts';
import type { NodeKey } from '../identity/node-key.ts';
import { secure } from '../identity/peer-tls.ts';
import type { NodeKind, NodeMove } from '../schema/generated/network.ts';
import { limits } from '../schema/limits.ts';
import { type Dial, type TcpAddress, dialTcp } from '../wire/dial.ts';
import { deferred } from '../wire/deferred.ts';
import type { NodeConfig } from './config.ts';
import { learnInitialKey } from './first-contact.ts';
import { loadMembership, saveMembership } from './identity.ts';
import { addressOfInitial } from './initial-address.ts';
import type { Log } from './log.ts';
import {
  type NetworkChange,
  type NetworkClient,
  type NetworkStatus,
  connectToInitial,
} from './network-client.ts';
import type { RestrictedPeople } from './people-guard.ts';
import type { Registration } from './register-self.ts';

export interface JoinOptions {
  readonly folder: string;
  readonly config: NodeConfig;
  readonly key: NodeKey;
  readonly certificate: NodeCertificate;
  /** Where this node can be reached; undefined for one that is reached through a tunnel. */
  readonly port: number | undefined;
  readonly log: Log;
  /** Asks a person whether this is the initial node's key. */
  readonly confirmInitialKey?: ((fingerprint: string) => Promise<boolean>) | undefined;
  readonly onChange: (change: NetworkChange) => void;
  readonly onRestricted: (people: RestrictedPeople) => void;
  readonly onMove: (move: NodeMove) => void;
}

export interface Joining {
  readonly network: NetworkClient;
  /** Of the initial node. */
  readonly initialKey: string;
  /** Ids of this node and of the initial one: known already, or as soon as it is approved. Rejects when the network will not have the node. */
  readonly place: Promise<Place>;
  /** Calls back each time that it has registered as a member; returns the function that ends it. */
  onMember(listener: () => void): () => void;
}

interface Place {
  readonly node: string;
  readonly initial: string;
}

/** Learns whom to trust, and connects to the network from then on. Rejects when nobody has said whose key the initial node's is. */
export async function joinNetwork(options: JoinOptions): Promise<Joining> {
  const { folder, config, key, certificate, log } = options;
  const address = addressOfInitial(config.initial);
  const membership = loadMembership(folder);
  const confirm = options.confirmInitialKey;
  const initialKey = await learnInitialKey({ ...config, address, certificate, membership, confirm });
  if (membership?.initialKey !== initialKey) saveMembership(folder, { initialKey });

  const members = new Set<() => void>();
  const approved = deferred<Place>();
  // Nobody waits for it at a later start; then the report is all there is to do.
  approved.promise.catch(() => undefined);
  const network = connectToInitial({
    key,
    dial: dialInitial({ address, certificate, initialKey }),
    registration: () => claimOf(config, options.port),
    onChange: options.onChange,
    onRestricted: options.onRestricted,
    onMove: options.onMove,
    onStatus: (status) => {
      report(log, config, status);
      if (status.phase === 'MEMBER' && status.node.id != null) {
        const place = { node: status.node.id, initial: status.node.initial };
        saveMembership(folder, { initialKey, ...place });
        approved.resolve(place);
        for (const listener of members) listener();
      }
      if (status.phase === 'REFUSED') {
        approved.reject(new Error(`The network refuses this node: ${status.problem}`));
      }
    },
  });
  const { node, initial } = membership ?? {};
  return {
    network,
    initialKey,
    place: node && initial ? Promise.resolve({ node, initial }) : approved.promise,
    onMember(listener) {
      members.add(listener);
      return () => void members.delete(listener);
    },
  };
}

/** To whoever has that key, and nobody else. */
export function dialInitial(options: {
  readonly address: TcpAddress;
  readonly certificate: NodeCertificate;
  readonly initialKey: string;
}): Dial {
  const { address, certificate, initialKey } = options;
  return async () =>
    secure(await dialTcp(address, limits.dialTimeoutMs), {
      certificate,
      accepts: ({ fingerprint }) => fingerprint === initialKey,
      timeoutMs: limits.dialTimeoutMs,
    });
}

/** What the node says of itself when it registers. */
export function claimOf(config: NodeConfig, port: number | undefined): Registration {
  return {
    name: config.name,
    kind: kinds[config.kind],
    address: port === undefined ? null : (config.address ?? null),
    port: port ?? null,
    owner: config.owner ?? null,
    joinToken: config.joinToken ?? null,
  };
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
        { fingerprint: status.node.fingerprint },
        `waits for an admin of the network: codecraft nodes approve ${status.node.fingerprint}`,
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
