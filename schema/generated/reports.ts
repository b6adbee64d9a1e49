import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
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

export type Mutation = {
  __typename?: 'Mutation';
  /**
   * Keeps these, the oldest first: averages of minutes, of this node. Answers from when on more are wanted: the latest that is kept, or null for none. Those that
   * are not later than that are kept already, so that the same report again is safe; an empty one asks. BAD_USER_INPUT for what cannot be, RATE_LIMITED,
   * QUOTA_EXCEEDED when enough other nodes send theirs here.
   */
  reportStats?: Maybe<Scalars['DateTime']['output']>;
};


export type MutationReportStatsArgs = {
  samples: Array<SampleInput>;
};

export type Query = {
  __typename?: 'Query';
  /** How many samples one report may have. */
  maxSamples: Scalars['Int']['output'];
};

/** As `NodeStats` of the graph. */
export type SampleInput = {
  agents: Scalars['Int']['input'];
  /** The beginning of the minute. */
  at: Scalars['DateTime']['input'];
  cpuPercent: Scalars['Float']['input'];
  linkLatencyMs?: InputMaybe<Scalars['Float']['input']>;
  memoryMb: Scalars['Float']['input'];
  messagesPerSecond: Scalars['Float']['input'];
  uptimeSeconds: Scalars['Float']['input'];
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
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  SampleInput: SampleInput;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  Mutation: Record<PropertyKey, never>;
  Query: Record<PropertyKey, never>;
  Int: Scalars['Int']['output'];
  SampleInput: SampleInput;
  Float: Scalars['Float']['output'];
  String: Scalars['String']['output'];
  Boolean: Scalars['Boolean']['output'];
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

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type MutationResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  reportStats?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType, RequireFields<MutationReportStatsArgs, 'samples'>>;
};

export type QueryResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  maxSamples?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type Resolvers<ContextType = ShapeContext> = {
  DateTime?: GraphQLScalarType;
  Mutation?: MutationResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = ShapeContext> = {
  access?: AccessDirectiveResolver<any, any, ContextType>;
  feed?: FeedDirectiveResolver<any, any, ContextType>;
  latest?: LatestDirectiveResolver<any, any, ContextType>;
  route?: RouteDirectiveResolver<any, any, ContextType>;
  scatter?: ScatterDirectiveResolver<any, any, ContextType>;
  shard?: ShardDirectiveResolver<any, any, ContextType>;
};
