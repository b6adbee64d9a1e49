import { DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES, type Schema, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';

export interface LoadedSupergraph {
  /** What clients see: without the federation's machinery and without what is `@inaccessible`. */
  readonly apiSchema: GraphQLSchema;
  /** The same as the planner's library has it. */
  readonly plannerSchema: Schema;
  /** Everything, `@inaccessible` included: what fetches and representations are about. */
  readonly fullSchema: GraphQLSchema;
  readonly planner: QueryPlanner;
  readonly subgraphNames: readonly string[];
  /** Names of all fields of all object types and interfaces. */
  readonly fieldNames: ReadonlySet<string>;
}

/**
 * What of the federation's features can change an execution and is understood here, beyond the usual. `@authenticated`, `@requiresScopes` and
 * `@policy` are left out on purpose: a supergraph that relies on them is refused rather than served unprotected.
 */
export const supportedFeatures = new Set([
  ...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  'https://specs.apollo.dev/context/v0.1',
  'https://specs.apollo.dev/cost/v0.1',
  'https://specs.apollo.dev/cacheTag/v0.1',
]);

/** Reads a Federation 2 supergraph. Throws when it is not one, or needs a feature that is not supported. */
export function loadSupergraph(supergraphSdl: string): LoadedSupergraph {
  const supergraph = Supergraph.build(supergraphSdl, { supportedFeatures });
  const plannerSchema = supergraph.apiSchema();
  const fullSchema = supergraph.schema.toGraphQLJSSchema();
  return {
    apiSchema: plannerSchema.toGraphQLJSSchema(),
    plannerSchema,
    fullSchema,
    planner: new QueryPlanner(supergraph, {
      reuseQueryFragments: false,
      // A plan is kept with what was compiled from it; the planner's own cache would hold it twice.
      debug: { maxEvaluatedPlans: 1_000 },
    }),
    subgraphNames: supergraph.subgraphsMetadata().map((subgraph) => subgraph.name),
    fieldNames: collectFieldNames(fullSchema),
  };
}

function collectFieldNames(schema: GraphQLSchema): ReadonlySet<string> {
  const names = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const name of Object.keys(type.getFields())) names.add(name);
    }
  }
  return names;
}
