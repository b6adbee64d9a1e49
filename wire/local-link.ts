import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import { CallScope } from './call-scope.ts';
import { codedError } from './coded-error.ts';
import type { ExecutableShape } from './executable-shape.ts';
import type { Link, LinkRequest, LinkState } from './link.ts';

export interface LocalLinkOptions {
  readonly node: string;
  readonly shapes: readonly ExecutableShape[];
}

/** A link to subgraphs in this process: the initial node's own, and those of tests. UP until it is closed; the shapes are not closed with it. */
export function createLocalLink(options: LocalLinkOptions): Link {
  return new LocalLink(options);
}

class LocalLink implements Link {
  readonly node: string;
  readonly #shapes: ReadonlyMap<string, ExecutableShape>;
  readonly #calls = new Set<CallScope>();
  readonly #listeners = new Set<(state: LinkState) => void>();
  #state: LinkState = 'UP';

  constructor({ node, shapes }: LocalLinkOptions) {
    this.node = node;
    this.#shapes = new Map(shapes.map((shape) => [shape.name, shape]));
  }

  get state(): LinkState {
    return this.#state;
  }

  sdl(shape: string): string | undefined {
    return this.#shapes.get(shape)?.sdl;
  }

  async execute(request: LinkRequest): Promise<FormattedExecutionResult> {
    const shape = this.#shapes.get(request.shape);
    if (!shape) return this.#unknownShape(request.shape);
    const scope = this.#open(request, request.timeoutMs);
    try {
      scope.assertOpen();
      return formatResult(await scope.race(shape.execute(shapeRequest(request, scope))));
    } finally {
      this.#done(scope);
    }
  }

  subscribe(request: LinkRequest): AsyncIterableIterator<FormattedExecutionResult> {
    const shape = this.#shapes.get(request.shape);
    if (!shape) return once(this.#unknownShape(request.shape));
    const scope = this.#open(request);
    const source = this.#start(shape, request, scope);
    // Whoever reads sees it; nobody may.
    source.catch(() => undefined);
    return new LocalStream(source, scope, () => this.#done(scope));
  }

  onStateChange(listener: (state: LinkState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#state === 'CLOSED') return;
    this.#state = 'CLOSED';
    for (const scope of this.#calls) scope.end(this.#closed());
    for (const listener of this.#listeners) listener('CLOSED');
  }

  async #start(
    shape: ExecutableShape,
    request: LinkRequest,
    scope: CallScope,
  ): Promise<AsyncIterator<ExecutionResult>> {
    scope.assertOpen();
    return asIterator(await shape.subscribe(shapeRequest(request, scope)));
  }

  #open(request: LinkRequest, timeoutMs?: number): CallScope {
    const scope = new CallScope({
      timeoutMs,
      signal: request.signal,
      onTimeout: () =>
        codedError('NODE_TIMEOUT', `Node ${this.node} did not answer in ${timeoutMs} ms`, {
          node: this.node,
        }),
    });
    if (this.#state === 'CLOSED') scope.end(this.#closed());
    else this.#calls.add(scope);
    return scope;
  }

  #done(scope: CallScope): void {
    scope.dispose();
    this.#calls.delete(scope);
  }

  #closed(): Error {
    return codedError('NODE_UNREACHABLE', `The link to node ${this.node} is closed`, { node: this.node });
  }

  #unknownShape(name: string): FormattedExecutionResult {
    const error = codedError('SUBGRAPH_FAILED', `Node ${this.node} has no subgraph ${JSON.stringify(name)}`);
    return { errors: [error.toJSON()] };
  }
}

/** Reads the source only as fast as it is read itself, and never waits for it once it has been told to stop. */
class LocalStream implements AsyncIterableIterator<FormattedExecutionResult> {
  readonly #source: Promise<AsyncIterator<ExecutionResult>>;
  readonly #scope: CallScope;
  readonly #onEnd: () => void;
  #phase: 'open' | 'returned' | 'ended' = 'open';

  constructor(source: Promise<AsyncIterator<ExecutionResult>>, scope: CallScope, onEnd: () => void) {
    this.#source = source;
    this.#scope = scope;
    this.#onEnd = onEnd;
    const stop = (): void => this.#stop();
    if (scope.signal.aborted) stop();
    else scope.signal.addEventListener('abort', stop, { once: true });
  }

  async next(): Promise<IteratorResult<FormattedExecutionResult, undefined>> {
    if (this.#phase !== 'open') return { done: true, value: undefined };
    try {
      const step = await this.#scope.race(this.#source.then((source) => source.next()));
      if (!step.done) return { done: false, value: formatResult(step.value) };
      this.#end();
    } catch (error) {
      if (this.#wasReturned()) return { done: true, value: undefined };
      this.#end();
      throw error;
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<FormattedExecutionResult, undefined>> {
    if (this.#phase === 'open') {
      this.#phase = 'returned';
      this.#scope.end(new Error('The reader stopped'));
      this.#onEnd();
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  // A method, as the compiler does not expect a field to change during an await.
  #wasReturned(): boolean {
    return this.#phase === 'returned';
  }

  #end(): void {
    this.#phase = 'ended';
    this.#onEnd();
  }

  #stop(): void {
    this.#source.then((source) => source.return?.()).catch(() => undefined);
  }
}

function shapeRequest({ query, variables, viewer }: LinkRequest, scope: CallScope) {
  return { query, variables, viewer, signal: scope.signal };
}

function asIterator(
  outcome: AsyncIterableIterator<ExecutionResult> | ExecutionResult,
): AsyncIterator<ExecutionResult> {
  if (Symbol.asyncIterator in outcome) return outcome;
  return once(outcome);
}

async function* once<T>(value: T): AsyncGenerator<T, undefined> {
  yield value;
  return undefined;
}

/** What a link carries is data: errors become what they would be as JSON. */
function formatResult(result: ExecutionResult): FormattedExecutionResult {
  const { errors, ...rest } = result;
  return errors ? { ...rest, errors: errors.map((error) => error.toJSON()) } : rest;
}
