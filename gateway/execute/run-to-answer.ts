import type { ExecutionResult } from 'graphql';
import { type AnswerOptions, createAnswer, createBrokenAnswer } from './answer.ts';
import { Countdown } from './countdown.ts';
import type { RequestContext } from './request-context.ts';
import type { Run, Step } from './run.ts';

/** From coerced variables to an answer. Never rejects. */
export function compileRun(
  options: AnswerOptions,
  step: Step,
): (variables: Readonly<Record<string, unknown>>, context: RequestContext) => Promise<ExecutionResult> {
  return (variables, context) => runToAnswer(options, step, startRun(variables, context));
}

export function startRun(variables: Readonly<Record<string, unknown>>, context: RequestContext): Run {
  return { data: {}, variables, context, countdown: new Countdown(context), faults: [] };
}

/** Takes a run through a step and on to its answer. Never rejects. */
export function runToAnswer(options: AnswerOptions, step: Step, run: Run): Promise<ExecutionResult> {
  try {
    const pending = step(run);
    if (!pending) return Promise.resolve(finish(options, run));
    return pending.then(() => finish(options, run)).catch((error: unknown) => fail(run, error));
  } catch (error) {
    return Promise.resolve(fail(run, error));
  }
}

function finish(options: AnswerOptions, run: Run): ExecutionResult {
  run.countdown.stop();
  return createAnswer(options, run);
}

function fail(run: Run, cause: unknown): ExecutionResult {
  run.countdown.stop();
  return createBrokenAnswer(cause);
}
