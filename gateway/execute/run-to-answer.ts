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
  const finish = (): ExecutionResult => {
    run.countdown.stop();
    return createAnswer(options, run);
  };
  const fail = (cause: unknown): ExecutionResult => {
    run.countdown.stop();
    return createBrokenAnswer(cause);
  };
  try {
    const pending = step(run);
    return pending ? pending.then(finish).catch(fail) : Promise.resolve(finish());
  } catch (error) {
    return Promise.resolve(fail(error));
  }
}
