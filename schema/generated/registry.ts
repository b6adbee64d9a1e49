import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { SettledAgent } from '../../subgraphs/registry/agent-directory.ts';
import type { MoveRow, MoveEventRow, LibraryEntryRow, NodeRow, SessionRow, UserRow } from '../../subgraphs/registry/database.ts';
import type { LibraryPage, NodePage, UserPage } from '../../subgraphs/registry/mappers.ts';
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

/** Where an agent lives now; the rest of it is on that node. */
export type Agent = {
  __typename?: 'Agent';
  /** Rises by one at every move; what an earlier epoch sends is refused. */
  epoch?: Maybe<Scalars['Int']['output']>;
  id: Scalars['ID']['output'];
  /** The move that it is on; null when it is on none. */
  move?: Maybe<AgentMove>;
  node?: Maybe<Node>;
};

/** A move of an agent from one node to another. */
export type AgentMove = {
  __typename?: 'AgentMove';
  agent?: Maybe<Agent>;
  begunAt: Scalars['DateTime']['output'];
  /** Behind which `moves` tells of this move from its beginning; null once that is too long ago. */
  cursor?: Maybe<Scalars['String']['output']>;
  endedAt?: Maybe<Scalars['DateTime']['output']>;
  from?: Maybe<Node>;
  id: Scalars['ID']['output'];
  /** Why it was given up. */
  reason?: Maybe<Scalars['String']['output']>;
  state: AgentMoveState;
  to?: Maybe<Node>;
};

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

export type EntityType =
  | 'AVATAR'
  | 'ITEM'
  | 'LOCATION'
  | 'NPC';

export type JoinToken = {
  __typename?: 'JoinToken';
  expiresAt: Scalars['DateTime']['output'];
  token: Scalars['String']['output'];
};

export type LibraryConnection = {
  __typename?: 'LibraryConnection';
  edges: Array<LibraryEdge>;
  nodes: Array<LibraryEntry>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type LibraryEdge = {
  __typename?: 'LibraryEdge';
  cursor: Scalars['String']['output'];
  node: LibraryEntry;
};

export type LibraryEntry = {
  __typename?: 'LibraryEntry';
  data: Scalars['JSON']['output'];
  name: Scalars['String']['output'];
  publishedAt: Scalars['DateTime']['output'];
  publishedBy?: Maybe<User>;
  type: EntityType;
  version: Scalars['Int']['output'];
};

/** A move of an agent has come to another state. */
export type MoveEvent = {
  __typename?: 'MoveEvent';
  at: Scalars['DateTime']['output'];
  cursor: Scalars['String']['output'];
  /** As it is now. */
  move?: Maybe<AgentMove>;
  /** Why it was given up. */
  reason?: Maybe<Scalars['String']['output']>;
  state: AgentMoveState;
};

export type Mutation = {
  __typename?: 'Mutation';
  /** Takes in the node with this key, as `ssh-keygen -l` prints it (SHA256:…): ask whoever runs it what it is. */
  approveNode?: Maybe<Node>;
  /** Ends all of your sessions but the one with which this is sent. */
  changePassword?: Maybe<Scalars['Boolean']['output']>;
  /** A single-use token with which a node registers without waiting for an admin. It begins with the initial node's fingerprint, so that the node knows whom to trust. */
  createJoinToken?: Maybe<JoinToken>;
  /** Ends the person's sessions and stops their agents, until they are enabled. FORBIDDEN for the last admin. */
  disableUser?: Maybe<User>;
  /** They may sign in again; agents stay stopped until somebody starts them. */
  enableUser?: Maybe<User>;
  /** Ends a session of yours. */
  endSession?: Maybe<Session>;
  /** Neither they nor their agents write to anybody or say anything, until they are unmuted. The reason is kept, and shown to them. */
  muteUser?: Maybe<User>;
  /** Copies an entity of yours, as it is now, into the library under a name; publishing again makes a new version. */
  publishToLibrary?: Maybe<LibraryEntry>;
  /**
   * For a node that is lost: its agent begins again on that one, with what was last kept of it at the initial node. Should the lost node come back, what it
   * still wants to do is refused. NOT_FOUND when nothing was kept.
   */
  recoverAgent?: Maybe<RecoveredAgent>;
  revokeNode?: Maybe<Node>;
  /** FORBIDDEN when it would leave the network without an admin. */
  setRole?: Maybe<User>;
  /** USER_DISABLED, with the reason, only after the right password. */
  signIn?: Maybe<NewSession>;
  /** Ends the session with which this is sent. */
  signOut?: Maybe<Scalars['Boolean']['output']>;
  signUp?: Maybe<NewSession>;
  unmuteUser?: Maybe<User>;
};


export type MutationApproveNodeArgs = {
  fingerprint: Scalars['String']['input'];
};


export type MutationChangePasswordArgs = {
  current: Scalars['String']['input'];
  new: Scalars['String']['input'];
};


export type MutationCreateJoinTokenArgs = {
  expiresInSeconds?: InputMaybe<Scalars['Int']['input']>;
  kind: NodeKind;
};


export type MutationDisableUserArgs = {
  reason?: InputMaybe<Scalars['String']['input']>;
  username: Scalars['String']['input'];
};


export type MutationEnableUserArgs = {
  username: Scalars['String']['input'];
};


export type MutationEndSessionArgs = {
  id: Scalars['ID']['input'];
};


export type MutationMuteUserArgs = {
  reason?: InputMaybe<Scalars['String']['input']>;
  username: Scalars['String']['input'];
};


export type MutationPublishToLibraryArgs = {
  entity: Scalars['ID']['input'];
  name: Scalars['String']['input'];
};


export type MutationRecoverAgentArgs = {
  id: Scalars['ID']['input'];
  to: Scalars['ID']['input'];
};


export type MutationRevokeNodeArgs = {
  id: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
};


export type MutationSetRoleArgs = {
  role: Role;
  username: Scalars['String']['input'];
};


export type MutationSignInArgs = {
  password: Scalars['String']['input'];
  username: Scalars['String']['input'];
};


export type MutationSignUpArgs = {
  input: SignUpInput;
};


export type MutationUnmuteUserArgs = {
  username: Scalars['String']['input'];
};

/** Send the token as `Authorization: Bearer …`, or as `authorization` in a WebSocket's connection_init payload. */
export type NewSession = {
  __typename?: 'NewSession';
  expiresAt: Scalars['DateTime']['output'];
  session: Session;
  token: Scalars['String']['output'];
  user: User;
};

export type Node = {
  __typename?: 'Node';
  /** Null, as the port, for a node that is reached through a tunnel. */
  address?: Maybe<Scalars['String']['output']>;
  /** SHA256:… of that key, as ssh-keygen -l prints it. */
  fingerprint?: Maybe<Scalars['String']['output']>;
  /** Given at approval, for life. A PENDING node has something in its place that an approval changes. */
  id: Scalars['ID']['output'];
  kind?: Maybe<NodeKind>;
  lastSeen?: Maybe<Scalars['DateTime']['output']>;
  name?: Maybe<Scalars['String']['output']>;
  owner?: Maybe<User>;
  port?: Maybe<Scalars['Int']['output']>;
  /** The node through which this one is reached. */
  proxy?: Maybe<Node>;
  /** The node's ed25519 SSH key, as in an authorized_keys file. */
  publicKey?: Maybe<Scalars['String']['output']>;
  status?: Maybe<NodeStatus>;
};

export type NodeChange = {
  __typename?: 'NodeChange';
  at: Scalars['DateTime']['output'];
  kind: NodeChangeKind;
  node: Node;
};

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

export type NodeConnection = {
  __typename?: 'NodeConnection';
  edges: Array<NodeEdge>;
  nodes: Array<Node>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type NodeEdge = {
  __typename?: 'NodeEdge';
  cursor: Scalars['String']['output'];
  node: Node;
};

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

export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
};

export type Query = {
  __typename?: 'Query';
  /** Where an agent lives; null when nobody has claimed that id. */
  agent?: Maybe<Agent>;
  /** Entities that people have published for all to use, newest version of each. */
  library: LibraryConnection;
  /** Who you are, by the session you sent; null when you are a stranger. */
  me?: Maybe<User>;
  node?: Maybe<Node>;
  nodes: NodeConnection;
  /** Your sessions that have not ended, the newest first. There are at most 50. */
  sessions?: Maybe<Array<Session>>;
  user?: Maybe<User>;
  users?: Maybe<UserConnection>;
};


export type QueryAgentArgs = {
  id: Scalars['ID']['input'];
};


export type QueryLibraryArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  type?: InputMaybe<EntityType>;
};


export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


export type QueryNodesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  kind?: InputMaybe<NodeKind>;
  status?: InputMaybe<NodeStatus>;
};


export type QueryUserArgs = {
  username: Scalars['String']['input'];
};


export type QueryUsersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type RecoveredAgent = {
  __typename?: 'RecoveredAgent';
  agent: Agent;
  /** When what it begins with again was taken. */
  checkpointAt: Scalars['DateTime']['output'];
  /** What is declared lost. */
  lost: Scalars['String']['output'];
};

/** What a person may do; each role includes the ones before it. */
export type Role =
  | 'ADMIN'
  | 'DEVELOPER'
  | 'PLAYER';

/** A signing in, until signing out, its end by hand, another password, or its time. */
export type Session = {
  __typename?: 'Session';
  /** The program that opened it, as it calls itself. */
  client?: Maybe<Scalars['String']['output']>;
  createdAt: Scalars['DateTime']['output'];
  /** Whether this was asked with it. */
  current: Scalars['Boolean']['output'];
  expiresAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  /** When it was last used, to about five minutes. */
  lastSeen: Scalars['DateTime']['output'];
};

export type SignUpInput = {
  password: Scalars['String']['input'];
  username: Scalars['String']['input'];
};

export type Subscription = {
  __typename?: 'Subscription';
  /** How an agent's moves go on, each change of a state once: beyond a cursor, from `now` on, or all of the last thirty days. */
  moves?: Maybe<MoveEvent>;
  /** Nodes that register, are approved, go silent, come back or are revoked, as it happens. */
  nodeChanges?: Maybe<NodeChange>;
};


export type SubscriptionMovesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  agent: Scalars['ID']['input'];
};

export type User = {
  __typename?: 'User';
  createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** Whether an admin has disabled them. Only for themselves and admins. */
  disabled?: Maybe<Scalars['Boolean']['output']>;
  /** Why, as that admin put it. Only for themselves and admins. */
  disabledReason?: Maybe<Scalars['String']['output']>;
  /** Whether an admin has muted them. Only for themselves and admins. */
  muted?: Maybe<Scalars['Boolean']['output']>;
  /** Why, as that admin put it. Only for themselves and admins. */
  mutedReason?: Maybe<Scalars['String']['output']>;
  role?: Maybe<Role>;
  username: Scalars['String']['output'];
};

export type UserConnection = {
  __typename?: 'UserConnection';
  edges: Array<UserEdge>;
  nodes: Array<User>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type UserEdge = {
  __typename?: 'UserEdge';
  cursor: Scalars['String']['output'];
  node: User;
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
  AgentMove: AgentMove;
  Node: Node;
  User: User;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Agent:
    ( { __typename: 'Agent' }
    & GraphQLRecursivePick<FederationTypes['Agent'], {"id":true}> );
  AgentMove:
    ( { __typename: 'AgentMove' }
    & GraphQLRecursivePick<FederationTypes['AgentMove'], {"id":true}> );
  Node:
    ( { __typename: 'Node' }
    & GraphQLRecursivePick<FederationTypes['Node'], {"id":true}> );
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"username":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Agent: ResolverTypeWrapper<SettledAgent>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  AgentMove: ResolverTypeWrapper<MoveRow>;
  AgentMoveState: AgentMoveState;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  EntityType: EntityType;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  JoinToken: ResolverTypeWrapper<JoinToken>;
  LibraryConnection: ResolverTypeWrapper<LibraryPage>;
  LibraryEdge: ResolverTypeWrapper<Omit<LibraryEdge, 'node'> & { node: ResolversTypes['LibraryEntry'] }>;
  LibraryEntry: ResolverTypeWrapper<LibraryEntryRow>;
  MoveEvent: ResolverTypeWrapper<MoveEventRow>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  NewSession: ResolverTypeWrapper<Omit<NewSession, 'session' | 'user'> & { session: ResolversTypes['Session'], user: ResolversTypes['User'] }>;
  Node: ResolverTypeWrapper<NodeRow>;
  NodeChange: ResolverTypeWrapper<Omit<NodeChange, 'node'> & { node: ResolversTypes['Node'] }>;
  NodeChangeKind: NodeChangeKind;
  NodeConnection: ResolverTypeWrapper<NodePage>;
  NodeEdge: ResolverTypeWrapper<Omit<NodeEdge, 'node'> & { node: ResolversTypes['Node'] }>;
  NodeKind: NodeKind;
  NodeStatus: NodeStatus;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RecoveredAgent: ResolverTypeWrapper<Omit<RecoveredAgent, 'agent'> & { agent: ResolversTypes['Agent'] }>;
  Role: Role;
  Session: ResolverTypeWrapper<SessionRow>;
  SignUpInput: SignUpInput;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  User: ResolverTypeWrapper<UserRow>;
  UserConnection: ResolverTypeWrapper<UserPage>;
  UserEdge: ResolverTypeWrapper<Omit<UserEdge, 'node'> & { node: ResolversTypes['User'] }>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Agent: SettledAgent;
  Int: Scalars['Int']['output'];
  ID: Scalars['ID']['output'];
  AgentMove: MoveRow;
  DateTime: Scalars['DateTime']['output'];
  JSON: Scalars['JSON']['output'];
  JoinToken: JoinToken;
  LibraryConnection: LibraryPage;
  LibraryEdge: Omit<LibraryEdge, 'node'> & { node: ResolversParentTypes['LibraryEntry'] };
  LibraryEntry: LibraryEntryRow;
  MoveEvent: MoveEventRow;
  Mutation: Record<PropertyKey, never>;
  Boolean: Scalars['Boolean']['output'];
  NewSession: Omit<NewSession, 'session' | 'user'> & { session: ResolversParentTypes['Session'], user: ResolversParentTypes['User'] };
  Node: NodeRow;
  NodeChange: Omit<NodeChange, 'node'> & { node: ResolversParentTypes['Node'] };
  NodeConnection: NodePage;
  NodeEdge: Omit<NodeEdge, 'node'> & { node: ResolversParentTypes['Node'] };
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  RecoveredAgent: Omit<RecoveredAgent, 'agent'> & { agent: ResolversParentTypes['Agent'] };
  Session: SessionRow;
  SignUpInput: SignUpInput;
  Subscription: Record<PropertyKey, never>;
  User: UserRow;
  UserConnection: UserPage;
  UserEdge: Omit<UserEdge, 'node'> & { node: ResolversParentTypes['User'] };
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
  epoch?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  move?: Resolver<Maybe<ResolversTypes['AgentMove']>, ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType>;
};

export type AgentMoveResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['AgentMove'] = ResolversParentTypes['AgentMove'], FederationReferenceType extends FederationReferenceTypes['AgentMove'] = FederationReferenceTypes['AgentMove']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['AgentMove']> | FederationReferenceType, FederationReferenceType, ContextType>;
  agent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  begunAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  from?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['AgentMoveState'], ParentType, ContextType>;
  to?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type JoinTokenResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['JoinToken'] = ResolversParentTypes['JoinToken']> = {
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  token?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type LibraryConnectionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['LibraryConnection'] = ResolversParentTypes['LibraryConnection']> = {
  edges?: Resolver<Array<ResolversTypes['LibraryEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['LibraryEntry']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type LibraryEdgeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['LibraryEdge'] = ResolversParentTypes['LibraryEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['LibraryEntry'], ParentType, ContextType>;
};

export type LibraryEntryResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['LibraryEntry'] = ResolversParentTypes['LibraryEntry']> = {
  data?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  publishedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  publishedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['EntityType'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type MoveEventResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['MoveEvent'] = ResolversParentTypes['MoveEvent']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  move?: Resolver<Maybe<ResolversTypes['AgentMove']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['AgentMoveState'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  approveNode?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<MutationApproveNodeArgs, 'fingerprint'>>;
  changePassword?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType, RequireFields<MutationChangePasswordArgs, 'current' | 'new'>>;
  createJoinToken?: Resolver<Maybe<ResolversTypes['JoinToken']>, ParentType, ContextType, RequireFields<MutationCreateJoinTokenArgs, 'expiresInSeconds' | 'kind'>>;
  disableUser?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<MutationDisableUserArgs, 'username'>>;
  enableUser?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<MutationEnableUserArgs, 'username'>>;
  endSession?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType, RequireFields<MutationEndSessionArgs, 'id'>>;
  muteUser?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<MutationMuteUserArgs, 'username'>>;
  publishToLibrary?: Resolver<Maybe<ResolversTypes['LibraryEntry']>, ParentType, ContextType, RequireFields<MutationPublishToLibraryArgs, 'entity' | 'name'>>;
  recoverAgent?: Resolver<Maybe<ResolversTypes['RecoveredAgent']>, ParentType, ContextType, RequireFields<MutationRecoverAgentArgs, 'id' | 'to'>>;
  revokeNode?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<MutationRevokeNodeArgs, 'id'>>;
  setRole?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<MutationSetRoleArgs, 'role' | 'username'>>;
  signIn?: Resolver<Maybe<ResolversTypes['NewSession']>, ParentType, ContextType, RequireFields<MutationSignInArgs, 'password' | 'username'>>;
  signOut?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  signUp?: Resolver<Maybe<ResolversTypes['NewSession']>, ParentType, ContextType, RequireFields<MutationSignUpArgs, 'input'>>;
  unmuteUser?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<MutationUnmuteUserArgs, 'username'>>;
};

export type NewSessionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['NewSession'] = ResolversParentTypes['NewSession']> = {
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
  token?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type NodeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node'], FederationReferenceType extends FederationReferenceTypes['Node'] = FederationReferenceTypes['Node']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Node']> | FederationReferenceType, FederationReferenceType, ContextType>;
  address?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  fingerprint?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<Maybe<ResolversTypes['NodeKind']>, ParentType, ContextType>;
  lastSeen?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  owner?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  port?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  proxy?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType>;
  publicKey?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<Maybe<ResolversTypes['NodeStatus']>, ParentType, ContextType>;
};

export type NodeChangeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['NodeChange'] = ResolversParentTypes['NodeChange']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['NodeChangeKind'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Node'], ParentType, ContextType>;
};

export type NodeConnectionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['NodeConnection'] = ResolversParentTypes['NodeConnection']> = {
  edges?: Resolver<Array<ResolversTypes['NodeEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Node']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type NodeEdgeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['NodeEdge'] = ResolversParentTypes['NodeEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Node'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  agent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType, RequireFields<QueryAgentArgs, 'id'>>;
  library?: Resolver<ResolversTypes['LibraryConnection'], ParentType, ContextType, RequireFields<QueryLibraryArgs, 'first'>>;
  me?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  nodes?: Resolver<ResolversTypes['NodeConnection'], ParentType, ContextType, RequireFields<QueryNodesArgs, 'first'>>;
  sessions?: Resolver<Maybe<Array<ResolversTypes['Session']>>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserArgs, 'username'>>;
  users?: Resolver<Maybe<ResolversTypes['UserConnection']>, ParentType, ContextType, RequireFields<QueryUsersArgs, 'first'>>;
};

export type RecoveredAgentResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['RecoveredAgent'] = ResolversParentTypes['RecoveredAgent']> = {
  agent?: Resolver<ResolversTypes['Agent'], ParentType, ContextType>;
  checkpointAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lost?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SessionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  client?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  current?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastSeen?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  moves?: SubscriptionResolver<Maybe<ResolversTypes['MoveEvent']>, "moves", ParentType, ContextType, RequireFields<SubscriptionMovesArgs, 'agent'>>;
  nodeChanges?: SubscriptionResolver<Maybe<ResolversTypes['NodeChange']>, "nodeChanges", ParentType, ContextType>;
};

export type UserResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  createdAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  disabled?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  disabledReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  muted?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  mutedReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['Role']>, ParentType, ContextType>;
  username?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type UserConnectionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['UserConnection'] = ResolversParentTypes['UserConnection']> = {
  edges?: Resolver<Array<ResolversTypes['UserEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['User']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UserEdgeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['UserEdge'] = ResolversParentTypes['UserEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type Resolvers<ContextType = ShapeContext> = {
  Agent?: AgentResolvers<ContextType>;
  AgentMove?: AgentMoveResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  JoinToken?: JoinTokenResolvers<ContextType>;
  LibraryConnection?: LibraryConnectionResolvers<ContextType>;
  LibraryEdge?: LibraryEdgeResolvers<ContextType>;
  LibraryEntry?: LibraryEntryResolvers<ContextType>;
  MoveEvent?: MoveEventResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  NewSession?: NewSessionResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  NodeChange?: NodeChangeResolvers<ContextType>;
  NodeConnection?: NodeConnectionResolvers<ContextType>;
  NodeEdge?: NodeEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RecoveredAgent?: RecoveredAgentResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = ShapeContext> = {
  access?: AccessDirectiveResolver<any, any, ContextType>;
  feed?: FeedDirectiveResolver<any, any, ContextType>;
  latest?: LatestDirectiveResolver<any, any, ContextType>;
  route?: RouteDirectiveResolver<any, any, ContextType>;
  scatter?: ScatterDirectiveResolver<any, any, ContextType>;
  shard?: ShardDirectiveResolver<any, any, ContextType>;
};
