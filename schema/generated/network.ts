import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { SettledAgent } from '../../subgraphs/registry/agent-directory.ts';
import type { MoveRow, NodeRow } from '../../subgraphs/registry/database.ts';
import type { ShapeContext } from '../../subgraphs/serve/shape-context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  DateTime: { input: string; output: string; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** An agent's home and how often it has moved. */
export type AgentHome = {
  __typename?: 'AgentHome';
  agent: Scalars['ID']['output'];
  epoch: Scalars['Int']['output'];
  node: Scalars['ID']['output'];
};

export type Checkpoint = {
  __typename?: 'Checkpoint';
  /** Of this part. Opaque to the initial node; ASCII. */
  data: Scalars['String']['output'];
  /** At which it was taken. */
  epoch: Scalars['Int']['output'];
  /** How many there are. */
  parts: Scalars['Int']['output'];
  takenAt: Scalars['DateTime']['output'];
};

export type CheckpointInput = {
  agent: Scalars['ID']['input'];
  data: Scalars['String']['input'];
  epoch: Scalars['Int']['input'];
  part?: Scalars['Int']['input'];
  parts?: Scalars['Int']['input'];
};

/** How far a move is. */
export type MoveStep =
  /** The target has that, and will take the agent. Another copy may follow. */
  | 'ACCEPTED'
  | 'BEGUN'
  /** The source has written down most of the agent, or what is new since then, which goes on meanwhile. */
  | 'COPIED'
  /** The source has stopped the agent and written down the rest. */
  | 'FROZEN';

export type Mutation = {
  __typename?: 'Mutation';
  /** By either side, while it is MOVING: the agent stays where it is. Later it changes nothing. */
  abortMove: NodeMove;
  /**
   * An agent of this node is to live on that one. The id of the move is made by whoever asks, who may ask again. MOVED when the agent does not live here,
   * AGENT_MOVING when it is moving already, NODE_UNKNOWN, FORBIDDEN for a node that hosts nothing.
   */
  beginMove: NodeMove;
  /**
   * Takes the id for an agent about to be stored on this node. `viewer`: the token by which this node was told that the agent's owner asks for it, without
   * which nobody's name can be used; FORBIDDEN. AGENT_TAKEN when it lives elsewhere; claiming it again from the same node is fine, and needs no token.
   */
  claimAgent: AgentHome;
  /** By the target, which has all of it on its disk: from now on the agent lives there. A move that has been given up stays so. */
  commitMove: NodeMove;
  /** By the target: it has the agent, and may run it. Only now it may move again. */
  confirmMove: NodeMove;
  /** A proper goodbye: nobody waits for this node's rows until it registers again. */
  goodbye: Scalars['Boolean']['output'];
  /**
   * What this agent of this node could be made anew from, should the node be lost, part by part; the last one puts it in the place of what was kept before. A
   * first part begins anew. CONFLICT when those before it are not there. STALE_EPOCH when it lives here at another epoch, or not at all.
   */
  keepCheckpoint: Scalars['Boolean']['output'];
  /** Leaves the network for good: its keys are of no use any more, the ids of its agents are free, its name is after a month. */
  leave: Scalars['Boolean']['output'];
  /**
   * A sign of life, without which the move is given up; with a step, that it has been reached: of COPIED and FROZEN with the SHA-256 of the file, of COPIED
   * and ACCEPTED with the number of the copy. What has been reached before is fine. Answers the move as it is now: it may be over.
   */
  moveProgress: NodeMove;
  /** Something to sign, good for one statement. */
  nodeChallenge: NodeChallenge;
  /** This node has a tunnel open at that proxy and is reached through it; null when it is not any more. */
  reachedThrough: RegisteredNode;
  /** A signed statement of who this node is; the same key again is the same node. */
  registerNode: RegisteredNode;
  /** Gives the id back (an agent deleted, or never stored); true when this node had it. */
  releaseAgent: Scalars['Boolean']['output'];
  /** Another key for this node. Both are good for a day, then only the new one. */
  rotateKey: RegisteredNode;
};


export type MutationAbortMoveArgs = {
  id: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


export type MutationBeginMoveArgs = {
  agent: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
  to: Scalars['ID']['input'];
};


export type MutationClaimAgentArgs = {
  id: Scalars['ID']['input'];
  viewer?: InputMaybe<Scalars['String']['input']>;
};


export type MutationCommitMoveArgs = {
  id: Scalars['ID']['input'];
};


export type MutationConfirmMoveArgs = {
  id: Scalars['ID']['input'];
};


export type MutationKeepCheckpointArgs = {
  checkpoint: CheckpointInput;
};


export type MutationMoveProgressArgs = {
  copy?: Scalars['Int']['input'];
  id: Scalars['ID']['input'];
  sha256?: InputMaybe<Scalars['String']['input']>;
  step?: InputMaybe<MoveStep>;
};


export type MutationReachedThroughArgs = {
  proxy?: InputMaybe<Scalars['ID']['input']>;
};


export type MutationRegisterNodeArgs = {
  input: RegisterNodeInput;
};


export type MutationReleaseAgentArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRotateKeyArgs = {
  input: RotateKeyInput;
};

export type NetworkChange = {
  __typename?: 'NetworkChange';
  agent?: Maybe<Scalars['ID']['output']>;
  node?: Maybe<Scalars['ID']['output']>;
};

export type NodeChallenge = {
  __typename?: 'NodeChallenge';
  expiresAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  nonce: Scalars['String']['output'];
  /** The network's own name for itself, part of what is signed. */
  origin: Scalars['String']['output'];
};

export type NodeKind =
  | 'INITIAL'
  | 'LOCAL'
  | 'PROXY'
  | 'TRUSTED';

/** How an agent gets to another node. The one truth about where it lives is what stands here. */
export type NodeMove = {
  __typename?: 'NodeMove';
  agent: Scalars['ID']['output'];
  /** Copies that the source has written down: each after the first has what is new since the one before. */
  copies: Scalars['Int']['output'];
  /** Of the files, of the last copy, as far as there are any, in hex. */
  copySha256?: Maybe<Scalars['String']['output']>;
  /** The agent's at its source; one more at its target. */
  epoch: Scalars['Int']['output'];
  id: Scalars['ID']['output'];
  /** The source is not asked: the target makes the agent anew from its checkpoint. */
  isTakeover: Scalars['Boolean']['output'];
  /** Why it was given up. */
  reason?: Maybe<Scalars['String']['output']>;
  restSha256?: Maybe<Scalars['String']['output']>;
  source: Scalars['ID']['output'];
  /** The node at which the files are handed over: of the other two, whoever is not that node is the client. */
  spool: Scalars['ID']['output'];
  state: NodeMoveState;
  step: MoveStep;
  target: Scalars['ID']['output'];
};

export type NodeMoveState =
  | 'ABORTED'
  /** The agent lives at its target, which has not said yet that it has it. */
  | 'COMMITTED'
  | 'DONE'
  /** Its target had it and was lost with it: the agent has been taken over. */
  | 'LOST'
  /** The agent lives at its source. */
  | 'MOVING';

/** A node that may be talked to directly. */
export type Peer = {
  __typename?: 'Peer';
  address: Scalars['String']['output'];
  /** Of every key that it may come with now. */
  fingerprints: Array<Scalars['String']['output']>;
  id: Scalars['ID']['output'];
  kind: NodeKind;
  /** Null for one behind a tunnel. */
  port?: Maybe<Scalars['Int']['output']>;
};

export type Query = {
  __typename?: 'Query';
  /** Where these agents live; ids that nobody has claimed are missing from the answer. */
  agentHomes: Array<AgentHome>;
  /** Agents that live on this node, in the order of their ids: a page of those beyond `after`. What a node asks before it runs anything. */
  agentsHere: Array<AgentHome>;
  /** What was last sent of an agent that is to be made anew here after a takeover, a part of it. */
  checkpoint?: Maybe<Checkpoint>;
  /** What has become of a move from or to this node; null for one that is none of its business. Never changes once the move is over. */
  move?: Maybe<NodeMove>;
  /** Members of the network, by id or by the fingerprint of one of their keys; others are missing from the answer. */
  peers: Array<Peer>;
  /** This node as the registry knows it. */
  self: RegisteredNode;
};


export type QueryAgentHomesArgs = {
  ids: Array<Scalars['ID']['input']>;
};


export type QueryAgentsHereArgs = {
  after?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryCheckpointArgs = {
  agent: Scalars['ID']['input'];
  part?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryMoveArgs = {
  id: Scalars['ID']['input'];
};


export type QueryPeersArgs = {
  fingerprints?: InputMaybe<Array<Scalars['String']['input']>>;
  ids?: InputMaybe<Array<Scalars['ID']['input']>>;
};

/**
 * An SSH signature (armored, as `ssh-keygen -Y sign` makes it) with the key of the link, for the namespace `node-register@<origin>`, of these lines:
 * codecraft-node-register-v1, origin, challenge id, nonce, name, kind, address, port; each ends in a line feed, and is empty where absent.
 */
export type RegisterNodeInput = {
  /** Where the initial node reaches this one; the address defaults to the one that the connection comes from. */
  address?: InputMaybe<Scalars['String']['input']>;
  challenge: Scalars['ID']['input'];
  /** Single use, from createJoinToken; without one the node waits for an admin (on loopback the initial node may approve at once). */
  joinToken?: InputMaybe<Scalars['String']['input']>;
  kind: NodeKind;
  name: Scalars['String']['input'];
  owner?: InputMaybe<Scalars['String']['input']>;
  /** Absent for a node that is reached through a tunnel. */
  port?: InputMaybe<Scalars['Int']['input']>;
  signature: Scalars['String']['input'];
};

export type RegisteredNode = {
  __typename?: 'RegisteredNode';
  approved: Scalars['Boolean']['output'];
  /** Of its newest key, by which an admin knows whom to approve. */
  fingerprint: Scalars['String']['output'];
  /** Given when the node is approved, for life; null while it is PENDING. */
  id?: Maybe<Scalars['ID']['output']>;
  /** The initial node, as a proxy: nodes that cannot be reached open their tunnel there unless they are told of another. */
  initial: Scalars['ID']['output'];
  kind: NodeKind;
  name: Scalars['String']['output'];
  revoked: Scalars['Boolean']['output'];
};

/**
 * Signatures by the old key (that of the link) and by the new one, for the namespace `node-rotate@<origin>`, of these lines: codecraft-node-rotate-v1,
 * origin, challenge id, nonce, the node's id, the old public key, the new public key, each as in an authorized_keys file without comment.
 */
export type RotateKeyInput = {
  challenge: Scalars['ID']['input'];
  publicKey: Scalars['String']['input'];
  signatureByNew: Scalars['String']['input'];
  signatureByOld: Scalars['String']['input'];
};

export type Subscription = {
  __typename?: 'Subscription';
  /** What has changed since this began, for whoever remembers answers of `peers` and `agentHomes`: forget them and ask again. The first event, with neither, says that it has begun. */
  changes: NetworkChange;
  /** The usernames of all whom an admin has disabled, now and at every change: nothing of theirs may run. */
  disabledPeople: Array<Scalars['String']['output']>;
  /** Moves of which this node is the source, the target or the spool: those that are not over, then each at every change. */
  moves: NodeMove;
  /** The usernames of all whom an admin has muted, now and at every change: neither they nor their agents may write or say anything. */
  mutedPeople: Array<Scalars['String']['output']>;
  /** This node's own state, now and at every change: approved, revoked. */
  selfChanges: RegisteredNode;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


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





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AgentHome: ResolverTypeWrapper<SettledAgent>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Checkpoint: ResolverTypeWrapper<Checkpoint>;
  CheckpointInput: CheckpointInput;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  MoveStep: MoveStep;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  NetworkChange: ResolverTypeWrapper<NetworkChange>;
  NodeChallenge: ResolverTypeWrapper<NodeChallenge>;
  NodeKind: NodeKind;
  NodeMove: ResolverTypeWrapper<MoveRow>;
  NodeMoveState: NodeMoveState;
  Peer: ResolverTypeWrapper<Peer>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RegisterNodeInput: RegisterNodeInput;
  RegisteredNode: ResolverTypeWrapper<NodeRow>;
  RotateKeyInput: RotateKeyInput;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AgentHome: SettledAgent;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  Checkpoint: Checkpoint;
  CheckpointInput: CheckpointInput;
  DateTime: Scalars['DateTime']['output'];
  Mutation: Record<PropertyKey, never>;
  Boolean: Scalars['Boolean']['output'];
  NetworkChange: NetworkChange;
  NodeChallenge: NodeChallenge;
  NodeMove: MoveRow;
  Peer: Peer;
  Query: Record<PropertyKey, never>;
  RegisterNodeInput: RegisterNodeInput;
  RegisteredNode: NodeRow;
  RotateKeyInput: RotateKeyInput;
  Subscription: Record<PropertyKey, never>;
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

export type AgentHomeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['AgentHome'] = ResolversParentTypes['AgentHome']> = {
  agent?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  epoch?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type CheckpointResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Checkpoint'] = ResolversParentTypes['Checkpoint']> = {
  data?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  epoch?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  parts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  takenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type MutationResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  abortMove?: Resolver<ResolversTypes['NodeMove'], ParentType, ContextType, RequireFields<MutationAbortMoveArgs, 'id' | 'reason'>>;
  beginMove?: Resolver<ResolversTypes['NodeMove'], ParentType, ContextType, RequireFields<MutationBeginMoveArgs, 'agent' | 'id' | 'to'>>;
  claimAgent?: Resolver<ResolversTypes['AgentHome'], ParentType, ContextType, RequireFields<MutationClaimAgentArgs, 'id'>>;
  commitMove?: Resolver<ResolversTypes['NodeMove'], ParentType, ContextType, RequireFields<MutationCommitMoveArgs, 'id'>>;
  confirmMove?: Resolver<ResolversTypes['NodeMove'], ParentType, ContextType, RequireFields<MutationConfirmMoveArgs, 'id'>>;
  goodbye?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  keepCheckpoint?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationKeepCheckpointArgs, 'checkpoint'>>;
  leave?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  moveProgress?: Resolver<ResolversTypes['NodeMove'], ParentType, ContextType, RequireFields<MutationMoveProgressArgs, 'copy' | 'id'>>;
  nodeChallenge?: Resolver<ResolversTypes['NodeChallenge'], ParentType, ContextType>;
  reachedThrough?: Resolver<ResolversTypes['RegisteredNode'], ParentType, ContextType, Partial<MutationReachedThroughArgs>>;
  registerNode?: Resolver<ResolversTypes['RegisteredNode'], ParentType, ContextType, RequireFields<MutationRegisterNodeArgs, 'input'>>;
  releaseAgent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationReleaseAgentArgs, 'id'>>;
  rotateKey?: Resolver<ResolversTypes['RegisteredNode'], ParentType, ContextType, RequireFields<MutationRotateKeyArgs, 'input'>>;
};

export type NetworkChangeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['NetworkChange'] = ResolversParentTypes['NetworkChange']> = {
  agent?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type NodeChallengeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['NodeChallenge'] = ResolversParentTypes['NodeChallenge']> = {
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  nonce?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  origin?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type NodeMoveResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['NodeMove'] = ResolversParentTypes['NodeMove']> = {
  agent?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  copies?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  copySha256?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  epoch?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isTakeover?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  restSha256?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  source?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  spool?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['NodeMoveState'], ParentType, ContextType>;
  step?: Resolver<ResolversTypes['MoveStep'], ParentType, ContextType>;
  target?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type PeerResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Peer'] = ResolversParentTypes['Peer']> = {
  address?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  fingerprints?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['NodeKind'], ParentType, ContextType>;
  port?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  agentHomes?: Resolver<Array<ResolversTypes['AgentHome']>, ParentType, ContextType, RequireFields<QueryAgentHomesArgs, 'ids'>>;
  agentsHere?: Resolver<Array<ResolversTypes['AgentHome']>, ParentType, ContextType, Partial<QueryAgentsHereArgs>>;
  checkpoint?: Resolver<Maybe<ResolversTypes['Checkpoint']>, ParentType, ContextType, RequireFields<QueryCheckpointArgs, 'agent' | 'part'>>;
  move?: Resolver<Maybe<ResolversTypes['NodeMove']>, ParentType, ContextType, RequireFields<QueryMoveArgs, 'id'>>;
  peers?: Resolver<Array<ResolversTypes['Peer']>, ParentType, ContextType, Partial<QueryPeersArgs>>;
  self?: Resolver<ResolversTypes['RegisteredNode'], ParentType, ContextType>;
};

export type RegisteredNodeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['RegisteredNode'] = ResolversParentTypes['RegisteredNode']> = {
  approved?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  fingerprint?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  initial?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['NodeKind'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  revoked?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  changes?: SubscriptionResolver<ResolversTypes['NetworkChange'], "changes", ParentType, ContextType>;
  disabledPeople?: SubscriptionResolver<Array<ResolversTypes['String']>, "disabledPeople", ParentType, ContextType>;
  moves?: SubscriptionResolver<ResolversTypes['NodeMove'], "moves", ParentType, ContextType>;
  mutedPeople?: SubscriptionResolver<Array<ResolversTypes['String']>, "mutedPeople", ParentType, ContextType>;
  selfChanges?: SubscriptionResolver<ResolversTypes['RegisteredNode'], "selfChanges", ParentType, ContextType>;
};

export type Resolvers<ContextType = ShapeContext> = {
  AgentHome?: AgentHomeResolvers<ContextType>;
  Checkpoint?: CheckpointResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Mutation?: MutationResolvers<ContextType>;
  NetworkChange?: NetworkChangeResolvers<ContextType>;
  NodeChallenge?: NodeChallengeResolvers<ContextType>;
  NodeMove?: NodeMoveResolvers<ContextType>;
  Peer?: PeerResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RegisteredNode?: RegisteredNodeResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = ShapeContext> = {
  access?: AccessDirectiveResolver<any, any, ContextType>;
  feed?: FeedDirectiveResolver<any, any, ContextType>;
  latest?: LatestDirectiveResolver<any, any, ContextType>;
  route?: RouteDirectiveResolver<any, any, ContextType>;
  scatter?: ScatterDirectiveResolver<any, any, ContextType>;
  shard?: ShardDirectiveResolver<any, any, ContextType>;
};
