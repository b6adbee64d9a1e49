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

export type DeliveryInput = {
  /** Of a BOUNCE: to whom the message was sent. */
  addressee?: InputMaybe<Scalars['ID']['input']>;
  /** JSON; empty for a SKIP. */
  body: Scalars['String']['input'];
  /** Why there is a SKIP or a BOUNCE: a code and a sentence. */
  code?: InputMaybe<Scalars['String']['input']>;
  /** Answers in a row of which this is the last: 0 for what nobody has asked for. */
  hops: Scalars['Int']['input'];
  /** The message's; of a BOUNCE too. */
  id: Scalars['ID']['input'];
  /** Whose home this is for. */
  inbox: Scalars['ID']['input'];
  kind: DeliveryKind;
  /** Of a BOUNCE: unique, so that it comes back once. */
  letterId?: InputMaybe<Scalars['ID']['input']>;
  /** Absent for what a person sends, which is told by its id, and for a BOUNCE. */
  place?: InputMaybe<PlaceInput>;
  sentAt: Scalars['DateTime']['input'];
  /** Who sends: an agent, or (from the initial node only) a person. */
  source: Scalars['ID']['input'];
  text?: InputMaybe<Scalars['String']['input']>;
  /** Whether the pair has just been slowed down. */
  throttled: Scalars['Boolean']['input'];
  /** For how long it may still wait on its way. */
  ttlMs: Scalars['Float']['input'];
};

/**
 * MESSAGE: for the inbox. SKIP: in the place of messages that will not come, so that those behind them may. BOUNCE: a message of the agent `inbox` that
 * could not be delivered to `addressee`, back from the initial node.
 */
export type DeliveryKind =
  | 'BOUNCE'
  | 'MESSAGE'
  | 'SKIP';

export type DeliveryOutcome = {
  __typename?: 'DeliveryOutcome';
  /** REFUSED, DENIED: why. */
  code?: Maybe<Scalars['String']['output']>;
  /** STORED, QUEUED: it had arrived before. */
  duplicate: Scalars['Boolean']['output'];
  epoch?: Maybe<Scalars['Int']['output']>;
  /** GAP: the number that has to come first. */
  expected?: Maybe<Scalars['Int']['output']>;
  kind: OutcomeKind;
  /** MOVED: where it went and how often it had moved then, where this node knows; only a hint, the registry decides. */
  node?: Maybe<Scalars['ID']['output']>;
  /** STORED: its place in the inbox, where that is known. */
  sequence?: Maybe<Scalars['Int']['output']>;
  text?: Maybe<Scalars['String']['output']>;
};

export type Mutation = {
  __typename?: 'Mutation';
  /**
   * To the home of the recipients: stores each, in order, and answers when they are on its disk. At most 50 at a time. A node may bring what its own
   * agents send; the initial node may bring everything.
   */
  deliver: Array<DeliveryOutcome>;
  /** To the initial node, which passes them on at once or keeps them for homes that cannot be reached; else as `deliver`. */
  handOver: Array<DeliveryOutcome>;
};


export type MutationDeliverArgs = {
  batch: Array<DeliveryInput>;
};


export type MutationHandOverArgs = {
  batch: Array<DeliveryInput>;
};

/**
 * STORED: it is on the home's disk, or had been there, or (SKIP, BOUNCE) has been noted. QUEUED: on the initial node's. REFUSED: it will not be stored, and
 * its number is used up. DENIED: this node may not send that; nothing has been noted. GAP: an earlier one is missing. MOVED: the agent does not live here.
 */
export type OutcomeKind =
  | 'DENIED'
  | 'GAP'
  | 'MOVED'
  | 'QUEUED'
  | 'REFUSED'
  | 'STORED';

/** The place of a message among all that one agent sends to another. */
export type PlaceInput = {
  /** How often the sender has moved: its home is who may send for it. */
  epoch: Scalars['Int']['input'];
  /** Counted from 1. */
  number: Scalars['Int']['input'];
  /** A new series begins with an agent that was made anew; higher is newer. */
  series: Scalars['Int']['input'];
  /** Up to here every number is settled for good, so that a home that knows nothing of them (an agent made anew) need not wait. */
  settledTo: Scalars['Int']['input'];
  /** The last number that a SKIP stands for; of a MESSAGE its own. */
  through: Scalars['Int']['input'];
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
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeliveryInput: DeliveryInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  DeliveryKind: DeliveryKind;
  DeliveryOutcome: ResolverTypeWrapper<DeliveryOutcome>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  OutcomeKind: OutcomeKind;
  PlaceInput: PlaceInput;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  DeliveryInput: DeliveryInput;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  Boolean: Scalars['Boolean']['output'];
  Float: Scalars['Float']['output'];
  DeliveryOutcome: DeliveryOutcome;
  Mutation: Record<PropertyKey, never>;
  PlaceInput: PlaceInput;
  Query: Record<PropertyKey, never>;
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

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeliveryOutcomeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['DeliveryOutcome'] = ResolversParentTypes['DeliveryOutcome']> = {
  code?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  epoch?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  expected?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['OutcomeKind'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  sequence?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  deliver?: Resolver<Array<ResolversTypes['DeliveryOutcome']>, ParentType, ContextType, RequireFields<MutationDeliverArgs, 'batch'>>;
  handOver?: Resolver<Array<ResolversTypes['DeliveryOutcome']>, ParentType, ContextType, RequireFields<MutationHandOverArgs, 'batch'>>;
};

export type QueryResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  maxDeliveries?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type Resolvers<ContextType = ShapeContext> = {
  DateTime?: GraphQLScalarType;
  DeliveryOutcome?: DeliveryOutcomeResolvers<ContextType>;
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
