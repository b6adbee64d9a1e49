/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type AgentMoveState =
  /** It has been given up: the agent goes on where it was. */
  | 'ABORTED'
  /** It lives on the other node, which is about to start it. */
  | 'COMMITTED'
  /** Most of it is on its way; the agent goes on meanwhile. */
  | 'COPYING'
  | 'DONE'
  /** It is stopped, and the rest is on its way. */
  | 'FREEZING'
  /** The node to which it went was lost with it: the agent has been taken over. */
  | 'LOST';

/** FAILED: its program has failed too often; a new one, or `setAgentStatus`, starts it again. */
export type AgentStatus =
  | 'FAILED'
  | 'MOVING'
  | 'RUNNING'
  | 'STOPPED';

export type CreateEntityInput = {
  readonly data: unknown;
  readonly name: string;
  readonly type: EntityType;
};

export type DeployAgentInput = {
  readonly code: string;
  readonly memory?: unknown;
  readonly name: string;
  readonly start?: boolean | null | undefined;
};

export type EntityType =
  | 'AVATAR'
  | 'ITEM'
  | 'LOCATION'
  | 'NPC';

export type HappeningKind =
  | 'ENTERED'
  | 'LEFT'
  | 'SAID';

export type MessageState =
  /** On the disk of the initial node, for a home that cannot be reached now. */
  | 'QUEUED'
  /** On the disk of the recipient's home. */
  | 'STORED';

export type NodeChangeKind =
  | 'APPROVED'
  /** Said goodbye: nobody waits for its rows until it registers again. */
  | 'LEFT'
  | 'OFFLINE'
  | 'ONLINE'
  /** Came to register, for the first time or again. */
  | 'REGISTERED'
  /** Has another key. */
  | 'REKEYED'
  /** Left for good. */
  | 'RETIRED'
  | 'REVOKED'
  /** Is reached another way than before: through another proxy, or through none. */
  | 'ROUTED';

export type NodeKind =
  | 'INITIAL'
  | 'LOCAL'
  | 'PROXY'
  | 'TRUSTED';

export type NodeStatus =
  /** Approved, but its link is down. */
  | 'OFFLINE'
  /** Its link is up. */
  | 'ONLINE'
  /** Registered; waits for an admin. */
  | 'PENDING'
  /** Has left for good. */
  | 'RETIRED'
  /** Thrown out. */
  | 'REVOKED';

/** What a person may do; each role includes the ones before it. */
export type Role =
  | 'ADMIN'
  | 'DEVELOPER'
  | 'PLAYER';

export type SendMessageInput = {
  readonly body: unknown;
  /** An agent of yours that speaks; without it you speak yourself. */
  readonly from?: string | null | undefined;
  /** Unique among what this sender sends to this agent; made for you when absent. */
  readonly id?: string | null | undefined;
  readonly to: string;
  /** How long it may wait for a home that cannot be reached: up to 7 days, which is also what it gets when absent. Then it comes back. */
  readonly ttlSeconds?: number | null | undefined;
};

export type ManagedNodesQueryVariables = Exact<{
  status?: NodeStatus | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ManagedNodesQuery = { readonly nodes: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly fingerprint: string | null, readonly address: string | null, readonly port: number | null, readonly id: string, readonly name: string | null, readonly kind: NodeKind | null, readonly status: NodeStatus | null, readonly lastSeen: string | null, readonly proxy: { readonly id: string } | null, readonly owner: { readonly username: string } | null }> } };

export type AgentFieldsFragment = { readonly id: string, readonly name: string | null, readonly status: AgentStatus | null, readonly version: number | null, readonly codeHash: string | null, readonly owner: { readonly username: string } | null, readonly node: { readonly id: string, readonly name: string | null } | null };

export type AgentsPageQueryVariables = Exact<{
  nodes?: ReadonlyArray<string> | null | undefined;
  owner?: string | null | undefined;
  status?: AgentStatus | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AgentsPageQuery = { readonly agents: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string | null, readonly status: AgentStatus | null, readonly version: number | null, readonly codeHash: string | null, readonly owner: { readonly username: string } | null, readonly node: { readonly id: string, readonly name: string | null } | null } | null> } | null };

export type AgentQueryVariables = Exact<{
  id: string;
}>;


export type AgentQuery = { readonly agent: { readonly epoch: number | null, readonly location: string | null, readonly statusReason: string | null, readonly cpuBucket: number | null, readonly memory: unknown, readonly unread: number | null, readonly id: string, readonly name: string | null, readonly status: AgentStatus | null, readonly version: number | null, readonly codeHash: string | null, readonly owner: { readonly username: string } | null, readonly node: { readonly id: string, readonly name: string | null } | null } | null };

export type AgentHomeQueryVariables = Exact<{
  id: string;
}>;


export type AgentHomeQuery = { readonly agent: { readonly id: string, readonly node: { readonly id: string } | null } | null };

export type PresenceQueryVariables = Exact<{
  location: string;
}>;


export type PresenceQuery = { readonly presence: ReadonlyArray<{ readonly id: string, readonly status: AgentStatus | null } | null> | null };

export type ExportAgentQueryVariables = Exact<{
  id: string;
}>;


export type ExportAgentQuery = { readonly exportAgent: unknown };

export type DeployAgentMutationVariables = Exact<{
  node: string;
  input: DeployAgentInput;
}>;


export type DeployAgentMutation = { readonly deployAgent: { readonly id: string, readonly name: string | null, readonly status: AgentStatus | null, readonly version: number | null, readonly codeHash: string | null, readonly owner: { readonly username: string } | null, readonly node: { readonly id: string, readonly name: string | null } | null } | null };

export type SetAgentStatusMutationVariables = Exact<{
  id: string;
  status: AgentStatus;
  reason?: string | null | undefined;
}>;


export type SetAgentStatusMutation = { readonly setAgentStatus: { readonly id: string, readonly status: AgentStatus | null } | null };

export type AgentLogSubscriptionVariables = Exact<{
  agent: string;
  after?: string | null | undefined;
}>;


export type AgentLogSubscription = { readonly agentLog: { readonly cursor: string, readonly at: string, readonly level: string, readonly text: string } | null };

export type RollbackAgentMutationVariables = Exact<{
  id: string;
  version?: number | null | undefined;
}>;


export type RollbackAgentMutation = { readonly rollbackAgent: { readonly id: string, readonly version: number | null } | null };

export type DeleteAgentMutationVariables = Exact<{
  id: string;
}>;


export type DeleteAgentMutation = { readonly deleteAgent: string | null };

export type ImportAgentMutationVariables = Exact<{
  node: string;
  file: unknown;
  name?: string | null | undefined;
}>;


export type ImportAgentMutation = { readonly importAgent: { readonly id: string, readonly name: string | null, readonly status: AgentStatus | null, readonly version: number | null, readonly codeHash: string | null, readonly owner: { readonly username: string } | null, readonly node: { readonly id: string, readonly name: string | null } | null } | null };

export type RunInAgentMutationVariables = Exact<{
  id: string;
  code: string;
}>;


export type RunInAgentMutation = { readonly runInAgent: { readonly result: unknown, readonly log: ReadonlyArray<string>, readonly error: string | null, readonly cpuMs: number } | null };

export type SetSecretMutationVariables = Exact<{
  agent: string;
  name: string;
  value: string;
}>;


export type SetSecretMutation = { readonly setSecret: { readonly id: string, readonly secrets: ReadonlyArray<string> | null } | null };

export type EnterMutationVariables = Exact<{
  agent: string;
  location?: string | null | undefined;
}>;


export type EnterMutation = { readonly enter: { readonly id: string, readonly location: string | null } | null };

export type SayMutationVariables = Exact<{
  agent: string;
  text: string;
}>;


export type SayMutation = { readonly say: { readonly id: string, readonly location: string | null } | null };

export type HappeningsSubscriptionVariables = Exact<{
  location: string;
  after?: string | null | undefined;
}>;


export type HappeningsSubscription = { readonly happenings: { readonly cursor: string, readonly at: string, readonly kind: HappeningKind, readonly agent: string, readonly text: string | null } | null };

export type MoveAgentMutationVariables = Exact<{
  id: string;
  to: string;
}>;


export type MoveAgentMutation = { readonly moveAgent: { readonly id: string, readonly state: AgentMoveState, readonly cursor: string | null } | null };

export type MovesSubscriptionVariables = Exact<{
  agent: string;
  after?: string | null | undefined;
}>;


export type MovesSubscription = { readonly moves: { readonly cursor: string, readonly at: string, readonly state: AgentMoveState, readonly reason: string | null, readonly move: { readonly id: string, readonly from: { readonly id: string } | null, readonly to: { readonly id: string } | null } | null } | null };

export type EntityFieldsFragment = { readonly id: string, readonly type: EntityType, readonly name: string, readonly data: unknown, readonly updatedAt: string, readonly owner: { readonly username: string } | null };

export type EntityQueryVariables = Exact<{
  id: string;
}>;


export type EntityQuery = { readonly entity: { readonly id: string, readonly type: EntityType, readonly name: string, readonly data: unknown, readonly updatedAt: string, readonly node: { readonly id: string, readonly name: string | null } | null, readonly owner: { readonly username: string } | null } | null };

export type EntitiesPageQueryVariables = Exact<{
  nodes?: ReadonlyArray<string> | null | undefined;
  type?: EntityType | null | undefined;
  owner?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type EntitiesPageQuery = { readonly entities: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly type: EntityType, readonly name: string, readonly data: unknown, readonly updatedAt: string, readonly node: { readonly id: string, readonly name: string | null } | null, readonly owner: { readonly username: string } | null } | null> } | null };

export type CreateEntityMutationVariables = Exact<{
  node: string;
  input: CreateEntityInput;
}>;


export type CreateEntityMutation = { readonly createEntity: { readonly id: string, readonly type: EntityType, readonly name: string, readonly data: unknown, readonly updatedAt: string, readonly owner: { readonly username: string } | null } | null };

export type UpdateEntityMutationVariables = Exact<{
  id: string;
  data: unknown;
}>;


export type UpdateEntityMutation = { readonly updateEntity: { readonly id: string, readonly type: EntityType, readonly name: string, readonly data: unknown, readonly updatedAt: string, readonly owner: { readonly username: string } | null } | null };

export type DeleteEntityMutationVariables = Exact<{
  id: string;
}>;


export type DeleteEntityMutation = { readonly deleteEntity: string | null };

export type LibraryQueryVariables = Exact<{
  type?: EntityType | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type LibraryQuery = { readonly library: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly name: string, readonly type: EntityType, readonly version: number, readonly data: unknown, readonly publishedAt: string, readonly publishedBy: { readonly username: string } | null }> } };

export type PublishToLibraryMutationVariables = Exact<{
  entity: string;
  name: string;
}>;


export type PublishToLibraryMutation = { readonly publishToLibrary: { readonly name: string, readonly version: number } | null };

export type MessageFieldsFragment = { readonly id: string, readonly sequence: number, readonly sentAt: string, readonly body: unknown, readonly sender: { readonly username: string }, readonly from: { readonly id: string } | null };

export type DeadLetterFieldsFragment = { readonly id: string, readonly code: string, readonly reason: string, readonly at: string, readonly body: unknown, readonly from: { readonly id: string } | null, readonly to: { readonly id: string } | null };

export type InboxQueryVariables = Exact<{
  agent: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type InboxQuery = { readonly inbox: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly sequence: number, readonly sentAt: string, readonly body: unknown, readonly sender: { readonly username: string }, readonly from: { readonly id: string } | null } | null> } | null };

export type DeadLettersQueryVariables = Exact<{
  from?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type DeadLettersQuery = { readonly deadLetters: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly code: string, readonly reason: string, readonly at: string, readonly body: unknown, readonly from: { readonly id: string } | null, readonly to: { readonly id: string } | null } | null> } | null };

export type ThrottledPairsQueryVariables = Exact<{
  agent: string;
}>;


export type ThrottledPairsQuery = { readonly throttledPairs: ReadonlyArray<{ readonly at: string, readonly from: { readonly id: string } | null, readonly to: { readonly id: string } | null }> | null };

export type SendMessageMutationVariables = Exact<{
  input: SendMessageInput;
}>;


export type SendMessageMutation = { readonly sendMessage: { readonly id: string, readonly state: MessageState, readonly sequence: number | null, readonly duplicate: boolean } | null };

export type AckMessagesMutationVariables = Exact<{
  agent: string;
  upTo: string;
}>;


export type AckMessagesMutation = { readonly ackMessages: { readonly unread: number } | null };

export type MessagesSubscriptionVariables = Exact<{
  agent: string;
  after?: string | null | undefined;
}>;


export type MessagesSubscription = { readonly messages: { readonly cursor: string, readonly truncated: boolean, readonly message: { readonly id: string, readonly sequence: number, readonly sentAt: string, readonly body: unknown, readonly sender: { readonly username: string }, readonly from: { readonly id: string } | null } | null } | null };

export type DeadLetterFeedSubscriptionVariables = Exact<{
  from?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type DeadLetterFeedSubscription = { readonly deadLetters: { readonly cursor: string, readonly truncated: boolean, readonly letter: { readonly id: string, readonly code: string, readonly reason: string, readonly at: string, readonly body: unknown, readonly from: { readonly id: string } | null, readonly to: { readonly id: string } | null } | null } | null };

export type DrainNodeMutationVariables = Exact<{
  id: string;
  to: string;
}>;


export type DrainNodeMutation = { readonly drainNode: number | null };

export type RecoverAgentMutationVariables = Exact<{
  id: string;
  to: string;
}>;


export type RecoverAgentMutation = { readonly recoverAgent: { readonly checkpointAt: string, readonly lost: string, readonly agent: { readonly id: string, readonly epoch: number | null, readonly node: { readonly id: string } | null } } | null };

export type StatsFieldsFragment = { readonly at: string, readonly cpuPercent: number, readonly memoryMb: number, readonly agents: number, readonly messagesPerSecond: number, readonly linkLatencyMs: number | null, readonly uptimeSeconds: number };

export type NodeFieldsFragment = { readonly id: string, readonly name: string | null, readonly kind: NodeKind | null, readonly status: NodeStatus | null, readonly lastSeen: string | null };

export type NetworkOverviewQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type NetworkOverviewQuery = { readonly nodes: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string | null, readonly kind: NodeKind | null, readonly status: NodeStatus | null, readonly lastSeen: string | null, readonly stats: { readonly at: string, readonly cpuPercent: number, readonly memoryMb: number, readonly agents: number, readonly messagesPerSecond: number, readonly linkLatencyMs: number | null, readonly uptimeSeconds: number } | null }> }, readonly totals: { readonly nodes: number, readonly entities: number, readonly agents: number, readonly runningAgents: number, readonly memoryMb: number, readonly messagesPerSecond: number } | null };

export type NodeDetailsQueryVariables = Exact<{
  id: string;
  entities?: number | null | undefined;
}>;


export type NodeDetailsQuery = { readonly node: { readonly address: string | null, readonly port: number | null, readonly fingerprint: string | null, readonly id: string, readonly name: string | null, readonly kind: NodeKind | null, readonly status: NodeStatus | null, readonly lastSeen: string | null, readonly owner: { readonly username: string } | null, readonly stats: { readonly at: string, readonly cpuPercent: number, readonly memoryMb: number, readonly agents: number, readonly messagesPerSecond: number, readonly linkLatencyMs: number | null, readonly uptimeSeconds: number } | null, readonly entities: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly type: EntityType, readonly name: string } | null> } | null, readonly brokenFiles: ReadonlyArray<{ readonly path: string, readonly line: number, readonly column: number, readonly reason: string, readonly since: string, readonly entity: string | null } | null> | null } | null };

export type StatsHistoryQueryVariables = Exact<{
  id: string;
  since?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type StatsHistoryQuery = { readonly node: { readonly id: string, readonly statsHistory: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly at: string, readonly cpuPercent: number, readonly memoryMb: number, readonly agents: number, readonly messagesPerSecond: number, readonly linkLatencyMs: number | null, readonly uptimeSeconds: number } | null> } | null } | null };

export type NodeStatsStreamSubscriptionVariables = Exact<{
  nodes?: ReadonlyArray<string> | null | undefined;
  intervalMs?: number | null | undefined;
}>;


export type NodeStatsStreamSubscription = { readonly nodeStats: { readonly at: string, readonly cpuPercent: number, readonly memoryMb: number, readonly agents: number, readonly messagesPerSecond: number, readonly linkLatencyMs: number | null, readonly uptimeSeconds: number, readonly node: { readonly id: string, readonly name: string | null } | null } | null };

export type NodeChangesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type NodeChangesSubscription = { readonly nodeChanges: { readonly kind: NodeChangeKind, readonly at: string, readonly node: { readonly id: string, readonly name: string | null, readonly kind: NodeKind | null, readonly status: NodeStatus | null, readonly lastSeen: string | null } } | null };

export type ApproveNodeMutationVariables = Exact<{
  fingerprint: string;
}>;


export type ApproveNodeMutation = { readonly approveNode: { readonly id: string, readonly name: string | null, readonly kind: NodeKind | null, readonly status: NodeStatus | null, readonly lastSeen: string | null } | null };

export type RevokeNodeMutationVariables = Exact<{
  id: string;
  reason?: string | null | undefined;
}>;


export type RevokeNodeMutation = { readonly revokeNode: { readonly id: string, readonly name: string | null, readonly kind: NodeKind | null, readonly status: NodeStatus | null, readonly lastSeen: string | null } | null };

export type CreateJoinTokenMutationVariables = Exact<{
  kind: NodeKind;
  expiresInSeconds?: number | null | undefined;
}>;


export type CreateJoinTokenMutation = { readonly createJoinToken: { readonly token: string, readonly expiresAt: string } | null };

export type InitialNodeQueryVariables = Exact<{ [key: string]: never; }>;


export type InitialNodeQuery = { readonly nodes: { readonly nodes: ReadonlyArray<{ readonly id: string }> } };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { readonly me: { readonly username: string, readonly role: Role | null } | null };

export type SignUpMutationVariables = Exact<{
  username: string;
  password: string;
}>;


export type SignUpMutation = { readonly signUp: { readonly token: string, readonly expiresAt: string, readonly user: { readonly username: string, readonly role: Role | null } } | null };

export type SignInMutationVariables = Exact<{
  username: string;
  password: string;
}>;


export type SignInMutation = { readonly signIn: { readonly token: string, readonly expiresAt: string, readonly user: { readonly username: string, readonly role: Role | null } } | null };

export type SessionsQueryVariables = Exact<{ [key: string]: never; }>;


export type SessionsQuery = { readonly sessions: ReadonlyArray<{ readonly id: string, readonly createdAt: string, readonly lastSeen: string, readonly expiresAt: string, readonly client: string | null, readonly current: boolean }> | null };

export type SignOutMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutMutation = { readonly signOut: boolean | null };

export type EndSessionMutationVariables = Exact<{
  id: string;
}>;


export type EndSessionMutation = { readonly endSession: { readonly id: string } | null };

export type ChangePasswordMutationVariables = Exact<{
  current: string;
  new: string;
}>;


export type ChangePasswordMutation = { readonly changePassword: boolean | null };

export type SetRoleMutationVariables = Exact<{
  username: string;
  role: Role;
}>;


export type SetRoleMutation = { readonly setRole: { readonly username: string, readonly role: Role | null } | null };

export type DisableUserMutationVariables = Exact<{
  username: string;
  reason?: string | null | undefined;
}>;


export type DisableUserMutation = { readonly disableUser: { readonly username: string, readonly disabled: boolean | null } | null };

export type MuteUserMutationVariables = Exact<{
  username: string;
  reason?: string | null | undefined;
}>;


export type MuteUserMutation = { readonly muteUser: { readonly username: string, readonly muted: boolean | null } | null };

export type UnmuteUserMutationVariables = Exact<{
  username: string;
}>;


export type UnmuteUserMutation = { readonly unmuteUser: { readonly username: string, readonly muted: boolean | null } | null };

export type EnableUserMutationVariables = Exact<{
  username: string;
}>;


export type EnableUserMutation = { readonly enableUser: { readonly username: string, readonly disabled: boolean | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const AgentFieldsFragmentDoc = new TypedDocumentString(`
    fragment AgentFields on Agent {
  id
  name
  status
  version
  codeHash
  owner {
    username
  }
  node {
    id
    name
  }
}
    `, {"fragmentName":"AgentFields"}) as unknown as TypedDocumentString<AgentFieldsFragment, unknown>;
export const EntityFieldsFragmentDoc = new TypedDocumentString(`
    fragment EntityFields on Entity {
  id
  type
  name
  data
  updatedAt
  owner {
    username
  }
}
    `, {"fragmentName":"EntityFields"}) as unknown as TypedDocumentString<EntityFieldsFragment, unknown>;
export const MessageFieldsFragmentDoc = new TypedDocumentString(`
    fragment MessageFields on Message {
  id
  sequence
  sentAt
  body
  sender {
    username
  }
  from {
    id
  }
}
    `, {"fragmentName":"MessageFields"}) as unknown as TypedDocumentString<MessageFieldsFragment, unknown>;
export const DeadLetterFieldsFragmentDoc = new TypedDocumentString(`
    fragment DeadLetterFields on DeadLetter {
  id
  code
  reason
  at
  body
  from {
    id
  }
  to {
    id
  }
}
    `, {"fragmentName":"DeadLetterFields"}) as unknown as TypedDocumentString<DeadLetterFieldsFragment, unknown>;
export const StatsFieldsFragmentDoc = new TypedDocumentString(`
    fragment StatsFields on NodeStats {
  at
  cpuPercent
  memoryMb
  agents
  messagesPerSecond
  linkLatencyMs
  uptimeSeconds
}
    `, {"fragmentName":"StatsFields"}) as unknown as TypedDocumentString<StatsFieldsFragment, unknown>;
export const NodeFieldsFragmentDoc = new TypedDocumentString(`
    fragment NodeFields on Node {
  id
  name
  kind
  status
  lastSeen
}
    `, {"fragmentName":"NodeFields"}) as unknown as TypedDocumentString<NodeFieldsFragment, unknown>;
export const ManagedNodesDocument = new TypedDocumentString(`
    query ManagedNodes($status: NodeStatus, $first: Int = 1000, $after: String) {
  nodes(status: $status, first: $first, after: $after) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...NodeFields
      fingerprint
      address
      port
      proxy {
        id
      }
      owner {
        username
      }
    }
  }
}
    fragment NodeFields on Node {
  id
  name
  kind
  status
  lastSeen
}`) as unknown as TypedDocumentString<ManagedNodesQuery, ManagedNodesQueryVariables>;
export const AgentsPageDocument = new TypedDocumentString(`
    query AgentsPage($nodes: [ID!], $owner: String, $status: AgentStatus, $first: Int = 50, $after: String) {
  agents(
    nodes: $nodes
    owner: $owner
    status: $status
    first: $first
    after: $after
  ) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...AgentFields
    }
  }
}
    fragment AgentFields on Agent {
  id
  name
  status
  version
  codeHash
  owner {
    username
  }
  node {
    id
    name
  }
}`) as unknown as TypedDocumentString<AgentsPageQuery, AgentsPageQueryVariables>;
export const AgentDocument = new TypedDocumentString(`
    query Agent($id: ID!) {
  agent(id: $id) {
    ...AgentFields
    epoch
    location
    statusReason
    cpuBucket
    memory
    unread
  }
}
    fragment AgentFields on Agent {
  id
  name
  status
  version
  codeHash
  owner {
    username
  }
  node {
    id
    name
  }
}`) as unknown as TypedDocumentString<AgentQuery, AgentQueryVariables>;
export const AgentHomeDocument = new TypedDocumentString(`
    "Where an agent lives; null when nobody has claimed the id."
query AgentHome($id: ID!) {
  agent(id: $id) {
    id
    node {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<AgentHomeQuery, AgentHomeQueryVariables>;
export const PresenceDocument = new TypedDocumentString(`
    query Presence($location: ID!) {
  presence(location: $location) {
    id
    status
  }
}
    `) as unknown as TypedDocumentString<PresenceQuery, PresenceQueryVariables>;
export const ExportAgentDocument = new TypedDocumentString(`
    query ExportAgent($id: ID!) {
  exportAgent(id: $id)
}
    `) as unknown as TypedDocumentString<ExportAgentQuery, ExportAgentQueryVariables>;
export const DeployAgentDocument = new TypedDocumentString(`
    mutation DeployAgent($node: ID!, $input: DeployAgentInput!) {
  deployAgent(node: $node, input: $input) {
    ...AgentFields
  }
}
    fragment AgentFields on Agent {
  id
  name
  status
  version
  codeHash
  owner {
    username
  }
  node {
    id
    name
  }
}`) as unknown as TypedDocumentString<DeployAgentMutation, DeployAgentMutationVariables>;
export const SetAgentStatusDocument = new TypedDocumentString(`
    mutation SetAgentStatus($id: ID!, $status: AgentStatus!, $reason: String) {
  setAgentStatus(id: $id, status: $status, reason: $reason) {
    id
    status
  }
}
    `) as unknown as TypedDocumentString<SetAgentStatusMutation, SetAgentStatusMutationVariables>;
export const AgentLogDocument = new TypedDocumentString(`
    subscription AgentLog($agent: ID!, $after: String) {
  agentLog(agent: $agent, after: $after) {
    cursor
    at
    level
    text
  }
}
    `) as unknown as TypedDocumentString<AgentLogSubscription, AgentLogSubscriptionVariables>;
export const RollbackAgentDocument = new TypedDocumentString(`
    mutation RollbackAgent($id: ID!, $version: Int) {
  rollbackAgent(id: $id, version: $version) {
    id
    version
  }
}
    `) as unknown as TypedDocumentString<RollbackAgentMutation, RollbackAgentMutationVariables>;
export const DeleteAgentDocument = new TypedDocumentString(`
    mutation DeleteAgent($id: ID!) {
  deleteAgent(id: $id)
}
    `) as unknown as TypedDocumentString<DeleteAgentMutation, DeleteAgentMutationVariables>;
export const ImportAgentDocument = new TypedDocumentString(`
    mutation ImportAgent($node: ID!, $file: JSON!, $name: String) {
  importAgent(node: $node, file: $file, name: $name) {
    ...AgentFields
  }
}
    fragment AgentFields on Agent {
  id
  name
  status
  version
  codeHash
  owner {
    username
  }
  node {
    id
    name
  }
}`) as unknown as TypedDocumentString<ImportAgentMutation, ImportAgentMutationVariables>;
export const RunInAgentDocument = new TypedDocumentString(`
    mutation RunInAgent($id: ID!, $code: String!) {
  runInAgent(id: $id, code: $code) {
    result
    log
    error
    cpuMs
  }
}
    `) as unknown as TypedDocumentString<RunInAgentMutation, RunInAgentMutationVariables>;
export const SetSecretDocument = new TypedDocumentString(`
    mutation SetSecret($agent: ID!, $name: String!, $value: String!) {
  setSecret(agent: $agent, name: $name, value: $value) {
    id
    secrets
  }
}
    `) as unknown as TypedDocumentString<SetSecretMutation, SetSecretMutationVariables>;
export const EnterDocument = new TypedDocumentString(`
    mutation Enter($agent: ID!, $location: ID) {
  enter(agent: $agent, location: $location) {
    id
    location
  }
}
    `) as unknown as TypedDocumentString<EnterMutation, EnterMutationVariables>;
export const SayDocument = new TypedDocumentString(`
    mutation Say($agent: ID!, $text: String!) {
  say(agent: $agent, text: $text) {
    id
    location
  }
}
    `) as unknown as TypedDocumentString<SayMutation, SayMutationVariables>;
export const HappeningsDocument = new TypedDocumentString(`
    "Who comes to a location, who goes, and what is said there."
subscription Happenings($location: ID!, $after: String) {
  happenings(location: $location, after: $after) {
    cursor
    at
    kind
    agent
    text
  }
}
    `) as unknown as TypedDocumentString<HappeningsSubscription, HappeningsSubscriptionVariables>;
export const MoveAgentDocument = new TypedDocumentString(`
    mutation MoveAgent($id: ID!, $to: ID!) {
  moveAgent(id: $id, to: $to) {
    id
    state
    cursor
  }
}
    `) as unknown as TypedDocumentString<MoveAgentMutation, MoveAgentMutationVariables>;
export const MovesDocument = new TypedDocumentString(`
    "How an agent's moves go on."
subscription Moves($agent: ID!, $after: String) {
  moves(agent: $agent, after: $after) {
    cursor
    at
    state
    reason
    move {
      id
      from {
        id
      }
      to {
        id
      }
    }
  }
}
    `) as unknown as TypedDocumentString<MovesSubscription, MovesSubscriptionVariables>;
export const EntityDocument = new TypedDocumentString(`
    query Entity($id: ID!) {
  entity(id: $id) {
    ...EntityFields
    node {
      id
      name
    }
  }
}
    fragment EntityFields on Entity {
  id
  type
  name
  data
  updatedAt
  owner {
    username
  }
}`) as unknown as TypedDocumentString<EntityQuery, EntityQueryVariables>;
export const EntitiesPageDocument = new TypedDocumentString(`
    query EntitiesPage($nodes: [ID!], $type: EntityType, $owner: String, $first: Int = 50, $after: String) {
  entities(
    nodes: $nodes
    type: $type
    owner: $owner
    first: $first
    after: $after
  ) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...EntityFields
      node {
        id
        name
      }
    }
  }
}
    fragment EntityFields on Entity {
  id
  type
  name
  data
  updatedAt
  owner {
    username
  }
}`) as unknown as TypedDocumentString<EntitiesPageQuery, EntitiesPageQueryVariables>;
export const CreateEntityDocument = new TypedDocumentString(`
    mutation CreateEntity($node: ID!, $input: CreateEntityInput!) {
  createEntity(node: $node, input: $input) {
    ...EntityFields
  }
}
    fragment EntityFields on Entity {
  id
  type
  name
  data
  updatedAt
  owner {
    username
  }
}`) as unknown as TypedDocumentString<CreateEntityMutation, CreateEntityMutationVariables>;
export const UpdateEntityDocument = new TypedDocumentString(`
    mutation UpdateEntity($id: ID!, $data: JSON!) {
  updateEntity(id: $id, data: $data) {
    ...EntityFields
  }
}
    fragment EntityFields on Entity {
  id
  type
  name
  data
  updatedAt
  owner {
    username
  }
}`) as unknown as TypedDocumentString<UpdateEntityMutation, UpdateEntityMutationVariables>;
export const DeleteEntityDocument = new TypedDocumentString(`
    mutation DeleteEntity($id: ID!) {
  deleteEntity(id: $id)
}
    `) as unknown as TypedDocumentString<DeleteEntityMutation, DeleteEntityMutationVariables>;
export const LibraryDocument = new TypedDocumentString(`
    query Library($type: EntityType, $first: Int = 50, $after: String) {
  library(type: $type, first: $first, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      name
      type
      version
      data
      publishedAt
      publishedBy {
        username
      }
    }
  }
}
    `) as unknown as TypedDocumentString<LibraryQuery, LibraryQueryVariables>;
export const PublishToLibraryDocument = new TypedDocumentString(`
    mutation PublishToLibrary($entity: ID!, $name: String!) {
  publishToLibrary(entity: $entity, name: $name) {
    name
    version
  }
}
    `) as unknown as TypedDocumentString<PublishToLibraryMutation, PublishToLibraryMutationVariables>;
export const InboxDocument = new TypedDocumentString(`
    query Inbox($agent: ID!, $first: Int = 50, $after: String) {
  inbox(agent: $agent, first: $first, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...MessageFields
    }
  }
}
    fragment MessageFields on Message {
  id
  sequence
  sentAt
  body
  sender {
    username
  }
  from {
    id
  }
}`) as unknown as TypedDocumentString<InboxQuery, InboxQueryVariables>;
export const DeadLettersDocument = new TypedDocumentString(`
    query DeadLetters($from: ID, $first: Int = 50, $after: String) {
  deadLetters(from: $from, first: $first, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...DeadLetterFields
    }
  }
}
    fragment DeadLetterFields on DeadLetter {
  id
  code
  reason
  at
  body
  from {
    id
  }
  to {
    id
  }
}`) as unknown as TypedDocumentString<DeadLettersQuery, DeadLettersQueryVariables>;
export const ThrottledPairsDocument = new TypedDocumentString(`
    query ThrottledPairs($agent: ID!) {
  throttledPairs(agent: $agent) {
    from {
      id
    }
    to {
      id
    }
    at
  }
}
    `) as unknown as TypedDocumentString<ThrottledPairsQuery, ThrottledPairsQueryVariables>;
export const SendMessageDocument = new TypedDocumentString(`
    mutation SendMessage($input: SendMessageInput!) {
  sendMessage(input: $input) {
    id
    state
    sequence
    duplicate
  }
}
    `) as unknown as TypedDocumentString<SendMessageMutation, SendMessageMutationVariables>;
export const AckMessagesDocument = new TypedDocumentString(`
    mutation AckMessages($agent: ID!, $upTo: String!) {
  ackMessages(agent: $agent, upTo: $upTo) {
    unread
  }
}
    `) as unknown as TypedDocumentString<AckMessagesMutation, AckMessagesMutationVariables>;
export const MessagesDocument = new TypedDocumentString(`
    subscription Messages($agent: ID!, $after: String) {
  messages(agent: $agent, after: $after) {
    cursor
    truncated
    message {
      ...MessageFields
    }
  }
}
    fragment MessageFields on Message {
  id
  sequence
  sentAt
  body
  sender {
    username
  }
  from {
    id
  }
}`) as unknown as TypedDocumentString<MessagesSubscription, MessagesSubscriptionVariables>;
export const DeadLetterFeedDocument = new TypedDocumentString(`
    subscription DeadLetterFeed($from: ID, $after: String) {
  deadLetters(from: $from, after: $after) {
    cursor
    truncated
    letter {
      ...DeadLetterFields
    }
  }
}
    fragment DeadLetterFields on DeadLetter {
  id
  code
  reason
  at
  body
  from {
    id
  }
  to {
    id
  }
}`) as unknown as TypedDocumentString<DeadLetterFeedSubscription, DeadLetterFeedSubscriptionVariables>;
export const DrainNodeDocument = new TypedDocumentString(`
    mutation DrainNode($id: ID!, $to: ID!) {
  drainNode(id: $id, to: $to)
}
    `) as unknown as TypedDocumentString<DrainNodeMutation, DrainNodeMutationVariables>;
export const RecoverAgentDocument = new TypedDocumentString(`
    mutation RecoverAgent($id: ID!, $to: ID!) {
  recoverAgent(id: $id, to: $to) {
    agent {
      id
      epoch
      node {
        id
      }
    }
    checkpointAt
    lost
  }
}
    `) as unknown as TypedDocumentString<RecoverAgentMutation, RecoverAgentMutationVariables>;
export const NetworkOverviewDocument = new TypedDocumentString(`
    query NetworkOverview($first: Int = 50, $after: String) {
  nodes(first: $first, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...NodeFields
      stats {
        ...StatsFields
      }
    }
  }
  totals {
    nodes
    entities
    agents
    runningAgents
    memoryMb
    messagesPerSecond
  }
}
    fragment StatsFields on NodeStats {
  at
  cpuPercent
  memoryMb
  agents
  messagesPerSecond
  linkLatencyMs
  uptimeSeconds
}
fragment NodeFields on Node {
  id
  name
  kind
  status
  lastSeen
}`) as unknown as TypedDocumentString<NetworkOverviewQuery, NetworkOverviewQueryVariables>;
export const NodeDetailsDocument = new TypedDocumentString(`
    query NodeDetails($id: ID!, $entities: Int = 20) {
  node(id: $id) {
    ...NodeFields
    address
    port
    fingerprint
    owner {
      username
    }
    stats {
      ...StatsFields
    }
    entities(first: $entities) {
      totalCount
      nodes {
        id
        type
        name
      }
    }
    brokenFiles {
      path
      line
      column
      reason
      since
      entity
    }
  }
}
    fragment StatsFields on NodeStats {
  at
  cpuPercent
  memoryMb
  agents
  messagesPerSecond
  linkLatencyMs
  uptimeSeconds
}
fragment NodeFields on Node {
  id
  name
  kind
  status
  lastSeen
}`) as unknown as TypedDocumentString<NodeDetailsQuery, NodeDetailsQueryVariables>;
export const StatsHistoryDocument = new TypedDocumentString(`
    query StatsHistory($id: ID!, $since: DateTime, $first: Int = 100, $after: String) {
  node(id: $id) {
    id
    statsHistory(since: $since, first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ...StatsFields
      }
    }
  }
}
    fragment StatsFields on NodeStats {
  at
  cpuPercent
  memoryMb
  agents
  messagesPerSecond
  linkLatencyMs
  uptimeSeconds
}`) as unknown as TypedDocumentString<StatsHistoryQuery, StatsHistoryQueryVariables>;
export const NodeStatsStreamDocument = new TypedDocumentString(`
    subscription NodeStatsStream($nodes: [ID!], $intervalMs: Int = 1000) {
  nodeStats(nodes: $nodes, intervalMs: $intervalMs) {
    node {
      id
      name
    }
    ...StatsFields
  }
}
    fragment StatsFields on NodeStats {
  at
  cpuPercent
  memoryMb
  agents
  messagesPerSecond
  linkLatencyMs
  uptimeSeconds
}`) as unknown as TypedDocumentString<NodeStatsStreamSubscription, NodeStatsStreamSubscriptionVariables>;
export const NodeChangesDocument = new TypedDocumentString(`
    subscription NodeChanges {
  nodeChanges {
    kind
    at
    node {
      ...NodeFields
    }
  }
}
    fragment NodeFields on Node {
  id
  name
  kind
  status
  lastSeen
}`) as unknown as TypedDocumentString<NodeChangesSubscription, NodeChangesSubscriptionVariables>;
export const ApproveNodeDocument = new TypedDocumentString(`
    mutation ApproveNode($fingerprint: String!) {
  approveNode(fingerprint: $fingerprint) {
    ...NodeFields
  }
}
    fragment NodeFields on Node {
  id
  name
  kind
  status
  lastSeen
}`) as unknown as TypedDocumentString<ApproveNodeMutation, ApproveNodeMutationVariables>;
export const RevokeNodeDocument = new TypedDocumentString(`
    mutation RevokeNode($id: ID!, $reason: String) {
  revokeNode(id: $id, reason: $reason) {
    ...NodeFields
  }
}
    fragment NodeFields on Node {
  id
  name
  kind
  status
  lastSeen
}`) as unknown as TypedDocumentString<RevokeNodeMutation, RevokeNodeMutationVariables>;
export const CreateJoinTokenDocument = new TypedDocumentString(`
    mutation CreateJoinToken($kind: NodeKind!, $expiresInSeconds: Int = 3600) {
  createJoinToken(kind: $kind, expiresInSeconds: $expiresInSeconds) {
    token
    expiresAt
  }
}
    `) as unknown as TypedDocumentString<CreateJoinTokenMutation, CreateJoinTokenMutationVariables>;
export const InitialNodeDocument = new TypedDocumentString(`
    "The initial node, which has the shared places."
query InitialNode {
  nodes(kind: INITIAL, first: 1) {
    nodes {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<InitialNodeQuery, InitialNodeQueryVariables>;
export const MeDocument = new TypedDocumentString(`
    query Me {
  me {
    username
    role
  }
}
    `) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
export const SignUpDocument = new TypedDocumentString(`
    mutation SignUp($username: String!, $password: String!) {
  signUp(input: {username: $username, password: $password}) {
    token
    expiresAt
    user {
      username
      role
    }
  }
}
    `) as unknown as TypedDocumentString<SignUpMutation, SignUpMutationVariables>;
export const SignInDocument = new TypedDocumentString(`
    mutation SignIn($username: String!, $password: String!) {
  signIn(username: $username, password: $password) {
    token
    expiresAt
    user {
      username
      role
    }
  }
}
    `) as unknown as TypedDocumentString<SignInMutation, SignInMutationVariables>;
export const SessionsDocument = new TypedDocumentString(`
    query Sessions {
  sessions {
    id
    createdAt
    lastSeen
    expiresAt
    client
    current
  }
}
    `) as unknown as TypedDocumentString<SessionsQuery, SessionsQueryVariables>;
export const SignOutDocument = new TypedDocumentString(`
    mutation SignOut {
  signOut
}
    `) as unknown as TypedDocumentString<SignOutMutation, SignOutMutationVariables>;
export const EndSessionDocument = new TypedDocumentString(`
    mutation EndSession($id: ID!) {
  endSession(id: $id) {
    id
  }
}
    `) as unknown as TypedDocumentString<EndSessionMutation, EndSessionMutationVariables>;
export const ChangePasswordDocument = new TypedDocumentString(`
    mutation ChangePassword($current: String!, $new: String!) {
  changePassword(current: $current, new: $new)
}
    `) as unknown as TypedDocumentString<ChangePasswordMutation, ChangePasswordMutationVariables>;
export const SetRoleDocument = new TypedDocumentString(`
    mutation SetRole($username: String!, $role: Role!) {
  setRole(username: $username, role: $role) {
    username
    role
  }
}
    `) as unknown as TypedDocumentString<SetRoleMutation, SetRoleMutationVariables>;
export const DisableUserDocument = new TypedDocumentString(`
    mutation DisableUser($username: String!, $reason: String) {
  disableUser(username: $username, reason: $reason) {
    username
    disabled
  }
}
    `) as unknown as TypedDocumentString<DisableUserMutation, DisableUserMutationVariables>;
export const MuteUserDocument = new TypedDocumentString(`
    mutation MuteUser($username: String!, $reason: String) {
  muteUser(username: $username, reason: $reason) {
    username
    muted
  }
}
    `) as unknown as TypedDocumentString<MuteUserMutation, MuteUserMutationVariables>;
export const UnmuteUserDocument = new TypedDocumentString(`
    mutation UnmuteUser($username: String!) {
  unmuteUser(username: $username) {
    username
    muted
  }
}
    `) as unknown as TypedDocumentString<UnmuteUserMutation, UnmuteUserMutationVariables>;
export const EnableUserDocument = new TypedDocumentString(`
    mutation EnableUser($username: String!) {
  enableUser(username: $username) {
    username
    disabled
  }
}
    `) as unknown as TypedDocumentString<EnableUserMutation, EnableUserMutationVariables>;