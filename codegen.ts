import type { CodegenConfig } from '@graphql-codegen/cli';

const shared = ['schema/fleet.graphql', 'schema/access.graphql'];

const resolverConfig = {
  federation: true,
  useTypeImports: true,
  enumsAsTypes: true,
  scalars: {
    DateTime: 'string',
    JSON: 'unknown',
    Deliveries: 'unknown',
    DeliveryOutcomes: 'unknown',
    ID: { input: 'string', output: 'string' },
  },
  contextType: '../../subgraphs/serve/shape-context.ts#ShapeContext',
  emitLegacyCommonJSImports: false,
};

const resolvers = (name: string, mappers: Record<string, string> = {}) => ({
  [`schema/generated/${name}.ts`]: {
    schema: [...shared, `schema/${name}.graphql`],
    plugins: ['typescript', 'typescript-resolvers'],
    config: { ...resolverConfig, mappers },
  },
});

/** Strings, not parsed documents: a page that uses them needs no GraphQL library. */
const client = {
  'client/generated/': {
    preset: 'client',
    schema: 'schema/generated/api.graphql',
    documents: 'client/documents/*.graphql',
    presetConfig: { fragmentMasking: false, skipIndexFile: true },
    config: {
      documentMode: 'string',
      useTypeImports: true,
      enumType: 'string-literal',
      immutableTypes: true,
      arrayInputCoercion: false,
      strictScalars: true,
      scalars: resolverConfig.scalars,
      emitLegacyCommonJSImports: false,
      importExtension: '.ts',
    },
  },
} satisfies CodegenConfig['generates'];

const config: CodegenConfig = {
  generates: {
    ...resolvers('registry', {
      Agent: '../../subgraphs/registry/agent-directory.ts#SettledAgent',
      AgentMove: '../../subgraphs/registry/database.ts#MoveRow',
      MoveEvent: '../../subgraphs/registry/database.ts#MoveEventRow',
      LibraryConnection: '../../subgraphs/registry/mappers.ts#LibraryPage',
      LibraryEntry: '../../subgraphs/registry/database.ts#LibraryEntryRow',
      Node: '../../subgraphs/registry/database.ts#NodeRow',
      NodeConnection: '../../subgraphs/registry/mappers.ts#NodePage',
      Session: '../../subgraphs/registry/database.ts#SessionRow',
      User: '../../subgraphs/registry/database.ts#UserRow',
      UserConnection: '../../subgraphs/registry/mappers.ts#UserPage',
    }),
    ...resolvers('world', {
      Agent: '../../subgraphs/world/database.ts#AgentRow',
      AgentConnection: '../../subgraphs/world/mappers.ts#AgentPage',
      AgentUsage: '../../subgraphs/world/database.ts#ResourceUsageRow',
      AgentUsageConnection: '../../subgraphs/world/mappers.ts#ResourceUsagePage',
      BrokenFile: '../../subgraphs/world/database.ts#BrokenFileRow',
      Entity: '../../subgraphs/world/database.ts#EntityRow',
      EntityConnection: '../../subgraphs/world/mappers.ts#EntityPage',
      HappeningEvent: '../../subgraphs/world/places/happenings.ts#Happening',
      LogEvent: '../../subgraphs/world/agents/agent-log.ts#LogLine',
      Moderation: '../../subgraphs/world/database.ts#ModerationRow',
      ModerationConnection: '../../subgraphs/world/mappers.ts#ModerationPage',
      Node: '../../subgraphs/world/mappers.ts#NodeReference',
      NodeStats: '../../subgraphs/world/stats/stats-sample.ts#StatsSample',
      NodeStatsConnection: '../../subgraphs/world/mappers.ts#StatsPage',
      ReportedStats: '../../subgraphs/world/stats/reported-stats.ts#ReportedSample',
      ReportedStatsConnection: '../../subgraphs/world/mappers.ts#ReportedStatsPage',
      ResourceUsage: '../../subgraphs/world/database.ts#ResourceUsageRow',
      ResourceUsageConnection: '../../subgraphs/world/mappers.ts#ResourceUsagePage',
    }),
    ...resolvers('traffic', {
      Acknowledgement: '../../subgraphs/traffic/mappers.ts#InboxState',
      DeadLetter: '../../subgraphs/traffic/database.ts#DeadLetterRow',
      DeadLetterConnection: '../../subgraphs/traffic/mappers.ts#DeadLetterPage',
      Message: '../../subgraphs/traffic/database.ts#MessageRow',
      MessageConnection: '../../subgraphs/traffic/mappers.ts#MessagePage',
      ThrottledPair: '../../subgraphs/traffic/mappers.ts#SlowPair',
    }),
    ...resolvers('peer'),
    ...resolvers('reports'),
    ...resolvers('network', {
      AgentHome: '../../subgraphs/registry/agent-directory.ts#SettledAgent',
      NodeMove: '../../subgraphs/registry/database.ts#MoveRow',
      RegisteredNode: '../../subgraphs/registry/database.ts#NodeRow',
    }),
    ...client,
  },
};

export default config;
