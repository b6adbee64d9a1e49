import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import { CallScope } from './call-scope.ts';
import { codedError } from './coded-error.ts';
import type { ExecutableShape } from './executable-shape.ts';
import type { Link, LinkRequest, LinkState } from './link.ts';
import { mapIterator } from './map-iterator.ts';
import { ScopedStream } from './scoped-stream.ts';

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
    if (!shape) return formatResult(this.#unknownShape(request.shape));
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
    const scope = this.#open(request);
    const events = new ScopedStream(
      scope,
      async () => (shape ? shape.subscribe(shapeRequest(request, scope)) : this.#unknownShape(request.shape)),
      () => this.#done(scope),
    );
    return mapIterator(events, formatResult);
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

  #unknownShape(name: string): ExecutionResult {
    const message = `Node ${this.node} has no subgraph ${JSON.stringify(name)}`;
    return { errors: [codedError('SUBGRAPH_FAILED', message)] };
  }
}

function shapeRequest({ query, variables, viewer }: LinkRequest, scope: CallScope) {
  return { query, variables, viewer, signal: scope.signal };
}

/** What a link carries is data: errors become what they would be as JSON. */
function formatResult(result: ExecutionResult): FormattedExecutionResult {
  const { errors, ...rest } = result;
  return errors ? { ...rest, errors: errors.map((error) => error.toJSON()) } : rest;
}
