import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { AgentRow, ResourceUsageRow, BrokenFileRow, EntityRow, ModerationRow } from '../../subgraphs/world/database.ts';
import type { AgentPage, ResourceUsagePage, EntityPage, ModerationPage, NodeReference, StatsPage, ReportedStatsPage } from '../../subgraphs/world/mappers.ts';
import type { Happening } from '../../subgraphs/world/places/happenings.ts';
import type { LogLine } from '../../subgraphs/world/agents/agent-log.ts';
import type { StatsSample } from '../../subgraphs/world/stats/stats-sample.ts';
import type { ReportedSample } from '../../subgraphs/world/stats/reported-stats.ts';
import type { ShapeContext } from '../../subgraphs/serve/shape-context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  DateTime: { input: string; output: string; }
  JSON: { input: unknown; output: unknown; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** An avatar-agent: a program that lives on a node and may move to another. `<owner>/<name>`, for life. */
export type Agent = {
  __typename?: 'Agent';
  codeHash?: Maybe<Scalars['String']['output']>;
  /** CPU in ms that it may still use; null until something has run it. */
  cpuBucket?: Maybe<Scalars['Int']['output']>;
  /** Inputs in a row in which this version has failed. */
  failures?: Maybe<Scalars['Int']['output']>;
  id: Scalars['ID']['output'];
  /** Id of the location where its avatar is, an entity of the node where it lives. */
  location?: Maybe<Scalars['ID']['output']>;
  /** Only for the owner and admins. */
  memory?: Maybe<Scalars['JSON']['output']>;
  name?: Maybe<Scalars['String']['output']>;
  owner?: Maybe<User>;
  /** Names of its secrets. Only for the owner and admins. */
  secrets?: Maybe<Array<Scalars['String']['output']>>;
  status?: Maybe<AgentStatus>;
  /** Why it was stopped or has failed, where somebody has said so. */
  statusReason?: Maybe<Scalars['String']['output']>;
  /** Messages in its inbox that it has not taken. Only for the owner and admins. */
  unread?: Maybe<Scalars['Int']['output']>;
  /** Rises with each program and each rollback. */
  version?: Maybe<Scalars['Int']['output']>;
};

export type AgentConnection = {
  __typename?: 'AgentConnection';
  edges: Array<Maybe<AgentEdge>>;
  nodes: Array<Maybe<Agent>>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type AgentEdge = {
  __typename?: 'AgentEdge';
  cursor: Scalars['String']['output'];
  node?: Maybe<Agent>;
};

/** What a piece of code came to that was run in an agent. */
export type AgentRun = {
  __typename?: 'AgentRun';
  cpuMs: Scalars['Float']['output'];
  /** When it failed: the error, with lines; all that it did is undone. */
  error?: Maybe<Scalars['String']['output']>;
  /** What it logged. */
  log: Array<Scalars['String']['output']>;
  result?: Maybe<Scalars['JSON']['output']>;
};

/** FAILED: its program has failed too often; a new one, or `setAgentStatus`, starts it again. */
export type AgentStatus =
  | 'FAILED'
  | 'MOVING'
  | 'RUNNING'
  | 'STOPPED';

/**
 * What an agent used since its row before, or in the minute or the hour that begins then. Network is the bodies of its messages as JSON, in bytes: it reaches
 * nothing else. What was counted in the last second before a node was killed is missing.
 */
export type AgentUsage = {
  __typename?: 'AgentUsage';
  agent: Scalars['ID']['output'];
  /** Evaluating its program and failed runs included; checked against what the kernel has counted. */
  cpuMs: Scalars['Float']['output'];
  /** In its log, without those that were left out. */
  logLines: Scalars['Float']['output'];
  /** That it has taken from its inbox. */
  messagesReceived: Scalars['Float']['output'];
  messagesSent: Scalars['Float']['output'];
  networkReceived: Scalars['Float']['output'];
  networkSent: Scalars['Float']['output'];
  timestamp: Scalars['DateTime']['output'];
  /** Its owner. */
  username: Scalars['String']['output'];
};

export type AgentUsageConnection = {
  __typename?: 'AgentUsageConnection';
  edges: Array<Maybe<AgentUsageEdge>>;
  nodes: Array<Maybe<AgentUsage>>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type AgentUsageEdge = {
  __typename?: 'AgentUsageEdge';
  cursor: Scalars['String']['output'];
  node: AgentUsage;
};

/** A file under entities/ that is not valid JSON or breaks the schema of its type. */
export type BrokenFile = {
  __typename?: 'BrokenFile';
  column: Scalars['Int']['output'];
  /** The entity whose last good version still serves, if there is one. */
  entity?: Maybe<Scalars['ID']['output']>;
  /** From 1. */
  line: Scalars['Int']['output'];
  node?: Maybe<Node>;
  /** Below the node's folder. */
  path: Scalars['String']['output'];
  reason: Scalars['String']['output'];
  since: Scalars['DateTime']['output'];
};

export type CreateEntityInput = {
  data: Scalars['JSON']['input'];
  name: Scalars['String']['input'];
  type: EntityType;
};

export type DeployAgentInput = {
  code: Scalars['String']['input'];
  memory?: InputMaybe<Scalars['JSON']['input']>;
  name: Scalars['String']['input'];
  start?: InputMaybe<Scalars['Boolean']['input']>;
};

/** `<node>/<owner>/<type>/<name>` */
export type Entity = {
  __typename?: 'Entity';
  data: Scalars['JSON']['output'];
  /** An admin has hidden it: only its owner and admins see it. */
  hidden: Scalars['Boolean']['output'];
  id: Scalars['ID']['output'];
  name: Scalars['String']['output'];
  node?: Maybe<Node>;
  owner?: Maybe<User>;
  /** Of a location: ids of the agents whose avatars are there, by owner and name; 1,000 at most. `presence` has the agents themselves. */
  present: Array<Scalars['ID']['output']>;
  type: EntityType;
  updatedAt: Scalars['DateTime']['output'];
};

export type EntityConnection = {
  __typename?: 'EntityConnection';
  edges: Array<Maybe<EntityEdge>>;
  nodes: Array<Maybe<Entity>>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type EntityEdge = {
  __typename?: 'EntityEdge';
  cursor: Scalars['String']['output'];
  node?: Maybe<Entity>;
};

export type EntityType =
  | 'AVATAR'
  | 'ITEM'
  | 'LOCATION'
  | 'NPC';

export type HappeningEvent = {
  __typename?: 'HappeningEvent';
  /** Id of the agent, which may have moved away since. */
  agent: Scalars['ID']['output'];
  at: Scalars['DateTime']['output'];
  cursor: Scalars['String']['output'];
  kind: HappeningKind;
  owner?: Maybe<User>;
  text?: Maybe<Scalars['String']['output']>;
};

export type HappeningKind =
  | 'ENTERED'
  | 'LEFT'
  | 'SAID';

export type LogEvent = {
  __typename?: 'LogEvent';
  at: Scalars['DateTime']['output'];
  cursor: Scalars['String']['output'];
  /** debug, info, warn or error. */
  level: Scalars['String']['output'];
  text: Scalars['String']['output'];
};

export type Moderation = {
  __typename?: 'Moderation';
  action: ModerationAction;
  at: Scalars['DateTime']['output'];
  /** The admin. */
  moderator?: Maybe<User>;
  reason?: Maybe<Scalars['String']['output']>;
  /** Id of the agent or the entity. */
  subject: Scalars['ID']['output'];
};

export type ModerationAction =
  | 'HIDDEN'
  | 'SHOWN'
  | 'STARTED'
  | 'STOPPED';

export type ModerationConnection = {
  __typename?: 'ModerationConnection';
  edges: Array<Maybe<ModerationEdge>>;
  nodes: Array<Maybe<Moderation>>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type ModerationEdge = {
  __typename?: 'ModerationEdge';
  cursor: Scalars['String']['output'];
  node?: Maybe<Moderation>;
};

export type Mutation = {
  __typename?: 'Mutation';
  /** An entity of yours, and its file on that node. LOCATION, NPC or ITEM; agents are deployed. */
  createEntity?: Maybe<Entity>;
  /** For good, with its memory, mail, log and secrets; its id is free again. Only the owner or an admin. */
  deleteAgent?: Maybe<Scalars['ID']['output']>;
  deleteEntity?: Maybe<Scalars['ID']['output']>;
  deleteSecret?: Maybe<Agent>;
  /** Stores a program of yours, new or over the one before, whose memory stays unless you give one. A new agent is STOPPED unless you say `start`. */
  deployAgent?: Maybe<Agent>;
  /** Moves an agent's avatar by hand, to a location of the node where the agent lives; without one, out of where it is. */
  enter?: Maybe<Agent>;
  /** Hides it from everybody but its owner and admins, or shows it again. The reason is kept. */
  hideEntity?: Maybe<Entity>;
  /** What `exportAgent` gave, as an agent of yours: STOPPED, with the name that it had or another. */
  importAgent?: Maybe<Agent>;
  /** Takes up the code of an older version again, of the one before if none is given. Only the owner or an admin. */
  rollbackAgent?: Maybe<Agent>;
  /** Runs a piece of code once, in the world of an agent that is RUNNING, between two of its messages. Only the owner or an admin. */
  runInAgent?: Maybe<AgentRun>;
  /** Lets an agent's avatar say something at the location where it is. */
  say?: Maybe<Agent>;
  /**
   * RUNNING or STOPPED. Only the owner or an admin. The reason of an admin is kept, and an agent that an admin has stopped with a reason is not started by
   * its owner.
   */
  setAgentStatus?: Maybe<Agent>;
  /** A value that the agent's program can read and nobody else ever sees. Only the owner or an admin. */
  setSecret?: Maybe<Agent>;
  /** Another program for an agent, wherever it lives; its memory stays. Only the owner or an admin. */
  updateAgent?: Maybe<Agent>;
  /** All of the data anew. Only the owner or an admin; the last writer wins, whether by file or by graph. */
  updateEntity?: Maybe<Entity>;
};


export type MutationCreateEntityArgs = {
  input: CreateEntityInput;
  node: Scalars['ID']['input'];
};


export type MutationDeleteAgentArgs = {
  id: Scalars['ID']['input'];
};


export type MutationDeleteEntityArgs = {
  id: Scalars['ID']['input'];
};


export type MutationDeleteSecretArgs = {
  agent: Scalars['ID']['input'];
  name: Scalars['String']['input'];
};


export type MutationDeployAgentArgs = {
  input: DeployAgentInput;
  node: Scalars['ID']['input'];
};


export type MutationEnterArgs = {
  agent: Scalars['ID']['input'];
  location?: InputMaybe<Scalars['ID']['input']>;
};


export type MutationHideEntityArgs = {
  hidden: Scalars['Boolean']['input'];
  id: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
};


export type MutationImportAgentArgs = {
  file: Scalars['JSON']['input'];
  name?: InputMaybe<Scalars['String']['input']>;
  node: Scalars['ID']['input'];
};


export type MutationRollbackAgentArgs = {
  id: Scalars['ID']['input'];
  version?: InputMaybe<Scalars['Int']['input']>;
};


export type MutationRunInAgentArgs = {
  code: Scalars['String']['input'];
  id: Scalars['ID']['input'];
};


export type MutationSayArgs = {
  agent: Scalars['ID']['input'];
  text: Scalars['String']['input'];
};


export type MutationSetAgentStatusArgs = {
  id: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
  status: AgentStatus;
};


export type MutationSetSecretArgs = {
  agent: Scalars['ID']['input'];
  name: Scalars['String']['input'];
  value: Scalars['String']['input'];
};


export type MutationUpdateAgentArgs = {
  code: Scalars['String']['input'];
  id: Scalars['ID']['input'];
};


export type MutationUpdateEntityArgs = {
  data: Scalars['JSON']['input'];
  id: Scalars['ID']['input'];
};

export type Node = {
  __typename?: 'Node';
  /** What agents used here, oldest first: of yours, and for admins of everybody's. Who did nothing in a second has no row for it. */
  agentUsage?: Maybe<AgentUsageConnection>;
  agents?: Maybe<AgentConnection>;
  /** The first 1,000, by path. */
  brokenFiles?: Maybe<Array<Maybe<BrokenFile>>>;
  entities?: Maybe<EntityConnection>;
  id: Scalars['ID']['output'];
  /**
   * Statistics that another node sends to this one (`reportStatsTo` in its config.json), oldest first: averages of the minutes of the last week and the hours
   * of the last year. They are what that node says.
   */
  reportedStats?: Maybe<ReportedStatsConnection>;
  /** What processes used, oldest first: of yours, and for admins of everybody. */
  resourceUsage?: Maybe<ResourceUsageConnection>;
  stats?: Maybe<NodeStats>;
  /** Oldest first: the seconds of the last hour, the minutes of the last week, or the hours of the last year. */
  statsHistory?: Maybe<NodeStatsConnection>;
};


export type NodeAgentUsageArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  agent?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  resolution?: Resolution;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  username?: InputMaybe<Scalars['String']['input']>;
};


export type NodeAgentsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  owner?: InputMaybe<Scalars['String']['input']>;
  status?: InputMaybe<AgentStatus>;
};


export type NodeEntitiesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  owner?: InputMaybe<Scalars['String']['input']>;
  type?: InputMaybe<EntityType>;
};


export type NodeReportedStatsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  of: Scalars['ID']['input'];
  resolution?: Resolution;
  since?: InputMaybe<Scalars['DateTime']['input']>;
};


export type NodeResourceUsageArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  resolution?: Resolution;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  username?: InputMaybe<Scalars['String']['input']>;
};


export type NodeStatsHistoryArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  resolution?: Resolution;
  since?: InputMaybe<Scalars['DateTime']['input']>;
};

export type NodeStats = {
  __typename?: 'NodeStats';
  agents: Scalars['Int']['output'];
  at: Scalars['DateTime']['output'];
  /** Of one core, over about the last second. */
  cpuPercent: Scalars['Float']['output'];
  /** To the initial node and back; null on the initial node itself, and while nobody measures. */
  linkLatencyMs?: Maybe<Scalars['Float']['output']>;
  memoryMb: Scalars['Float']['output'];
  messagesPerSecond: Scalars['Float']['output'];
  node?: Maybe<Node>;
  uptimeSeconds: Scalars['Float']['output'];
};

export type NodeStatsConnection = {
  __typename?: 'NodeStatsConnection';
  edges: Array<Maybe<NodeStatsEdge>>;
  nodes: Array<Maybe<NodeStats>>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type NodeStatsEdge = {
  __typename?: 'NodeStatsEdge';
  cursor: Scalars['String']['output'];
  node: NodeStats;
};

export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
};

export type Query = {
  __typename?: 'Query';
  /** In the order of owner and name. */
  agents?: Maybe<AgentConnection>;
  /** Entity files that could not be read as they stand; the last good version keeps serving. */
  brokenFiles?: Maybe<Array<Maybe<BrokenFile>>>;
  /**
   * In the order of owner, type, name and node, so that what a person has made stands together, wherever it is. Without agents' bodies: those are
   * under `agents`, and `type: AVATAR` finds nothing.
   */
  entities?: Maybe<EntityConnection>;
  entity?: Maybe<Entity>;
  /** All of an agent but its secrets and its mail, for `importAgent`: program, versions, memory, timers. Only for the owner and admins. */
  exportAgent?: Maybe<Scalars['JSON']['output']>;
  /** What admins have decided about agents and entities, and why, oldest first. */
  moderations?: Maybe<ModerationConnection>;
  /** The agents whose avatars are at a location, by owner and name; 1,000 at most. */
  presence?: Maybe<Array<Maybe<Agent>>>;
  totals?: Maybe<Totals>;
};


export type QueryAgentsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  nodes?: InputMaybe<Array<Scalars['ID']['input']>>;
  owner?: InputMaybe<Scalars['String']['input']>;
  status?: InputMaybe<AgentStatus>;
};


export type QueryBrokenFilesArgs = {
  nodes?: InputMaybe<Array<Scalars['ID']['input']>>;
};


export type QueryEntitiesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  nodes?: InputMaybe<Array<Scalars['ID']['input']>>;
  owner?: InputMaybe<Scalars['String']['input']>;
  type?: InputMaybe<EntityType>;
};


export type QueryEntityArgs = {
  id: Scalars['ID']['input'];
};


export type QueryExportAgentArgs = {
  id: Scalars['ID']['input'];
};


export type QueryModerationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  nodes?: InputMaybe<Array<Scalars['ID']['input']>>;
};


export type QueryPresenceArgs = {
  location: Scalars['ID']['input'];
};


export type QueryTotalsArgs = {
  nodes?: InputMaybe<Array<Scalars['ID']['input']>>;
};

/** As `NodeStats`, of another node than the one that is asked. */
export type ReportedStats = {
  __typename?: 'ReportedStats';
  agents: Scalars['Int']['output'];
  at: Scalars['DateTime']['output'];
  cpuPercent: Scalars['Float']['output'];
  linkLatencyMs?: Maybe<Scalars['Float']['output']>;
  memoryMb: Scalars['Float']['output'];
  messagesPerSecond: Scalars['Float']['output'];
  /** Id of the node whose they are, which may be away now. */
  of: Scalars['ID']['output'];
  uptimeSeconds: Scalars['Float']['output'];
};

export type ReportedStatsConnection = {
  __typename?: 'ReportedStatsConnection';
  edges: Array<Maybe<ReportedStatsEdge>>;
  nodes: Array<Maybe<ReportedStats>>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type ReportedStatsEdge = {
  __typename?: 'ReportedStatsEdge';
  cursor: Scalars['String']['output'];
  node: ReportedStats;
};

/** Of a MINUTE or an HOUR: the average at its beginning; of what a process used the average of CPU, the most of memory, and what had been counted at its end; of what an agent used the sum. */
export type Resolution =
  | 'HOUR'
  | 'MINUTE'
  | 'SECOND';

/** One process at one moment. Bytes are counted since it started; network of an agent's process is what passes between it and the node, since it reaches nothing else. */
export type ResourceUsage = {
  __typename?: 'ResourceUsage';
  cpuPercent: Scalars['Float']['output'];
  diskRead: Scalars['Float']['output'];
  diskWrite: Scalars['Float']['output'];
  /** MB. */
  memoryUsage: Scalars['Float']['output'];
  networkReceived: Scalars['Float']['output'];
  networkSent: Scalars['Float']['output'];
  processPid: Scalars['Int']['output'];
  timestamp: Scalars['DateTime']['output'];
  /** On whose behalf it runs. */
  username: Scalars['String']['output'];
};

export type ResourceUsageConnection = {
  __typename?: 'ResourceUsageConnection';
  edges: Array<Maybe<ResourceUsageEdge>>;
  nodes: Array<Maybe<ResourceUsage>>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type ResourceUsageEdge = {
  __typename?: 'ResourceUsageEdge';
  cursor: Scalars['String']['output'];
  node: ResourceUsage;
};

export type Subscription = {
  __typename?: 'Subscription';
  /**
   * What an agent prints, its newest 10,000 lines and every later one; for its owner and admins. No `after`: from the oldest line kept; `now`: from
   * here on.
   */
  agentLog?: Maybe<LogEvent>;
  /** Who comes to a location, who goes, and what is said there; the newest 10,000. No `after`: from the oldest kept; `now`: from here on. */
  happenings?: Maybe<HappeningEvent>;
  /** Live metrics of every node (or of some), one event per node and interval (100 to 60,000 ms), the first at once. */
  nodeStats?: Maybe<NodeStats>;
};


export type SubscriptionAgentLogArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  agent: Scalars['ID']['input'];
};


export type SubscriptionHappeningsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  location: Scalars['ID']['input'];
};


export type SubscriptionNodeStatsArgs = {
  intervalMs?: InputMaybe<Scalars['Int']['input']>;
  nodes?: InputMaybe<Array<Scalars['ID']['input']>>;
};

export type Totals = {
  __typename?: 'Totals';
  agents: Scalars['Int']['output'];
  entities: Scalars['Int']['output'];
  memoryMb: Scalars['Float']['output'];
  messagesPerSecond: Scalars['Float']['output'];
  nodes: Scalars['Int']['output'];
  runningAgents: Scalars['Int']['output'];
};

export type User = {
  __typename?: 'User';
  username: Scalars['String']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Agent: Agent;
  Entity: Entity;
  Node: Node;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Agent:
    ( { __typename: 'Agent' }
    & GraphQLRecursivePick<FederationTypes['Agent'], {"id":true}> );
  Entity:
    ( { __typename: 'Entity' }
    & GraphQLRecursivePick<FederationTypes['Entity'], {"id":true}> );
  Node:
    ( { __typename: 'Node' }
    & GraphQLRecursivePick<FederationTypes['Node'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Agent: ResolverTypeWrapper<AgentRow>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  AgentConnection: ResolverTypeWrapper<AgentPage>;
  AgentEdge: ResolverTypeWrapper<Omit<AgentEdge, 'node'> & { node?: Maybe<ResolversTypes['Agent']> }>;
  AgentRun: ResolverTypeWrapper<AgentRun>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  AgentStatus: AgentStatus;
  AgentUsage: ResolverTypeWrapper<ResourceUsageRow>;
  AgentUsageConnection: ResolverTypeWrapper<ResourceUsagePage>;
  AgentUsageEdge: ResolverTypeWrapper<Omit<AgentUsageEdge, 'node'> & { node: ResolversTypes['AgentUsage'] }>;
  BrokenFile: ResolverTypeWrapper<BrokenFileRow>;
  CreateEntityInput: CreateEntityInput;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeployAgentInput: DeployAgentInput;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Entity: ResolverTypeWrapper<EntityRow>;
  EntityConnection: ResolverTypeWrapper<EntityPage>;
  EntityEdge: ResolverTypeWrapper<Omit<EntityEdge, 'node'> & { node?: Maybe<ResolversTypes['Entity']> }>;
  EntityType: EntityType;
  HappeningEvent: ResolverTypeWrapper<Happening>;
  HappeningKind: HappeningKind;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  LogEvent: ResolverTypeWrapper<LogLine>;
  Moderation: ResolverTypeWrapper<ModerationRow>;
  ModerationAction: ModerationAction;
  ModerationConnection: ResolverTypeWrapper<ModerationPage>;
  ModerationEdge: ResolverTypeWrapper<Omit<ModerationEdge, 'node'> & { node?: Maybe<ResolversTypes['Moderation']> }>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<NodeReference>;
  NodeStats: ResolverTypeWrapper<StatsSample>;
  NodeStatsConnection: ResolverTypeWrapper<StatsPage>;
  NodeStatsEdge: ResolverTypeWrapper<Omit<NodeStatsEdge, 'node'> & { node: ResolversTypes['NodeStats'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ReportedStats: ResolverTypeWrapper<ReportedSample>;
  ReportedStatsConnection: ResolverTypeWrapper<ReportedStatsPage>;
  ReportedStatsEdge: ResolverTypeWrapper<Omit<ReportedStatsEdge, 'node'> & { node: ResolversTypes['ReportedStats'] }>;
  Resolution: Resolution;
  ResourceUsage: ResolverTypeWrapper<ResourceUsageRow>;
  ResourceUsageConnection: ResolverTypeWrapper<ResourceUsagePage>;
  ResourceUsageEdge: ResolverTypeWrapper<Omit<ResourceUsageEdge, 'node'> & { node: ResolversTypes['ResourceUsage'] }>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Totals: ResolverTypeWrapper<Totals>;
  User: ResolverTypeWrapper<User>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Agent: AgentRow;
  Int: Scalars['Int']['output'];
  ID: Scalars['ID']['output'];
  AgentConnection: AgentPage;
  AgentEdge: Omit<AgentEdge, 'node'> & { node?: Maybe<ResolversParentTypes['Agent']> };
  AgentRun: AgentRun;
  Float: Scalars['Float']['output'];
  AgentUsage: ResourceUsageRow;
  AgentUsageConnection: ResourceUsagePage;
  AgentUsageEdge: Omit<AgentUsageEdge, 'node'> & { node: ResolversParentTypes['AgentUsage'] };
  BrokenFile: BrokenFileRow;
  CreateEntityInput: CreateEntityInput;
  DateTime: Scalars['DateTime']['output'];
  DeployAgentInput: DeployAgentInput;
  Boolean: Scalars['Boolean']['output'];
  Entity: EntityRow;
  EntityConnection: EntityPage;
  EntityEdge: Omit<EntityEdge, 'node'> & { node?: Maybe<ResolversParentTypes['Entity']> };
  HappeningEvent: Happening;
  JSON: Scalars['JSON']['output'];
  LogEvent: LogLine;
  Moderation: ModerationRow;
  ModerationConnection: ModerationPage;
  ModerationEdge: Omit<ModerationEdge, 'node'> & { node?: Maybe<ResolversParentTypes['Moderation']> };
  Mutation: Record<PropertyKey, never>;
  Node: NodeReference;
  NodeStats: StatsSample;
  NodeStatsConnection: StatsPage;
  NodeStatsEdge: Omit<NodeStatsEdge, 'node'> & { node: ResolversParentTypes['NodeStats'] };
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  ReportedStats: ReportedSample;
  ReportedStatsConnection: ReportedStatsPage;
  ReportedStatsEdge: Omit<ReportedStatsEdge, 'node'> & { node: ResolversParentTypes['ReportedStats'] };
  ResourceUsage: ResourceUsageRow;
  ResourceUsageConnection: ResourceUsagePage;
  ResourceUsageEdge: Omit<ResourceUsageEdge, 'node'> & { node: ResolversParentTypes['ResourceUsage'] };
  Subscription: Record<PropertyKey, never>;
  Totals: Totals;
  User: User;
  String: Scalars['String']['output'];
};

export type AccessDirectiveArgs = {
  role?: Scalars['String']['input'];
};

export type AccessDirectiveResolver<Result, Parent, ContextType = ShapeContext, Args = AccessDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type FeedDirectiveArgs = {
  after?: Scalars['String']['input'];
  cursor?: Scalars['String']['input'];
};

export type FeedDirectiveResolver<Result, Parent, ContextType = ShapeContext, Args = FeedDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type LatestDirectiveArgs = {
  key: Scalars['String']['input'];
};

export type LatestDirectiveResolver<Result, Parent, ContextType = ShapeContext, Args = LatestDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type RouteDirectiveArgs = {
  by: Scalars['String']['input'];
  otherwise?: Maybe<Scalars['String']['input']>;
  via?: Scalars['String']['input'];
};

export type RouteDirectiveResolver<Result, Parent, ContextType = ShapeContext, Args = RouteDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ScatterDirectiveArgs = {
  merge: Scalars['String']['input'];
};

export type ScatterDirectiveResolver<Result, Parent, ContextType = ShapeContext, Args = ScatterDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ShardDirectiveArgs = {
  by?: Scalars['String']['input'];
  via?: Scalars['String']['input'];
};

export type ShardDirectiveResolver<Result, Parent, ContextType = ShapeContext, Args = ShardDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AgentResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Agent'] = ResolversParentTypes['Agent'], FederationReferenceType extends FederationReferenceTypes['Agent'] = FederationReferenceTypes['Agent']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Agent']> | FederationReferenceType, FederationReferenceType, ContextType>;
  codeHash?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  cpuBucket?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  failures?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  location?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  memory?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  owner?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  secrets?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  status?: Resolver<Maybe<ResolversTypes['AgentStatus']>, ParentType, ContextType>;
  statusReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  unread?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type AgentConnectionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['AgentConnection'] = ResolversParentTypes['AgentConnection']> = {
  edges?: Resolver<Array<Maybe<ResolversTypes['AgentEdge']>>, ParentType, ContextType>;
  nodes?: Resolver<Array<Maybe<ResolversTypes['Agent']>>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AgentEdgeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['AgentEdge'] = ResolversParentTypes['AgentEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
};

export type AgentRunResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['AgentRun'] = ResolversParentTypes['AgentRun']> = {
  cpuMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  log?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  result?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
};

export type AgentUsageResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['AgentUsage'] = ResolversParentTypes['AgentUsage']> = {
  agent?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cpuMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  logLines?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  messagesReceived?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  messagesSent?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  networkReceived?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  networkSent?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  timestamp?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  username?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AgentUsageConnectionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['AgentUsageConnection'] = ResolversParentTypes['AgentUsageConnection']> = {
  edges?: Resolver<Array<Maybe<ResolversTypes['AgentUsageEdge']>>, ParentType, ContextType>;
  nodes?: Resolver<Array<Maybe<ResolversTypes['AgentUsage']>>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AgentUsageEdgeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['AgentUsageEdge'] = ResolversParentTypes['AgentUsageEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AgentUsage'], ParentType, ContextType>;
};

export type BrokenFileResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['BrokenFile'] = ResolversParentTypes['BrokenFile']> = {
  column?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  entity?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  line?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type EntityResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Entity'] = ResolversParentTypes['Entity'], FederationReferenceType extends FederationReferenceTypes['Entity'] = FederationReferenceTypes['Entity']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Entity']> | FederationReferenceType, FederationReferenceType, ContextType>;
  data?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  hidden?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType>;
  owner?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  present?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['EntityType'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type EntityConnectionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['EntityConnection'] = ResolversParentTypes['EntityConnection']> = {
  edges?: Resolver<Array<Maybe<ResolversTypes['EntityEdge']>>, ParentType, ContextType>;
  nodes?: Resolver<Array<Maybe<ResolversTypes['Entity']>>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type EntityEdgeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['EntityEdge'] = ResolversParentTypes['EntityEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Entity']>, ParentType, ContextType>;
};

export type HappeningEventResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['HappeningEvent'] = ResolversParentTypes['HappeningEvent']> = {
  agent?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['HappeningKind'], ParentType, ContextType>;
  owner?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type LogEventResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['LogEvent'] = ResolversParentTypes['LogEvent']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  level?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ModerationResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Moderation'] = ResolversParentTypes['Moderation']> = {
  action?: Resolver<ResolversTypes['ModerationAction'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  moderator?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ModerationConnectionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['ModerationConnection'] = ResolversParentTypes['ModerationConnection']> = {
  edges?: Resolver<Array<Maybe<ResolversTypes['ModerationEdge']>>, ParentType, ContextType>;
  nodes?: Resolver<Array<Maybe<ResolversTypes['Moderation']>>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ModerationEdgeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['ModerationEdge'] = ResolversParentTypes['ModerationEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Moderation']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  createEntity?: Resolver<Maybe<ResolversTypes['Entity']>, ParentType, ContextType, RequireFields<MutationCreateEntityArgs, 'input' | 'node'>>;
  deleteAgent?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType, RequireFields<MutationDeleteAgentArgs, 'id'>>;
  deleteEntity?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType, RequireFields<MutationDeleteEntityArgs, 'id'>>;
  deleteSecret?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType, RequireFields<MutationDeleteSecretArgs, 'agent' | 'name'>>;
  deployAgent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType, RequireFields<MutationDeployAgentArgs, 'input' | 'node'>>;
  enter?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType, RequireFields<MutationEnterArgs, 'agent'>>;
  hideEntity?: Resolver<Maybe<ResolversTypes['Entity']>, ParentType, ContextType, RequireFields<MutationHideEntityArgs, 'hidden' | 'id'>>;
  importAgent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType, RequireFields<MutationImportAgentArgs, 'file' | 'node'>>;
  rollbackAgent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType, RequireFields<MutationRollbackAgentArgs, 'id'>>;
  runInAgent?: Resolver<Maybe<ResolversTypes['AgentRun']>, ParentType, ContextType, RequireFields<MutationRunInAgentArgs, 'code' | 'id'>>;
  say?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType, RequireFields<MutationSayArgs, 'agent' | 'text'>>;
  setAgentStatus?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType, RequireFields<MutationSetAgentStatusArgs, 'id' | 'status'>>;
  setSecret?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType, RequireFields<MutationSetSecretArgs, 'agent' | 'name' | 'value'>>;
  updateAgent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType, RequireFields<MutationUpdateAgentArgs, 'code' | 'id'>>;
  updateEntity?: Resolver<Maybe<ResolversTypes['Entity']>, ParentType, ContextType, RequireFields<MutationUpdateEntityArgs, 'data' | 'id'>>;
};

export type NodeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node'], FederationReferenceType extends FederationReferenceTypes['Node'] = FederationReferenceTypes['Node']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Node']> | FederationReferenceType, FederationReferenceType, ContextType>;
  agentUsage?: Resolver<Maybe<ResolversTypes['AgentUsageConnection']>, ParentType, ContextType, RequireFields<NodeAgentUsageArgs, 'first' | 'resolution'>>;
  agents?: Resolver<Maybe<ResolversTypes['AgentConnection']>, ParentType, ContextType, RequireFields<NodeAgentsArgs, 'first'>>;
  brokenFiles?: Resolver<Maybe<Array<Maybe<ResolversTypes['BrokenFile']>>>, ParentType, ContextType>;
  entities?: Resolver<Maybe<ResolversTypes['EntityConnection']>, ParentType, ContextType, RequireFields<NodeEntitiesArgs, 'first'>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reportedStats?: Resolver<Maybe<ResolversTypes['ReportedStatsConnection']>, ParentType, ContextType, RequireFields<NodeReportedStatsArgs, 'first' | 'of' | 'resolution'>>;
  resourceUsage?: Resolver<Maybe<ResolversTypes['ResourceUsageConnection']>, ParentType, ContextType, RequireFields<NodeResourceUsageArgs, 'first' | 'resolution'>>;
  stats?: Resolver<Maybe<ResolversTypes['NodeStats']>, ParentType, ContextType>;
  statsHistory?: Resolver<Maybe<ResolversTypes['NodeStatsConnection']>, ParentType, ContextType, RequireFields<NodeStatsHistoryArgs, 'first' | 'resolution'>>;
};

export type NodeStatsResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['NodeStats'] = ResolversParentTypes['NodeStats']> = {
  agents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cpuPercent?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  linkLatencyMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  memoryMb?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  messagesPerSecond?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType>;
  uptimeSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type NodeStatsConnectionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['NodeStatsConnection'] = ResolversParentTypes['NodeStatsConnection']> = {
  edges?: Resolver<Array<Maybe<ResolversTypes['NodeStatsEdge']>>, ParentType, ContextType>;
  nodes?: Resolver<Array<Maybe<ResolversTypes['NodeStats']>>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type NodeStatsEdgeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['NodeStatsEdge'] = ResolversParentTypes['NodeStatsEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['NodeStats'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  agents?: Resolver<Maybe<ResolversTypes['AgentConnection']>, ParentType, ContextType, RequireFields<QueryAgentsArgs, 'first'>>;
  brokenFiles?: Resolver<Maybe<Array<Maybe<ResolversTypes['BrokenFile']>>>, ParentType, ContextType, Partial<QueryBrokenFilesArgs>>;
  entities?: Resolver<Maybe<ResolversTypes['EntityConnection']>, ParentType, ContextType, RequireFields<QueryEntitiesArgs, 'first'>>;
  entity?: Resolver<Maybe<ResolversTypes['Entity']>, ParentType, ContextType, RequireFields<QueryEntityArgs, 'id'>>;
  exportAgent?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType, RequireFields<QueryExportAgentArgs, 'id'>>;
  moderations?: Resolver<Maybe<ResolversTypes['ModerationConnection']>, ParentType, ContextType, RequireFields<QueryModerationsArgs, 'first'>>;
  presence?: Resolver<Maybe<Array<Maybe<ResolversTypes['Agent']>>>, ParentType, ContextType, RequireFields<QueryPresenceArgs, 'location'>>;
  totals?: Resolver<Maybe<ResolversTypes['Totals']>, ParentType, ContextType, Partial<QueryTotalsArgs>>;
};

export type ReportedStatsResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['ReportedStats'] = ResolversParentTypes['ReportedStats']> = {
  agents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cpuPercent?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  linkLatencyMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  memoryMb?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  messagesPerSecond?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  of?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  uptimeSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type ReportedStatsConnectionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['ReportedStatsConnection'] = ResolversParentTypes['ReportedStatsConnection']> = {
  edges?: Resolver<Array<Maybe<ResolversTypes['ReportedStatsEdge']>>, ParentType, ContextType>;
  nodes?: Resolver<Array<Maybe<ResolversTypes['ReportedStats']>>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ReportedStatsEdgeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['ReportedStatsEdge'] = ResolversParentTypes['ReportedStatsEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ReportedStats'], ParentType, ContextType>;
};

export type ResourceUsageResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['ResourceUsage'] = ResolversParentTypes['ResourceUsage']> = {
  cpuPercent?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  diskRead?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  diskWrite?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  memoryUsage?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  networkReceived?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  networkSent?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  processPid?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  timestamp?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  username?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ResourceUsageConnectionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['ResourceUsageConnection'] = ResolversParentTypes['ResourceUsageConnection']> = {
  edges?: Resolver<Array<Maybe<ResolversTypes['ResourceUsageEdge']>>, ParentType, ContextType>;
  nodes?: Resolver<Array<Maybe<ResolversTypes['ResourceUsage']>>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ResourceUsageEdgeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['ResourceUsageEdge'] = ResolversParentTypes['ResourceUsageEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ResourceUsage'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  agentLog?: SubscriptionResolver<Maybe<ResolversTypes['LogEvent']>, "agentLog", ParentType, ContextType, RequireFields<SubscriptionAgentLogArgs, 'agent'>>;
  happenings?: SubscriptionResolver<Maybe<ResolversTypes['HappeningEvent']>, "happenings", ParentType, ContextType, RequireFields<SubscriptionHappeningsArgs, 'location'>>;
  nodeStats?: SubscriptionResolver<Maybe<ResolversTypes['NodeStats']>, "nodeStats", ParentType, ContextType, RequireFields<SubscriptionNodeStatsArgs, 'intervalMs'>>;
};

export type TotalsResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Totals'] = ResolversParentTypes['Totals']> = {
  agents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  entities?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  memoryMb?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  messagesPerSecond?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  nodes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  runningAgents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UserResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  username?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = ShapeContext> = {
  Agent?: AgentResolvers<ContextType>;
  AgentConnection?: AgentConnectionResolvers<ContextType>;
  AgentEdge?: AgentEdgeResolvers<ContextType>;
  AgentRun?: AgentRunResolvers<ContextType>;
  AgentUsage?: AgentUsageResolvers<ContextType>;
  AgentUsageConnection?: AgentUsageConnectionResolvers<ContextType>;
  AgentUsageEdge?: AgentUsageEdgeResolvers<ContextType>;
  BrokenFile?: BrokenFileResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Entity?: EntityResolvers<ContextType>;
  EntityConnection?: EntityConnectionResolvers<ContextType>;
  EntityEdge?: EntityEdgeResolvers<ContextType>;
  HappeningEvent?: HappeningEventResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  LogEvent?: LogEventResolvers<ContextType>;
  Moderation?: ModerationResolvers<ContextType>;
  ModerationConnection?: ModerationConnectionResolvers<ContextType>;
  ModerationEdge?: ModerationEdgeResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  NodeStats?: NodeStatsResolvers<ContextType>;
  NodeStatsConnection?: NodeStatsConnectionResolvers<ContextType>;
  NodeStatsEdge?: NodeStatsEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  ReportedStats?: ReportedStatsResolvers<ContextType>;
  ReportedStatsConnection?: ReportedStatsConnectionResolvers<ContextType>;
  ReportedStatsEdge?: ReportedStatsEdgeResolvers<ContextType>;
  ResourceUsage?: ResourceUsageResolvers<ContextType>;
  ResourceUsageConnection?: ResourceUsageConnectionResolvers<ContextType>;
  ResourceUsageEdge?: ResourceUsageEdgeResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Totals?: TotalsResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = ShapeContext> = {
  access?: AccessDirectiveResolver<any, any, ContextType>;
  feed?: FeedDirectiveResolver<any, any, ContextType>;
  latest?: LatestDirectiveResolver<any, any, ContextType>;
  route?: RouteDirectiveResolver<any, any, ContextType>;
  scatter?: ScatterDirectiveResolver<any, any, ContextType>;
  shard?: ShardDirectiveResolver<any, any, ContextType>;
};
