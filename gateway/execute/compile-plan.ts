import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { compileEntityFetch } from './entity-fetch.ts';
import { type FetchCall, type FetchCompiler, compileFetchCall } from './fetch-call.ts';
import type { PlanPath } from './places.ts';
import { compileRootFetch, compileRootResult } from './root-fetch.ts';
import type { Run, Step } from './run.ts';
import type { SubgraphResult } from './subgraph.ts';

export interface CompiledSubscription {
  readonly primary: FetchCall;
  /** Puts an event into the data. */
  readonly takeEvent: (run: Run, result: SubgraphResult) => void;
  /** undefined when an event is complete as it comes. */
  readonly rest: Step | undefined;
}

const nothing: Step = () => undefined;

/** Compiles the plan of a query or a mutation. */
export function compilePlan(plan: QueryPlan, compiler: FetchCompiler): Step {
  if (!plan.node) return nothing;
  if (plan.node.kind === 'Subscription') throw new Error('Expected the plan of a query or a mutation');
  return compileNode(plan.node, [], compiler);
}

export function compileSubscription(plan: QueryPlan, compiler: FetchCompiler): CompiledSubscription {
  if (plan.node?.kind !== 'Subscription') throw new Error('Expected the plan of a subscription');
  const primary = compileFetchCall(plan.node.primary, compiler);
  return {
    primary,
    takeEvent: compileRootResult(primary, [], compiler),
    rest: plan.node.rest && compileNode(plan.node.rest, [], compiler),
  };
}

function compileNode(node: PlanNode, path: PlanPath, compiler: FetchCompiler): Step {
  switch (node.kind) {
    case 'Fetch':
      return compileFetch(node, path, compiler);
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path], compiler);
    case 'Sequence':
      return inSequence(node.nodes.map((inner) => compileNode(inner, path, compiler)));
    case 'Parallel':
      return inParallel(node.nodes.map((inner) => compileNode(inner, path, compiler)));
    case 'Condition':
    case 'Defer':
      throw new Error(`Expected a plan without conditions and @defer, got ${node.kind}`);
    default:
      return node satisfies never;
  }
}

function compileFetch(node: FetchNode, path: PlanPath, compiler: FetchCompiler): Step {
  const call = compileFetchCall(node, compiler);
  return call.isEntityFetch
    ? compileEntityFetch(node, call, path, compiler)
    : compileRootFetch(call, path, compiler);
}

function inSequence(steps: readonly Step[]): Step {
  const runFrom = (run: Run, first: number): Promise<void> | undefined => {
    for (let index = first; index < steps.length; index += 1) {
      const pending = steps[index]?.(run);
      if (pending) return pending.then(() => runFrom(run, index + 1));
    }
    return undefined;
  };
  return (run) => runFrom(run, 0);
}

function inParallel(steps: readonly Step[]): Step {
  return (run) => {
    const pending = steps.flatMap((step) => step(run) ?? []);
    return pending.length > 1 ? Promise.all(pending).then(() => undefined) : pending[0];
  };
}
