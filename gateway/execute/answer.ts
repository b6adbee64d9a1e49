import type { ExecutionResult } from 'graphql';
import { codedError } from '../../wire/coded-error.ts';
import { createAnswerErrors } from './answer-errors.ts';
import type { Data } from './data.ts';
import type { FastShape } from './fast-shape.ts';
import type { Introspect } from './introspection.ts';
import type { DataPath } from './places.ts';
import { Problems } from './problems.ts';
import type { Shape } from './response-shape.ts';
import type { Run } from './run.ts';

export interface AnswerOptions {
  readonly fastShape: FastShape | undefined;
  readonly shape: Shape;
  readonly introspect: Introspect;
  readonly clientPath: (path: DataPath) => DataPath;
}

/** What the client gets for a run that is over. */
export function createAnswer(options: AnswerOptions, run: Run): ExecutionResult {
  const introspection = options.introspect(run.variables);
  if (run.faults.length === 0) {
    const data = options.fastShape?.(run.data, introspection);
    if (data !== undefined) return withNetwork({ data: data as Data }, run);
  }
  const problems = new Problems();
  const data = options.shape(run.data, { problems, introspection }) as Data | null;
  const errors = createAnswerErrors({
    faults: run.faults,
    problems: problems.list,
    clientPath: options.clientPath,
  });
  return withNetwork(errors ? { errors, data } : { data }, run);
}

function withNetwork(result: ExecutionResult, run: Run): ExecutionResult {
  const network = run.context.network.summary();
  return network ? { ...result, extensions: { network } } : result;
}

/** For a fault of ours, so that a client gets an answer even then. */
export function createBrokenAnswer(cause: unknown): ExecutionResult {
  return { errors: [codedError('INTERNAL_SERVER_ERROR', 'Internal server error', { cause })], data: null };
}
