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
    ...resolvers('registry'),
    ...resolvers('world'),
    ...resolvers('traffic'),
    ...resolvers('network'),
  },
};

export default config;
