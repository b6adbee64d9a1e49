import { operationFromDocument } from '@apollo/federation-internals';
import { buildOperationContext, executeQueryPlan } from '@apollo/gateway';
import type { QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  type GraphQLSchema,
  execute,
  isInterfaceType,
  parse,
  print,
  visit,
} from 'graphql';
import { AccessRules } from '../../gateway/plan/access-rules.ts';
import { includeSelections, readConditions } from '../../gateway/plan/conditions.ts';
import { type LoadedSupergraph, loadSupergraph } from '../../gateway/plan/load-supergraph.ts';
import { createPlanDocument } from '../../gateway/plan/plan-document.ts';
import { prepareOperation } from '../../gateway/plan/prepare-operation.ts';

type Parameters6 = Parameters<typeof executeQueryPlan>;

/** The executor of @apollo/gateway over the same subgraphs, for what both should answer alike. */
export function createApolloExecutor(supergraphSdl: string, schemas: ReadonlyMap<string, GraphQLSchema>) {
  const supergraph = loadSupergraph(supergraphSdl);
  const services = Object.fromEntries(
    [...schemas].map(([name, schema]) => [
      name,
      {
        async process({ request }: { request: { query: string; variables: Record<string, unknown> } }) {
          const document = parse(request.query);
          const result = await execute({ schema, document, variableValues: request.variables });
          return withoutInterfaceNames(
            JSON.parse(JSON.stringify(result)) as EntityResult,
            supergraph.fullSchema,
          );
        },
      },
    ]),
  );
  return {
    supergraph,
    /** undefined for a plan that Apollo's executor is known to carry out wrongly. */
    async run(query: string, variables: Record<string, unknown>) {
      const operationDocument = parse(query);
      const operation = operationFromDocument(supergraph.plannerSchema, operationDocument);
      const plan: QueryPlan = supergraph.planner.buildQueryPlan(operation);
      // It loses falsy values when it renames a key of an answer.
      if (JSON.stringify(plan).includes('"outputRewrites"')) return undefined;
      const request = { request: { query, variables }, metrics: {}, context: {}, cache: undefined };
      const result = await executeQueryPlan(
        plan,
        services as unknown as Parameters6[1],
        request as unknown as Parameters6[2],
        buildOperationContext({ schema: supergraph.apiSchema, operationDocument }),
        supergraph.fullSchema,
        supergraph.plannerSchema,
      );
      return JSON.parse(JSON.stringify(result)) as { data?: unknown };
    },
  };
}

interface EntityResult {
  readonly data?: { readonly _entities?: readonly ({ __typename?: string } | null)[] };
}

/** Apollo's executor lets the name of an interface object take the place of the object's real type. */
function withoutInterfaceNames(result: EntityResult, schema: GraphQLSchema): EntityResult {
  for (const entity of result.data?._entities ?? []) {
    if (entity?.__typename && isInterfaceType(schema.getType(entity.__typename))) delete entity.__typename;
  }
  return result;
}

/**
 * An operation under private names and without conditions: what Apollo's planner plans rightly, so that its executor can be asked about it.
 * undefined when nothing would be fetched.
 */
export function toPrivateQuery(
  supergraph: LoadedSupergraph,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): string | undefined {
  const access = new AccessRules(supergraph.apiSchema, new Map());
  const prepared = prepareOperation(supergraph, access, { query });
  const selections = includeSelections(prepared.selections, readConditions(prepared.conditions, variables));
  const options = { schema: supergraph.apiSchema, names: prepared.names, role: undefined };
  const document: DocumentNode | undefined = createPlanDocument(
    options,
    prepared.definition,
    selections,
    prepared.rootType,
  );
  return document && print(withoutUnusedVariables(document));
}

function withoutUnusedVariables(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      used.add(name.value);
    },
  });
  return visit(document, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
}
