import { GraphQLError } from 'graphql';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { cutMessage } from '../../wire/cut-message.ts';
import type { Fault } from './faults.ts';
import { PathSet } from './path-set.ts';
import type { DataPath } from './places.ts';
import type { Problem } from './problems.ts';

export interface ErrorSources {
  /** Of fetches. */
  readonly faults: readonly Fault[];
  /** Of shaping what they brought. */
  readonly problems: readonly Problem[];
  readonly clientPath: (path: DataPath) => DataPath;
}

/** The errors of an answer, as many as it may have; undefined when there are none. */
export function createAnswerErrors(sources: ErrorSources): readonly GraphQLError[] | undefined {
  const { faults, problems, clientPath } = sources;
  if (faults.length === 0 && problems.length === 0) return undefined;
  const explained = new PathSet();
  const errors: (() => GraphQLError)[] = [];
  for (const fault of faults) {
    const places = fault.places.map(clientPath);
    for (const place of places) explained.add(place);
    const [path] = places;
    errors.push(
      () =>
        new GraphQLError(cutMessage(fault.message), {
          extensions: fault.extensions,
          ...(path?.length ? { path } : {}),
        }),
    );
  }
  for (const problem of problems) {
    const path = problem.path.toReversed();
    if (problem.isConsequence && explained.touches(path)) continue;
    errors.push(
      () => new GraphQLError(cutMessage(problem.message), { path, extensions: { code: problem.code } }),
    );
  }
  return capped(errors);
}

function capped(errors: readonly (() => GraphQLError)[]): readonly GraphQLError[] | undefined {
  if (errors.length === 0) return undefined;
  if (errors.length <= limits.maxErrorsPerAnswer) return errors.map((create) => create());
  const shown = errors.slice(0, limits.maxErrorsPerAnswer - 1);
  const omitted = errors.length - shown.length;
  return [
    ...shown.map((create) => create()),
    codedError('SUBGRAPH_FAILED', `There are ${omitted} more errors`, { omitted }),
  ];
}
