import type { CodegenConfig } from '@graphql-codegen/cli';

const shared = ['schema/fleet.graphql', 'schema/access.graphql'];

const resolverConfig = {
  federation: true,
  useTypeImports: true,
  enumsAsTypes: true,
  scalars: { DateTime: 'string', JSON: 'unknown', ID: { input: 'string', output: 'string' } },
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

const config: CodegenConfig = {
  generates: {
    ...resolvers('registry', {
      Agent: '../../subgraphs/registry/agent-directory.ts#SettledAgent',
      LibraryConnection: '../../subgraphs/registry/mappers.ts#LibraryPage',
      LibraryEntry: '../../subgraphs/registry/database.ts#LibraryEntryRow',
      Node: '../../subgraphs/registry/database.ts#NodeRow',
      NodeConnection: '../../subgraphs/registry/mappers.ts#NodePage',
      User: '../../subgraphs/registry/database.ts#UserRow',
      UserConnection: '../../subgraphs/registry/mappers.ts#UserPage',
    }),
    ...resolvers('world'),
    ...resolvers('traffic'),
    ...resolvers('network', {
      AgentHome: '../../subgraphs/registry/agent-directory.ts#SettledAgent',
      RegisteredNode: '../../subgraphs/registry/database.ts#NodeRow',
    }),
  },
};

export default config;
