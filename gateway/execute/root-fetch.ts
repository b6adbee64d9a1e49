import { isData } from './data.ts';
import { createFault, errorsOf, pathOfError } from './faults.ts';
import type { FetchCall, FetchCompiler } from './fetch-call.ts';
import { copyObject, mergeObject } from './merge.ts';
import { type DataPath, type PlanPath, gatherObjects, gatherPlaces } from './places.ts';
import type { Run, Step } from './run.ts';
import type { SubgraphResult } from './subgraph.ts';

/** A fetch that needs nothing of what has been fetched; below the root it is of a root type that a field returned. */
export function compileRootFetch(call: FetchCall, path: PlanPath, compiler: FetchCompiler): Step {
  const take = compileRootResult(call, path, compiler);
  return (run) => {
    if (path.length > 0 && gatherObjects(run.data, path).length === 0) return undefined;
    return run.countdown
      .wait(() => call.prepared.execute(call.pickVariables(run.variables), run.context))
      .then((result) => take(run, result));
  };
}

/** Puts the answer to a root fetch, or an event of a subscription, into the data. */
export function compileRootResult(
  call: FetchCall,
  path: PlanPath,
  compiler: FetchCompiler,
): (run: Run, result: SubgraphResult) => void {
  return (run, result) => {
    const errors = errorsOf(result);
    for (const error of errors) addFault(run, call, path, error);
    const data: unknown = isData(result) ? result.data : undefined;
    if (isData(data)) {
      call.rewriteOutput?.(data);
      let source = data;
      for (const target of path.length > 0 ? gatherObjects(run.data, path) : [run.data]) {
        mergeObject(target, source, call.tree, compiler.types);
        if (path.length > 0 && !compiler.maySharePlaces) source = copyObject(data, call.tree);
      }
    } else if (errors.length === 0) {
      addFault(run, call, path, { message: `The subgraph "${call.subgraph}" did not answer with data` });
    }
  };
}

function addFault(run: Run, call: FetchCall, path: PlanPath, error: unknown): void {
  const places = path.length > 0 ? gatherPlaces(run.data, path).map((place) => place.path) : [[]];
  const within = pathOfError(error);
  const affected: readonly DataPath[] =
    within && within.length > 0 ? [call.dataPath(within)] : call.tree.map(({ key }) => [key]);
  run.faults.push(
    createFault(
      error,
      call.subgraph,
      places.flatMap((place) => affected.map((key) => [...place, ...key])),
    ),
  );
}
