import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { SettledAgent } from '../../subgraphs/registry/agent-directory.ts';
import type { NodeRow } from '../../subgraphs/registry/database.ts';
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
  _FieldSet: { input: unknown; output: unknown; }
};

/** An agent's home and how often it has moved. */
export type AgentHome = {
  __typename?: 'AgentHome';
  agent: Scalars['ID']['output'];
  epoch: Scalars['Int']['output'];
  node: Scalars['ID']['output'];
};

export type Mutation = {
  __typename?: 'Mutation';
  /** Takes the id for an agent about to be stored on this node. AGENT_TAKEN when it lives elsewhere; claiming it again from the same node is fine. */
  claimAgent: AgentHome;
  /** A proper goodbye: nobody waits for this node's rows until it registers again. */
  leave: Scalars['Boolean']['output'];
  registerNode: NodeSession;
  /** Gives the id back (an agent deleted, or never stored); true when this node had it. */
  releaseAgent: Scalars['Boolean']['output'];
};


export type MutationClaimAgentArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRegisterNodeArgs = {
  input: RegisterNodeInput;
};


export type MutationReleaseAgentArgs = {
  id: Scalars['ID']['input'];
};

export type NodeKind =
  | 'INITIAL'
  | 'LOCAL'
  | 'PROXY'
  | 'TRUSTED';

export type NodeSession = {
  __typename?: 'NodeSession';
  node: RegisteredNode;
  /** Shared by the two ends of the link, shown once: the node keeps it, the initial node proves itself with it when it dials. */
  secret: Scalars['String']['output'];
};

export type Query = {
  __typename?: 'Query';
  /** Where these agents live; ids that nobody has claimed are missing from the answer. */
  agentHomes: Array<AgentHome>;
  /** This node as the registry knows it. */
  self: RegisteredNode;
};


export type QueryAgentHomesArgs = {
  ids: Array<Scalars['ID']['input']>;
};

export type RegisterNodeInput = {
  /** Where the initial node reaches this one; the address defaults to the one that the connection comes from. */
  address?: InputMaybe<Scalars['String']['input']>;
  /** The id and the secret of an earlier registration, to come back as the same node. */
  id?: InputMaybe<Scalars['ID']['input']>;
  /** Single use, from createJoinToken; without one the node waits for an admin (on loopback the initial node may approve at once). */
  joinToken?: InputMaybe<Scalars['String']['input']>;
  kind: NodeKind;
  name: Scalars['String']['input'];
  owner?: InputMaybe<Scalars['String']['input']>;
  port: Scalars['Int']['input'];
  publicKey: Scalars['String']['input'];
  secret?: InputMaybe<Scalars['String']['input']>;
};

export type RegisteredNode = {
  __typename?: 'RegisteredNode';
  approved: Scalars['Boolean']['output'];
  id: Scalars['ID']['output'];
  kind: NodeKind;
  name: Scalars['String']['output'];
  revoked: Scalars['Boolean']['output'];
};

export type Subscription = {
  __typename?: 'Subscription';
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
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  NodeKind: NodeKind;
  NodeSession: ResolverTypeWrapper<Omit<NodeSession, 'node'> & { node: ResolversTypes['RegisteredNode'] }>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RegisterNodeInput: RegisterNodeInput;
  RegisteredNode: ResolverTypeWrapper<NodeRow>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AgentHome: SettledAgent;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  DateTime: Scalars['DateTime']['output'];
  Mutation: Record<PropertyKey, never>;
  Boolean: Scalars['Boolean']['output'];
  NodeSession: Omit<NodeSession, 'node'> & { node: ResolversParentTypes['RegisteredNode'] };
  Query: Record<PropertyKey, never>;
  RegisterNodeInput: RegisterNodeInput;
  RegisteredNode: NodeRow;
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

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type MutationResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  claimAgent?: Resolver<ResolversTypes['AgentHome'], ParentType, ContextType, RequireFields<MutationClaimAgentArgs, 'id'>>;
  leave?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  registerNode?: Resolver<ResolversTypes['NodeSession'], ParentType, ContextType, RequireFields<MutationRegisterNodeArgs, 'input'>>;
  releaseAgent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationReleaseAgentArgs, 'id'>>;
};

export type NodeSessionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['NodeSession'] = ResolversParentTypes['NodeSession']> = {
  node?: Resolver<ResolversTypes['RegisteredNode'], ParentType, ContextType>;
  secret?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  agentHomes?: Resolver<Array<ResolversTypes['AgentHome']>, ParentType, ContextType, RequireFields<QueryAgentHomesArgs, 'ids'>>;
  self?: Resolver<ResolversTypes['RegisteredNode'], ParentType, ContextType>;
};

export type RegisteredNodeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['RegisteredNode'] = ResolversParentTypes['RegisteredNode']> = {
  approved?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['NodeKind'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  revoked?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  selfChanges?: SubscriptionResolver<ResolversTypes['RegisteredNode'], "selfChanges", ParentType, ContextType>;
};

export type Resolvers<ContextType = ShapeContext> = {
  AgentHome?: AgentHomeResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Mutation?: MutationResolvers<ContextType>;
  NodeSession?: NodeSessionResolvers<ContextType>;
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
