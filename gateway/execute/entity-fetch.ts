import type { FetchNode } from '@apollo/query-planner';
import { compileContextValues } from './context-values.ts';
import { type Data, isData } from './data.ts';
import { createFault, errorsOf, pathOfError } from './faults.ts';
import type { FetchCall, FetchCompiler } from './fetch-call.ts';
import { copyObject, mergeObject } from './merge.ts';
import { type DataPath, type PlanPath, gatherObjects, gatherPlaces } from './places.ts';
import { compileIdentify, compileRepresent } from './representations.ts';
import { compileRewrites } from './rewrites.ts';
import type { Run, Step } from './run.ts';
import type { SubgraphResult } from './subgraph.ts';

/** The representations of one request, each once, and the objects that each stands for. */
interface Batch {
  readonly representations: Data[];
  readonly objects: Data[];
  /** For each of `objects`, the index of its representation. */
  readonly indexes: number[];
}

/** Fetches more of objects that are in the data already. Equal representations are sent once, and the answer put at each of their places. */
export function compileEntityFetch(
  node: FetchNode,
  call: FetchCall,
  path: PlanPath,
  compiler: FetchCompiler,
): Step {
  const represent = compileRepresent(node.requires ?? [], compiler.schema, compiler.types);
  const identify = compileIdentify(node.requires ?? [], compiler.types);
  const rewriteInput = compileRewrites(node.inputRewrites, compiler.types);
  const contextValues = compileContextValues(node.contextRewrites, compiler.types);

  const batch = (objects: readonly Data[]): Batch => {
    const made: Batch = { representations: [], objects: [], indexes: [] };
    const known = new Map<unknown, number>();
    for (const object of objects) {
      const representation = represent(object);
      if (!representation) continue;
      rewriteInput?.(representation);
      const identity = objects.length === 1 ? '' : identify(representation);
      let index = known.get(identity);
      if (index === undefined) {
        index = made.representations.push(representation) - 1;
        known.set(identity, index);
      }
      made.objects.push(object);
      made.indexes.push(index);
    }
    return made;
  };

  const send = (run: Run, objects: readonly Data[], context?: Data): Promise<void> | undefined => {
    const made = batch(objects);
    if (made.representations.length === 0) return undefined;
    const variables = call.pickVariables(run.variables);
    if (context) Object.assign(variables, context);
    variables['representations'] = made.representations;
    return run.countdown
      .wait(() => call.prepared.execute(variables, run.context))
      .then((result) => takeEntities({ run, call, path, compiler, batch: made }, result));
  };

  if (!contextValues) {
    return (run) => {
      const objects = gatherObjects(run.data, path);
      return objects.length === 0 ? undefined : send(run, objects);
    };
  }
  // Arguments are the same for all representations of a request, so there is one request for each distinct context.
  return (run) => {
    const groups = new Map<string, { readonly context: Data; readonly objects: Data[] }>();
    for (const place of gatherPlaces(run.data, path)) {
      const context = contextValues(place);
      const identity = JSON.stringify(context);
      const group = groups.get(identity);
      if (group) group.objects.push(place.object);
      else groups.set(identity, { context, objects: [place.object] });
    }
    const sent = [...groups.values()].flatMap(({ context, objects }) => send(run, objects, context) ?? []);
    return Promise.all(sent).then(() => undefined);
  };
}

interface Arrival {
  readonly run: Run;
  readonly call: FetchCall;
  readonly path: PlanPath;
  readonly compiler: FetchCompiler;
  readonly batch: Batch;
}

function takeEntities(arrival: Arrival, result: SubgraphResult): void {
  const { call, batch } = arrival;
  const errors = errorsOf(result);
  for (const error of errors) addFault(arrival, error);
  const data: unknown = isData(result) ? result.data : undefined;
  const entities = isData(data) ? data['_entities'] : undefined;
  if (!Array.isArray(entities) || entities.length !== batch.representations.length) {
    if (errors.length > 0 && !Array.isArray(entities)) return;
    const got = Array.isArray(entities) ? String(entities.length) : 'none';
    addFault(arrival, {
      message: `Expected ${batch.representations.length} entities of the subgraph "${call.subgraph}", got ${got}`,
    });
    return;
  }
  putEntities(arrival, entities);
}

function putEntities(arrival: Arrival, entities: readonly unknown[]): void {
  const { call, batch, compiler } = arrival;
  const placed = new Set<number>();
  for (const [position, object] of batch.objects.entries()) {
    const index = batch.indexes[position] ?? 0;
    const entity = entities[index];
    const isFirst = !placed.has(index);
    placed.add(index);
    if (entity === null || entity === undefined) continue;
    if (!isData(entity)) {
      if (isFirst)
        addFault(arrival, { message: 'Expected an object for an entity', path: ['_entities', index] });
      continue;
    }
    if (isFirst) call.rewriteOutput?.(entity);
    const source = isFirst || compiler.maySharePlaces ? entity : copyObject(entity, call.tree);
    mergeObject(object, source, call.tree, compiler.types);
  }
}

/** At the places of the entity that the error is about, or of all when it does not say. */
function addFault({ run, call, path, batch }: Arrival, error: unknown): void {
  const [root, index, ...within] = pathOfError(error) ?? [];
  const rest = root === '_entities' && typeof index === 'number' ? call.dataPath(within) : [];
  const isAffected = new Set<Data>();
  for (const [position, object] of batch.objects.entries()) {
    if (typeof index !== 'number' || batch.indexes[position] === index) isAffected.add(object);
  }
  const places: DataPath[] = gatherPlaces(run.data, path)
    .filter(({ object }) => isAffected.has(object))
    .map((place) => [...place.path, ...rest]);
  run.faults.push(createFault(error, call.subgraph, places));
}
