import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { InboxState, DeadLetterPage, MessagePage, SlowPair } from '../../subgraphs/traffic/mappers.ts';
import type { DeadLetterRow, MessageRow } from '../../subgraphs/traffic/database.ts';
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

export type Acknowledgement = {
  __typename?: 'Acknowledgement';
  agent?: Maybe<Agent>;
  /** How many messages are left to take. */
  unread: Scalars['Int']['output'];
};

export type Agent = {
  __typename?: 'Agent';
  id: Scalars['ID']['output'];
};

export type AgentMove = {
  __typename?: 'AgentMove';
  id: Scalars['ID']['output'];
};

/** A message that could not be delivered, back at its sender. */
export type DeadLetter = {
  __typename?: 'DeadLetter';
  at: Scalars['DateTime']['output'];
  body: Scalars['JSON']['output'];
  /** Why: a code of docs/errors.md, such as EXPIRED, MAILBOX_FULL or DELIVERY_UNKNOWN. */
  code: Scalars['String']['output'];
  from?: Maybe<Agent>;
  /** The message's. */
  id: Scalars['ID']['output'];
  reason: Scalars['String']['output'];
  to?: Maybe<Agent>;
};

export type DeadLetterConnection = {
  __typename?: 'DeadLetterConnection';
  edges: Array<Maybe<DeadLetterEdge>>;
  nodes: Array<Maybe<DeadLetter>>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type DeadLetterEdge = {
  __typename?: 'DeadLetterEdge';
  cursor: Scalars['String']['output'];
  node?: Maybe<DeadLetter>;
};

export type DeadLetterEvent = {
  __typename?: 'DeadLetterEvent';
  cursor: Scalars['String']['output'];
  letter?: Maybe<DeadLetter>;
  /** Letters between the cursor before and this one are kept no more. */
  truncated: Scalars['Boolean']['output'];
};

export type Message = {
  __typename?: 'Message';
  body: Scalars['JSON']['output'];
  /** The agent that sent it; null for a message of the person. */
  from?: Maybe<Agent>;
  id: Scalars['ID']['output'];
  /** The person who sent it, or whose agent did. */
  sender: User;
  sentAt: Scalars['DateTime']['output'];
  /** Rises by one in each inbox. */
  sequence: Scalars['Int']['output'];
  to?: Maybe<Agent>;
};

export type MessageConnection = {
  __typename?: 'MessageConnection';
  edges: Array<Maybe<MessageEdge>>;
  nodes: Array<Maybe<Message>>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type MessageEdge = {
  __typename?: 'MessageEdge';
  cursor: Scalars['String']['output'];
  node?: Maybe<Message>;
};

export type MessageEvent = {
  __typename?: 'MessageEvent';
  cursor: Scalars['String']['output'];
  /** Null in an event that says that some are gone. */
  message?: Maybe<Message>;
  /** Messages between the cursor before and this one are kept no more. */
  truncated: Scalars['Boolean']['output'];
};

export type MessageReceipt = {
  __typename?: 'MessageReceipt';
  /** This id had arrived before; nothing was stored again. */
  duplicate: Scalars['Boolean']['output'];
  id: Scalars['ID']['output'];
  /** In the recipient's inbox; null while QUEUED, and where it is not known any more. */
  sequence?: Maybe<Scalars['Int']['output']>;
  state: MessageState;
};

export type MessageState =
  /** On the disk of the initial node, for a home that cannot be reached now. */
  | 'QUEUED'
  /** On the disk of the recipient's home. */
  | 'STORED';

export type Mutation = {
  __typename?: 'Mutation';
  /**
   * For an agent that is driven from outside: all up to this cursor of `inbox` or `messages` have been taken. Doing it again, or for an older cursor,
   * changes nothing.
   */
  ackMessages?: Maybe<Acknowledgement>;
  /** Begins to bring all agents of that node to another one, for its owner and for admins: how many have been begun. Those that are on their way already do not count. */
  drainNode?: Maybe<Scalars['Int']['output']>;
  /**
   * Begins to bring an agent of yours to another node, and answers when that is on a disk; `moves` tells how it goes on. The agent runs meanwhile, but for
   * a moment at the end. AGENT_MOVING when it is on its way already.
   */
  moveAgent?: Maybe<AgentMove>;
  /**
   * Answers once the message is on a disk: STORED on that of the recipient's home, QUEUED on that of the initial node, which hands it over when the home
   * is back. One sender's messages to one agent arrive in the order in which they were accepted. Give an `id` of your own to send again safely:
   * INITIAL_UNREACHABLE means that the message of an agent is kept on its node and will be sent.
   */
  sendMessage?: Maybe<MessageReceipt>;
};


export type MutationAckMessagesArgs = {
  agent: Scalars['ID']['input'];
  upTo: Scalars['String']['input'];
};


export type MutationDrainNodeArgs = {
  id: Scalars['ID']['input'];
  to: Scalars['ID']['input'];
};


export type MutationMoveAgentArgs = {
  id: Scalars['ID']['input'];
  to: Scalars['ID']['input'];
};


export type MutationSendMessageArgs = {
  input: SendMessageInput;
};

export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
};

export type Query = {
  __typename?: 'Query';
  /** What came back, oldest first: messages of an agent of yours, or without `from` your own. */
  deadLetters?: Maybe<DeadLetterConnection>;
  /** What an agent has not taken yet, oldest first; for its owner. A cursor of this list may also be given to `messages` as `after`. */
  inbox?: Maybe<MessageConnection>;
  /**
   * Who of those that this agent writes to, or that write to it, is being slowed down (or was, in the last minutes) because the two write to each other
   * faster than they may, or answer each other without end; for its owner.
   */
  throttledPairs?: Maybe<Array<ThrottledPair>>;
};


export type QueryDeadLettersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  from?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryInboxArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  agent: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryThrottledPairsArgs = {
  agent: Scalars['ID']['input'];
};

export type SendMessageInput = {
  body: Scalars['JSON']['input'];
  /** An agent of yours that speaks; without it you speak yourself. */
  from?: InputMaybe<Scalars['ID']['input']>;
  /** Unique among what this sender sends to this agent; made for you when absent. */
  id?: InputMaybe<Scalars['ID']['input']>;
  to: Scalars['ID']['input'];
  /** How long it may wait for a home that cannot be reached: up to 7 days, which is also what it gets when absent. Then it comes back. */
  ttlSeconds?: InputMaybe<Scalars['Int']['input']>;
};

export type Subscription = {
  __typename?: 'Subscription';
  /** What comes back, as `messages` has what arrives. */
  deadLetters?: Maybe<DeadLetterEvent>;
  /**
   * An agent's inbox from a cursor on, without a gap, across restarts; it takes nothing out. No `after`: from the oldest kept; `now`: from here on. Where
   * messages behind the cursor are kept no more, one event with `truncated` says so.
   */
  messages?: Maybe<MessageEvent>;
};


export type SubscriptionDeadLettersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  from?: InputMaybe<Scalars['ID']['input']>;
};


export type SubscriptionMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  agent: Scalars['ID']['input'];
};

export type ThrottledPair = {
  __typename?: 'ThrottledPair';
  /** When it was last slowed down. */
  at: Scalars['DateTime']['output'];
  from?: Maybe<Agent>;
  to?: Maybe<Agent>;
};

export type User = {
  __typename?: 'User';
  username: Scalars['String']['output'];
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
  Acknowledgement: ResolverTypeWrapper<InboxState>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Agent: ResolverTypeWrapper<Agent>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  AgentMove: ResolverTypeWrapper<AgentMove>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeadLetter: ResolverTypeWrapper<DeadLetterRow>;
  DeadLetterConnection: ResolverTypeWrapper<DeadLetterPage>;
  DeadLetterEdge: ResolverTypeWrapper<Omit<DeadLetterEdge, 'node'> & { node?: Maybe<ResolversTypes['DeadLetter']> }>;
  DeadLetterEvent: ResolverTypeWrapper<Omit<DeadLetterEvent, 'letter'> & { letter?: Maybe<ResolversTypes['DeadLetter']> }>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Message: ResolverTypeWrapper<MessageRow>;
  MessageConnection: ResolverTypeWrapper<MessagePage>;
  MessageEdge: ResolverTypeWrapper<Omit<MessageEdge, 'node'> & { node?: Maybe<ResolversTypes['Message']> }>;
  MessageEvent: ResolverTypeWrapper<Omit<MessageEvent, 'message'> & { message?: Maybe<ResolversTypes['Message']> }>;
  MessageReceipt: ResolverTypeWrapper<MessageReceipt>;
  MessageState: MessageState;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SendMessageInput: SendMessageInput;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ThrottledPair: ResolverTypeWrapper<SlowPair>;
  User: ResolverTypeWrapper<User>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Acknowledgement: InboxState;
  Int: Scalars['Int']['output'];
  Agent: Agent;
  ID: Scalars['ID']['output'];
  AgentMove: AgentMove;
  DateTime: Scalars['DateTime']['output'];
  DeadLetter: DeadLetterRow;
  DeadLetterConnection: DeadLetterPage;
  DeadLetterEdge: Omit<DeadLetterEdge, 'node'> & { node?: Maybe<ResolversParentTypes['DeadLetter']> };
  DeadLetterEvent: Omit<DeadLetterEvent, 'letter'> & { letter?: Maybe<ResolversParentTypes['DeadLetter']> };
  Boolean: Scalars['Boolean']['output'];
  JSON: Scalars['JSON']['output'];
  Message: MessageRow;
  MessageConnection: MessagePage;
  MessageEdge: Omit<MessageEdge, 'node'> & { node?: Maybe<ResolversParentTypes['Message']> };
  MessageEvent: Omit<MessageEvent, 'message'> & { message?: Maybe<ResolversParentTypes['Message']> };
  MessageReceipt: MessageReceipt;
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  SendMessageInput: SendMessageInput;
  Subscription: Record<PropertyKey, never>;
  ThrottledPair: SlowPair;
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

export type AcknowledgementResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Acknowledgement'] = ResolversParentTypes['Acknowledgement']> = {
  agent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  unread?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AgentResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Agent'] = ResolversParentTypes['Agent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type AgentMoveResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['AgentMove'] = ResolversParentTypes['AgentMove']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeadLetterResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['DeadLetter'] = ResolversParentTypes['DeadLetter']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  body?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  from?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  to?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
};

export type DeadLetterConnectionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['DeadLetterConnection'] = ResolversParentTypes['DeadLetterConnection']> = {
  edges?: Resolver<Array<Maybe<ResolversTypes['DeadLetterEdge']>>, ParentType, ContextType>;
  nodes?: Resolver<Array<Maybe<ResolversTypes['DeadLetter']>>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type DeadLetterEdgeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['DeadLetterEdge'] = ResolversParentTypes['DeadLetterEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['DeadLetter']>, ParentType, ContextType>;
};

export type DeadLetterEventResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['DeadLetterEvent'] = ResolversParentTypes['DeadLetterEvent']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  letter?: Resolver<Maybe<ResolversTypes['DeadLetter']>, ParentType, ContextType>;
  truncated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type MessageResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Message'] = ResolversParentTypes['Message']> = {
  body?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  from?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  sender?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  sentAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  to?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
};

export type MessageConnectionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['MessageConnection'] = ResolversParentTypes['MessageConnection']> = {
  edges?: Resolver<Array<Maybe<ResolversTypes['MessageEdge']>>, ParentType, ContextType>;
  nodes?: Resolver<Array<Maybe<ResolversTypes['Message']>>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type MessageEdgeResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['MessageEdge'] = ResolversParentTypes['MessageEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
};

export type MessageEventResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['MessageEvent'] = ResolversParentTypes['MessageEvent']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  truncated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type MessageReceiptResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['MessageReceipt'] = ResolversParentTypes['MessageReceipt']> = {
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  sequence?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['MessageState'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  ackMessages?: Resolver<Maybe<ResolversTypes['Acknowledgement']>, ParentType, ContextType, RequireFields<MutationAckMessagesArgs, 'agent' | 'upTo'>>;
  drainNode?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType, RequireFields<MutationDrainNodeArgs, 'id' | 'to'>>;
  moveAgent?: Resolver<Maybe<ResolversTypes['AgentMove']>, ParentType, ContextType, RequireFields<MutationMoveAgentArgs, 'id' | 'to'>>;
  sendMessage?: Resolver<Maybe<ResolversTypes['MessageReceipt']>, ParentType, ContextType, RequireFields<MutationSendMessageArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  deadLetters?: Resolver<Maybe<ResolversTypes['DeadLetterConnection']>, ParentType, ContextType, RequireFields<QueryDeadLettersArgs, 'first'>>;
  inbox?: Resolver<Maybe<ResolversTypes['MessageConnection']>, ParentType, ContextType, RequireFields<QueryInboxArgs, 'agent' | 'first'>>;
  throttledPairs?: Resolver<Maybe<Array<ResolversTypes['ThrottledPair']>>, ParentType, ContextType, RequireFields<QueryThrottledPairsArgs, 'agent'>>;
};

export type SubscriptionResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  deadLetters?: SubscriptionResolver<Maybe<ResolversTypes['DeadLetterEvent']>, "deadLetters", ParentType, ContextType, Partial<SubscriptionDeadLettersArgs>>;
  messages?: SubscriptionResolver<Maybe<ResolversTypes['MessageEvent']>, "messages", ParentType, ContextType, RequireFields<SubscriptionMessagesArgs, 'agent'>>;
};

export type ThrottledPairResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['ThrottledPair'] = ResolversParentTypes['ThrottledPair']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  from?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  to?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
};

export type UserResolvers<ContextType = ShapeContext, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  username?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = ShapeContext> = {
  Acknowledgement?: AcknowledgementResolvers<ContextType>;
  Agent?: AgentResolvers<ContextType>;
  AgentMove?: AgentMoveResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DeadLetter?: DeadLetterResolvers<ContextType>;
  DeadLetterConnection?: DeadLetterConnectionResolvers<ContextType>;
  DeadLetterEdge?: DeadLetterEdgeResolvers<ContextType>;
  DeadLetterEvent?: DeadLetterEventResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  Message?: MessageResolvers<ContextType>;
  MessageConnection?: MessageConnectionResolvers<ContextType>;
  MessageEdge?: MessageEdgeResolvers<ContextType>;
  MessageEvent?: MessageEventResolvers<ContextType>;
  MessageReceipt?: MessageReceiptResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  ThrottledPair?: ThrottledPairResolvers<ContextType>;
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
