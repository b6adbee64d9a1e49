import { limits } from '../../schema/limits.ts';
import { type AnswerOptions, createAnswer } from './answer.ts';
import type { CompiledStream, Variables } from './compile-operation.ts';
import type { CompiledSubscription } from './compile-plan.ts';
import { createNetworkReport } from './network-report.ts';
import type { OperationEvent } from './operation.ts';
import type { RequestContext } from './request-context.ts';
import { runToAnswer, startRun } from './run-to-answer.ts';
import type { StreamEvent } from './subgraph.ts';

/** Each event of the first fetch is completed by the rest of the plan, with a deadline of its own, before the next one is asked for. */
export function compileStream(options: AnswerOptions, compiled: CompiledSubscription): CompiledStream {
  const { primary, takeEvent, rest } = compiled;
  const { prepared } = primary;

  const complete = async (
    event: StreamEvent,
    variables: Variables,
    context: RequestContext,
  ): Promise<OperationEvent> => {
    const deadline = performance.now() + limits.requestDeadlineMs;
    const run = startRun(variables, { ...context, deadline, network: createNetworkReport() });
    const step = (eventRun: typeof run) => {
      takeEvent(eventRun, event.result);
      return rest?.(eventRun);
    };
    const result = await runToAnswer(options, step, run);
    return {
      result,
      ...(event.cursor === undefined ? {} : { cursor: event.cursor }),
      ...(event.key === undefined ? {} : { key: event.key }),
    };
  };

  return {
    kind: 'subscription',
    stream: prepared.stream,
    startsNow:
      prepared.startsNow && ((variables) => prepared.startsNow?.(primary.pickVariables(variables)) === true),
    subscribe(variables, context, resumeAfter) {
      const source = prepared.subscribe(primary.pickVariables(variables), context, resumeAfter);
      return completeEvents(source, (event) => complete(event, variables, context));
    },
  };
}

/** A subscription whose root field the viewer may not have: nothing is sent, and the errors say why. */
export function compileRefusedStream(options: AnswerOptions): CompiledStream {
  return {
    kind: 'subscription',
    stream: 'plain',
    startsNow: undefined,
    subscribe(variables, context) {
      const { errors } = createAnswer(options, startRun(variables, context));
      return { errors: (errors ?? []).map((error) => error.toJSON()) };
    },
  };
}

/** Each value of `source` through `complete`, one at a time. `return()` reaches the source at once, also while an event is being completed. */
function completeEvents(
  source: AsyncIterator<StreamEvent, unknown, undefined>,
  complete: (event: StreamEvent) => Promise<OperationEvent>,
): AsyncIterableIterator<OperationEvent> {
  let isClosed = false;
  const done = { done: true, value: undefined } as const;
  return {
    async next() {
      const step = await source.next();
      if (step.done || isClosed) return done;
      const value = await complete(step.value);
      return isClosed ? done : { done: false, value };
    },
    async return() {
      isClosed = true;
      await source.return?.();
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
