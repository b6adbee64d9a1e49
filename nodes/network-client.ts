import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { closeCodes } from '../schema/close-codes.ts';
import type { ErrorCode } from '../schema/error-codes.ts';
import type { AgentHome, RegisterNodeInput, RegisteredNode } from '../schema/generated/network.ts';
import { limits } from '../schema/limits.ts';
import { type KeptConnection, keepConnected, type RetryOptions } from '../wire/keep-connected.ts';
import type { Connection, ConnectionEnd } from '../wire/open-connection.ts';
import { askInitial, readAnswer, unreachable } from './ask-initial.ts';
import type { Membership } from './identity.ts';

/**
 * CONNECTING: not registered on any connection now, for the reason given. PENDING: waits for an admin. MEMBER: approved. REFUSED: thrown out, not let
 * in, or replaced by another process that has the same membership; it is not tried again. CLOSED: by us.
 */
export type NetworkStatus =
  | { readonly phase: 'CONNECTING'; readonly problem: string }
  | { readonly phase: 'PENDING' | 'MEMBER'; readonly node: RegisteredNode }
  | { readonly phase: 'REFUSED'; readonly problem: string }
  | { readonly phase: 'CLOSED' };

export interface NetworkClientOptions extends RetryOptions {
  /** Of NETWORK_PATH at the initial node. */
  readonly url: string;
  /** Asked at each registration. */
  readonly registration: () => Omit<RegisterNodeInput, 'id' | 'secret'>;
  /** Of an earlier registration, to come back as the same node. */
  readonly membership: Membership | undefined;
  /** A new membership, which must be on the disk when this returns. */
  readonly onMembership: (membership: Membership) => void;
  /** At each change of phase, and of the problem. */
  readonly onStatus: (status: NetworkStatus) => void;
  readonly pingMs?: number;
  readonly pongMs?: number;
}

/** What a node asks of the initial node. All reject with INITIAL_UNREACHABLE while it is not registered there, and with the codes of network.graphql. */
export interface NetworkClient {
  readonly status: NetworkStatus;
  claimAgent(id: string): Promise<AgentHome>;
  releaseAgent(id: string): Promise<boolean>;
  agentHomes(ids: readonly string[]): Promise<readonly AgentHome[]>;
  /** A proper goodbye, before `close`. */
  leave(): Promise<void>;
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
  #membership: Membership | undefined;
  /** The one on which this node is registered. */
  #connection: Connection | undefined;
  #status: NetworkStatus = { phase: 'CONNECTING', problem: 'Not connected yet' };

  constructor(options: NetworkClientOptions) {
    const { url, pingMs, pongMs } = options;
    this.#options = options;
    this.#membership = options.membership;
    this.#kept = keepConnected({
      ...options,
      connection: () => ({
        url,
        hello: {},
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

  async claimAgent(id: string): Promise<AgentHome> {
    const query = 'mutation ($id: ID!) { claimAgent(id: $id) { agent node epoch } }';
    return (await this.#ask(query, { id }, z.object({ claimAgent: agentHome }))).claimAgent;
  }

  async releaseAgent(id: string): Promise<boolean> {
    const query = 'mutation ($id: ID!) { releaseAgent(id: $id) }';
    return (await this.#ask(query, { id }, z.object({ releaseAgent: z.boolean() }))).releaseAgent;
  }

  async agentHomes(ids: readonly string[]): Promise<readonly AgentHome[]> {
    const query = 'query ($ids: [ID!]!) { agentHomes(ids: $ids) { agent node epoch } }';
    return (await this.#ask(query, { ids }, z.object({ agentHomes: z.array(agentHome) }))).agentHomes;
  }

  async leave(): Promise<void> {
    await this.#ask('mutation { leave }', {}, z.object({ leave: z.boolean() }));
  }

  close(): Promise<void> {
    this.#end({ phase: 'CLOSED' });
    return this.#kept.close();
  }

  #ask<T>(query: string, variables: Record<string, unknown>, answer: z.ZodType<T>): Promise<T> {
    const status = this.#status;
    if (this.#connection) return askInitial(this.#connection, { query, variables }, answer);
    return Promise.reject(unreachable('problem' in status ? status.problem : 'the connection is closed'));
  }

  async #register(connection: Connection): Promise<void> {
    try {
      const { registerNode } = await askInitial(connection, this.#registration(), registered);
      const { node, secret } = registerNode;
      if (node.id !== this.#membership?.node || secret !== this.#membership.secret) {
        this.#membership = { node: node.id, secret };
        this.#options.onMembership(this.#membership);
      }
      this.#connection = connection;
      this.#see(node);
      this.#watch(connection);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (isFinal(error)) return this.#refused(problem);
      this.#become({ phase: 'CONNECTING', problem });
      connection.close(closeCodes.NORMAL, 'Not registered');
    }
  }

  #registration() {
    const { joinToken, ...node } = this.#options.registration();
    const { node: id, secret } = this.#membership ?? {};
    // A join token is good for one registration, and this may be a later one.
    const input: RegisterNodeInput = {
      ...node,
      ...(id && secret ? { id, secret } : { joinToken: joinToken ?? null }),
    };
    const query = `mutation ($input: RegisterNodeInput!) { registerNode(input: $input) { node { ${selfFields} } secret } }`;
    return { query, variables: { input } };
  }

  /** Follows what becomes of this node. When the stream ends before its connection, that is of no use either. */
  #watch(connection: Connection): void {
    const again = (): void => connection.close(closeCodes.NORMAL, 'Nothing more is heard of the node');
    connection.start(
      { query: `subscription { selfChanges { ${selfFields} } }` },
      {
        next: (value) => {
          try {
            this.#see(readAnswer(value, z.object({ selfChanges: registeredNode })).selfChanges);
          } catch {
            again();
          }
        },
        end: again,
      },
    );
  }

  #see(node: RegisteredNode): void {
    if (node.revoked) return this.#refused(`The node ${node.id} has been thrown out of the network`);
    this.#become({ phase: node.approved ? 'MEMBER' : 'PENDING', node });
  }

  #lost(end: ConnectionEnd): void {
    this.#connection = undefined;
    if (end.code === closeCodes.REPLACED) return this.#refused(end.reason);
    this.#become({ phase: 'CONNECTING', problem: end.reason });
  }

  #refused(problem: string): void {
    this.#end({ phase: 'REFUSED', problem });
    void this.#kept.close();
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

const selfFields = 'id name kind approved revoked';
const registeredNode = z.object({
  id: z.string().min(1),
  name: z.string(),
  kind: z.enum(['INITIAL', 'LOCAL', 'PROXY', 'TRUSTED']),
  approved: z.boolean(),
  revoked: z.boolean(),
});
const registered = z.object({ registerNode: z.object({ node: registeredNode, secret: z.string().min(1) }) });
const agentHome = z.object({ agent: z.string(), node: z.string(), epoch: z.number() });

/** Answers to a registration that the next one would get as well. */
const finalCodes: readonly unknown[] = [
  'JOIN_REFUSED',
  'NODE_REVOKED',
  'BAD_USER_INPUT',
] satisfies ErrorCode[];

function isFinal(error: unknown): boolean {
  return error instanceof GraphQLError && finalCodes.includes(error.extensions.code);
}
