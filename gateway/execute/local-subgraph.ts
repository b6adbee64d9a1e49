import type { ExecutionResult } from 'graphql';
import type { ExecutableShape, ShapeRequest } from '../../wire/executable-shape.ts';
import type { RequestContext } from './request-context.ts';
import type { Fetch, PreparedFetch, StreamEvent, Subgraph, SubgraphResult } from './subgraph.ts';

/** A shape that runs in this process. Its streams are plain ones. */
export function createLocalSubgraph(shape: ExecutableShape): Subgraph {
  return { name: shape.name, prepare: (fetch) => prepareLocalFetch(shape, fetch) };
}

function prepareLocalFetch(shape: ExecutableShape, fetch: Fetch): PreparedFetch {
  const requestFor = (
    variables: Readonly<Record<string, unknown>>,
    context: RequestContext,
  ): ShapeRequest => ({
    query: fetch.text,
    variables,
    viewer: context.viewer,
    signal: context.signal,
    clientAddress: context.clientAddress,
    userAgent: context.userAgent,
  });
  return {
    stream: 'plain',
    execute: (variables, context) => shape.execute(requestFor(variables, context)).then(toResult, toFailure),
    subscribe: (variables, context) => openStream(() => shape.subscribe(requestFor(variables, context))),
  };
}

/** A stream that is opened by its first `next()`, and closed for good by `return()`, even while it is still being opened. */
function openStream(
  open: () => Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>,
): AsyncIterableIterator<StreamEvent> {
  let opened: ReturnType<typeof open> | undefined;
  let isClosed = false;
  const done = { done: true, value: undefined } as const;
  const ended = (result: SubgraphResult): IteratorResult<StreamEvent> => {
    isClosed = true;
    return { done: false, value: { result } };
  };
  return {
    async next() {
      if (isClosed) return done;
      try {
        const stream = await (opened ??= open());
        if (!(Symbol.asyncIterator in stream)) return ended(toResult(stream));
        if (isClosed) {
          await stream.return?.();
          return done;
        }
        const step = await stream.next();
        return step.done ? done : { done: false, value: { result: toResult(step.value) } };
      } catch {
        return isClosed ? done : ended(toFailure());
      }
    },
    async return() {
      isClosed = true;
      const stream = await opened?.catch(() => undefined);
      if (stream && Symbol.asyncIterator in stream) await stream.return?.();
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function toResult(result: ExecutionResult): SubgraphResult {
  return result.errors
    ? { data: result.data, errors: result.errors.map((error) => error.toJSON()) }
    : { data: result.data };
}

function toFailure(): SubgraphResult {
  return { errors: [{ message: 'The subgraph failed', extensions: { code: 'SUBGRAPH_FAILED' } }] };
}
