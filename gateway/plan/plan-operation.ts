import { operationFromDocument } from '@apollo/federation-internals';
import type { QueryPlan } from '@apollo/query-planner';
import type { Role } from '../../wire/viewer.ts';
import type { LoadedSupergraph } from './load-supergraph.ts';
import { createPlanDocument } from './plan-document.ts';
import type { PreparedOperation } from './prepare-operation.ts';

/** Plans what a role may have of an operation. The plan is empty when that is nothing, or only introspection. */
export function planOperation(
  supergraph: LoadedSupergraph,
  operation: PreparedOperation,
  role: Role | undefined,
): QueryPlan {
  const { definition, names, selections, rootType } = operation;
  const options = { schema: supergraph.apiSchema, names, role };
  const document = createPlanDocument(options, definition, selections, rootType);
  if (!document) return { kind: 'QueryPlan' };
  // Validated already, under the client's names.
  const planned = operationFromDocument(supergraph.plannerSchema, document, { validate: false });
  return supergraph.planner.buildQueryPlan(planned);
}
