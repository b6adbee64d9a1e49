import type { ExecutionResult } from 'graphql';
import { codedError } from '../../wire/coded-error.ts';
import { createAnswerErrors } from './answer-errors.ts';
import type { Introspect } from './introspection.ts';
import type { DataPath } from './places.ts';
import { Problems } from './problems.ts';
import type { Shape } from './response-shape.ts';
import type { Run } from './run.ts';

export interface AnswerOptions {
  readonly shape: Shape;
  readonly introspect: Introspect;
  readonly clientPath: (path: DataPath) => DataPath;
}

/** What the client gets for a run that is over. */
export function createAnswer(options: AnswerOptions, run: Run): ExecutionResult {
  const problems = new Problems();
  const data = options.shape(run.data, {
    problems,
    introspection: options.introspect(run.variables),
  }) as Record<string, unknown> | null;
  const errors = createAnswerErrors({
    faults: run.faults,
    problems: problems.list,
    clientPath: options.clientPath,
  });
  const network = run.context.network.summary();
  if (!errors && !network) return { data };
  return {
    ...(errors ? { errors } : {}),
    data,
    ...(network ? { extensions: { network } } : {}),
  };
}

/** For a fault of ours, so that a client gets an answer even then. */
export function createBrokenAnswer(cause: unknown): ExecutionResult {
  return { errors: [codedError('INTERNAL_SERVER_ERROR', 'Internal server error', { cause })], data: null };
}
