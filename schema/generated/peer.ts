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
  /**
   * From 1 to 50 deliveries, in order, as JSON: a list of the `Delivery` of subgraphs/traffic/delivery.ts. One value and not input objects, since ten thousand
   * messages in a second come this way, and graphql-js looks at each field by itself.
   */
  Deliveries: { input: unknown; output: unknown; }
  /** An outcome for each delivery in turn, as JSON: a list of the `DeliveryOutcome` of subgraphs/traffic/delivery.ts. */
  DeliveryOutcomes: { input: unknown; output: unknown; }
  _FieldSet: { input: unknown; output: unknown; }
};

export type Mutation = {
  __typename?: 'Mutation';
  /**
   * To the home of the recipients: stores each, in order, and answers when they are on its disk. A node may bring what its own agents send; the initial node
   * may bring everything. BAD_USER_INPUT for what is no batch: nothing of it is stored.
   */
  deliver: Scalars['DeliveryOutcomes']['output'];
  /** To the initial node, which passes them on at once or keeps them for homes that cannot be reached; else as `deliver`. */
  handOver: Scalars['DeliveryOutcomes']['output'];
};


export type MutationDeliverArgs = {
  batch: Scalars['Deliveries']['input'];
};


export type MutationHandOverArgs = {
  batch: Scalars['Deliveries']['input'];
};

export type Query = {
  __typename?: 'Query';
  /** For how many messages one batch has room. */
  maxDeliveries: Scalars['Int']['output'];
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
  Deliveries: ResolverTypeWrapper<Scalars['Deliveries']['output']>;
  DeliveryOutcomes: ResolverTypeWrapper<Scalars['DeliveryOutcomes']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Deliveries: Scalars['Deliveries']['output'];
  DeliveryOutcomes: Scalars['DeliveryOutcomes']['output'];
  Mutation: Record<PropertyKey, never>;
  Query: Record<PropertyKey, never>;
  Int: Scalars['Int']['output'];
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

export interface DeliveriesScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Deliveries'], any> {
  name: 'Deliveries';
}

export interface DeliveryOutcomesScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DeliveryOutcomes'], any> {
  name: 'DeliveryOutcomes';
}

export type MutationResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  deliver?: Resolver<ResolversTypes['DeliveryOutcomes'], ParentType, ContextType, RequireFields<MutationDeliverArgs, 'batch'>>;
  handOver?: Resolver<ResolversTypes['DeliveryOutcomes'], ParentType, ContextType, RequireFields<MutationHandOverArgs, 'batch'>>;
};

export type QueryResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  maxDeliveries?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type Resolvers<ContextType = ShapeContext> = {
  Deliveries?: GraphQLScalarType;
  DeliveryOutcomes?: GraphQLScalarType;
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
