import type { NodeKey } from '../identity/node-key.ts';
import { closeCodes } from '../schema/close-codes.ts';
import type { AgentHome, NodeMove, Peer, RegisteredNode } from '../schema/generated/network.ts';
import { limits } from '../schema/limits.ts';
import type { Dial } from '../wire/dial.ts';
import { type KeptConnection, keepConnected, type RetryOptions } from '../wire/keep-connected.ts';
import { NETWORK_PATH } from '../wire/link-vocabulary.ts';
import type { Connection, ConnectionEnd } from '../wire/open-connection.ts';
import { askInitial, unreachable } from './ask-initial.ts';
import { moves } from './moving/move-questions.ts';
import * as questions from './network-questions.ts';
import { type Registration, isFinal, registerSelf } from './register-self.ts';
import type { RestrictedPeople } from './people-guard.ts';
import { watchInitial } from './watch-initial.ts';

/**
 * CONNECTING: not registered on any connection now, for the reason given. PENDING: waits for an admin. MEMBER: approved. REFUSED: thrown out, not let
 * in, or replaced by another process that has the same key; it is not tried again. CLOSED: by us.
 */
export type NetworkStatus =
  | { readonly phase: 'CONNECTING'; readonly problem: string }
  | { readonly phase: 'PENDING' | 'MEMBER'; readonly node: RegisteredNode }
  | { readonly phase: 'REFUSED'; readonly problem: string }
  | { readonly phase: 'CLOSED' };

/** What has changed at the initial node; with neither, everything may have. */
export interface NetworkChange {
  readonly node?: string | null | undefined;
  readonly agent?: string | null | undefined;
}

export interface NetworkClientOptions extends RetryOptions {
  /** To the initial node, which has proved by its key that it is that. */
  readonly dial: Dial;
  /** With which the dialled stream is secured too: the initial node compares. */
  readonly key: NodeKey;
  /** Asked at each registration. */
  readonly registration: () => Registration;
  /** At each change of phase, and of the problem. */
  readonly onStatus: (status: NetworkStatus) => void;
  /** What was remembered of this has to be asked for again. An event with neither: all of it, as changes have been missed. */
  readonly onChange?: (change: NetworkChange) => void;
  /** Everybody who is disabled, or muted, whenever that is learned. */
  readonly onRestricted?: (people: RestrictedPeople) => void;
  /** Each move of this node that is not over, whenever that is learned, and each change. */
  readonly onMove?: (move: NodeMove) => void;
  readonly pingMs?: number;
  readonly pongMs?: number;
  /** Milliseconds, as `performance.now()`. */
  readonly now?: () => number;
}

/** What a node asks of the initial node. All reject with INITIAL_UNREACHABLE while it is not registered there, and with the codes of network.graphql. */
export interface NetworkClient {
  readonly status: NetworkStatus;
  /** For how long `onChange` may have missed something: 0 while it is told of everything, Infinity before it ever was. */
  readonly unfollowedMs: number;
  /** @param viewerToken by which this node was told that the owner asks for it */
  claimAgent(id: string, viewerToken?: string): Promise<AgentHome>;
  releaseAgent(id: string): Promise<boolean>;
  agentHomes(ids: readonly string[]): Promise<readonly AgentHome[]>;
  peers(search: {
    readonly ids?: readonly string[];
    readonly fingerprints?: readonly string[];
  }): Promise<readonly Peer[]>;
  /** Says through which proxy this node is reached; undefined: through none. */
  reachedThrough(proxy: string | undefined): Promise<void>;
  /** Runs an operation of another schema than network.graphql there (peer.graphql). Rejects as the others do. */
  ask<T>(question: questions.Question<T>): Promise<T>;
  /** A proper goodbye, before `close`. */
  goodbye(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Connects a node to its network, registers it there, and again whenever the connection was lost. */
export function connectToInitial(options: NetworkClientOptions): NetworkClient {
  return new NetworkConnection(options);
}

class NetworkConnection implements NetworkClient {
  readonly #options: NetworkClientOptions;
  readonly #kept: KeptConnection;
  /** The one on which this node is registered. */
  #connection: Connection | undefined;
  #status: NetworkStatus = { phase: 'CONNECTING', problem: 'Not connected yet' };
  /** Since when changes may have been missed; undefined while they are followed. */
  #unfollowedSince: number | undefined = -Infinity;

  constructor(options: NetworkClientOptions) {
    const { dial, pingMs, pongMs } = options;
    this.#options = options;
    this.#kept = keepConnected({
      ...options,
      connection: () => ({
        dial,
        path: NETWORK_PATH,
        maxMessageBytes: limits.maxRequestBytes,
        liveness: { pingMs, pongMs },
      }),
      onOpen: (connection) => void this.#register(connection),
      onClose: (end) => this.#lost(end),
    });
  }

  get status(): NetworkStatus {
    return this.#status;
  }

  get unfollowedMs(): number {
    return this.#unfollowedSince === undefined ? 0 : this.#now() - this.#unfollowedSince;
  }

  claimAgent(id: string, viewerToken?: string): Promise<AgentHome> {
    return this.ask(questions.claimAgent(id, viewerToken));
  }

  releaseAgent(id: string): Promise<boolean> {
    return this.ask(questions.releaseAgent(id));
  }

  agentHomes(ids: readonly string[]): Promise<readonly AgentHome[]> {
    return this.ask(questions.agentHomes(ids));
  }

  peers(search: Parameters<NetworkClient['peers']>[0]): Promise<readonly Peer[]> {
    return this.ask(questions.peers(search));
  }

  async reachedThrough(proxy: string | undefined): Promise<void> {
    await this.ask(questions.reachedThrough(proxy));
  }

  async goodbye(): Promise<void> {
    await this.ask(questions.goodbye());
  }

  ask<T>(question: questions.Question<T>): Promise<T> {
    const status = this.#status;
    if (this.#connection) return askInitial(this.#connection, question, question.answer);
    return Promise.reject(unreachable('problem' in status ? status.problem : 'the connection is closed'));
  }

  close(): Promise<void> {
    this.#end({ phase: 'CLOSED' });
    return this.#kept.close();
  }

  async #register(connection: Connection): Promise<void> {
    try {
      const node = await registerSelf(connection, this.#options.key, this.#options.registration());
      this.#connection = connection;
      this.#watch(connection);
      this.#see(node);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (isFinal(error)) return this.#refused(problem);
      this.#become({ phase: 'CONNECTING', problem });
      connection.close(closeCodes.NORMAL, 'Not registered');
    }
  }

  /** Follows what becomes of this node. */
  #watch(connection: Connection): void {
    watchInitial(connection, questions.selfChanges(), {
      next: (node) => this.#see(node),
      fail: (error) => isFinal(error) && this.#refused(error.message),
    });
  }

  /** Follows what changes elsewhere, and who is disabled or muted. Only members are told. */
  #follow(connection: Connection): void {
    watchInitial(connection, questions.changes(), {
      next: (change) => {
        this.#unfollowedSince = undefined;
        this.#options.onChange?.(change);
      },
      end: () => this.#followsNoMore(),
    });
    watchInitial(connection, questions.restrictedPeople('disabledPeople'), {
      next: (disabled) => this.#options.onRestricted?.({ disabled }),
    });
    watchInitial(connection, questions.restrictedPeople('mutedPeople'), {
      next: (muted) => this.#options.onRestricted?.({ muted }),
    });
    watchInitial(connection, moves(), { next: (move) => this.#options.onMove?.(move) });
  }

  #see(node: RegisteredNode): void {
    if (node.revoked) return this.#refused(`The node ${node.id} has been thrown out of the network`);
    const wasMember = this.#status.phase === 'MEMBER';
    this.#become({ phase: node.approved ? 'MEMBER' : 'PENDING', node });
    if (!node.approved || wasMember || !this.#connection) return;
    this.#follow(this.#connection);
  }

  #lost(end: ConnectionEnd): void {
    this.#connection = undefined;
    this.#followsNoMore();
    if (end.code === closeCodes.REPLACED) return this.#refused(end.reason);
    this.#become({ phase: 'CONNECTING', problem: end.reason });
  }

  #refused(problem: string): void {
    this.#end({ phase: 'REFUSED', problem });
    void this.#kept.close();
  }

  #followsNoMore(): void {
    this.#unfollowedSince ??= this.#now();
  }

  #now(): number {
    return (this.#options.now ?? performance.now.bind(performance))();
  }

  #end(status: NetworkStatus): void {
    this.#become(status);
    this.#connection = undefined;
  }

  #become(status: NetworkStatus): void {
    const before = this.#status;
    const { phase } = before;
    if (phase === 'CLOSED' || (phase === 'REFUSED' && status.phase !== 'CLOSED')) return;
    this.#status = status;
    if (phase !== status.phase || problemOf(before) !== problemOf(status)) this.#options.onStatus(status);
  }
}

function problemOf(status: NetworkStatus): string | undefined {
  return 'problem' in status ? status.problem : undefined;
}
