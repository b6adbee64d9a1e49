import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { codedError } from '../../../wire/coded-error.ts';
import type { Link } from '../../../wire/link.ts';
import type { Viewer } from '../../../wire/viewer.ts';
import { codeOf } from '../../../wire/code-of.ts';
import { errorCodes } from '../../../schema/error-codes.ts';
import type { SubgraphResult } from '../../execute/subgraph.ts';
import { fillMissing } from '../fill-missing.ts';
import { type NodeError, badAnswer, isRecord, readAnswer } from '../node-answer.ts';
import type { NodeVersions } from '../node-versions.ts';
import type { MissingField } from '../trim-document.ts';
import type { StreamFetch } from './stream-fetch.ts';

/**
 * `event`: with the mark (cursor or key) of what it carries; without one it only has errors. `refused`: asking again would bring the same
 * answer. `lost`: the node, its link or the stream failed, or (without errors) the node ended it.
 */
export type NodeStep =
  | { readonly kind: 'event'; readonly result: SubgraphResult; readonly mark: string | undefined }
  | { readonly kind: 'refused'; readonly errors: readonly GraphQLFormattedError[] }
  | { readonly kind: 'lost'; readonly errors: readonly GraphQLFormattedError[] };

export interface NodeStreamOptions {
  readonly link: Link;
  readonly shape: string;
  readonly fetch: StreamFetch;
  readonly versions: NodeVersions;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: Viewer | undefined;
}

/** One subscription on one node, begun when it is made: what comes over the link is checked here, and nothing of it is believed before. */
export class NodeStream {
  readonly node: string;
  readonly #fetch: StreamFetch;
  readonly #source: AsyncIterator<FormattedExecutionResult> | undefined;
  readonly #missing: readonly MissingField[];
  /** Why there is no source. */
  readonly #fault: NodeStep;

  constructor({ link, shape, fetch, versions, variables, viewer }: NodeStreamOptions) {
    this.node = link.node;
    this.#fetch = fetch;
    this.#fault = {
      kind: 'lost',
      errors: [this.#error('NODE_INCOMPATIBLE', 'publishes a schema that cannot be read')],
    };
    const trimmed = versions.trim(link, fetch.document);
    this.#missing = trimmed === 'unreadable' ? [] : trimmed.missing;
    if (trimmed === 'unreadable') return;
    if (trimmed.document) {
      this.#source = link.subscribe({ shape, query: trimmed.document.text, variables, viewer });
      return;
    }
    const absent = this.#missing.map(({ field }) => `does not have ${field} as it was asked for`);
    this.#fault = { kind: 'refused', errors: absent.map((what) => this.#error('FIELD_NOT_ON_NODE', what)) };
  }

  /** Never rejects. Not to be called again after `refused` or `lost`. */
  async next(): Promise<NodeStep> {
    if (!this.#source) return this.#fault;
    try {
      const step = await this.#source.next();
      return step.done ? { kind: 'lost', errors: [] } : this.#read(step.value);
    } catch (error) {
      const code = codeOf(error) ?? 'NODE_UNREACHABLE';
      return this.#failed([
        { code, message: error instanceof Error ? error.message : String(error), path: [] },
      ]);
    }
  }

  /** Tells the node to stop; a `next()` under way may never settle. */
  close(): void {
    // What it says to that is of no interest any more.
    Promise.resolve(this.#source?.return?.()).catch(() => undefined);
  }

  #read(value: unknown): NodeStep {
    try {
      const { data, errors } = readAnswer(this.node, value);
      if (!data) return this.#failed(errors);
      const { responseName } = this.#fetch;
      const event = data[responseName];
      if (event === null && errors.length > 0) return this.#event(data, errors);
      if (!isRecord(event)) throw badAnswer(this.node, `${responseName} to be an object`, event);
      const mark = this.#takeMark(event);
      const absent = fillMissing(data, this.#missing);
      const notOnNode = absent.map(({ path, field }): NodeError => {
        return { code: 'FIELD_NOT_ON_NODE', message: `Node ${this.node} does not have ${field}`, path };
      });
      return this.#event(data, [...errors, ...notOnNode], mark);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return this.#event(null, [{ code: codeOf(error) ?? 'NODE_BAD_ANSWER', message, path: [] }]);
    }
  }

  #event(
    data: Record<string, unknown> | null | undefined,
    errors: readonly NodeError[],
    mark?: string,
  ): NodeStep {
    const result =
      errors.length > 0 ? { data, errors: errors.map((error) => this.#format(error)) } : { data };
    return { kind: 'event', result, mark };
  }

  #takeMark(event: Record<string, unknown>): string | undefined {
    const { markName, markPath, field } = this.#fetch;
    if (!field.stream) return undefined;
    let mark = event[markName];
    delete event[markName];
    for (const name of markPath) mark = isRecord(mark) ? mark[name] : undefined;
    if (typeof mark !== 'string' || !markPattern.test(mark)) {
      throw badAnswer(this.node, `a ${field.stream.kind === 'feed' ? 'cursor' : 'key'} in ASCII`, mark);
    }
    if (this.#fetch.isMarkOfNode && mark !== this.node) {
      throw codedError('FOREIGN_ROWS', `Node ${this.node} sent an event of node ${mark}`);
    }
    return mark;
  }

  #failed(errors: readonly NodeError[]): NodeStep {
    const isDefinite = errors.some(({ code }) => errorCodes[code][0] === 'caller');
    return { kind: isDefinite ? 'refused' : 'lost', errors: errors.map((error) => this.#format(error)) };
  }

  #error(code: NodeError['code'], what: string): GraphQLFormattedError {
    return this.#format({ code, message: `Node ${this.node} ${what}`, path: [] });
  }

  #format({ code, message, path }: NodeError): GraphQLFormattedError {
    // What only we asked for has no place in the client's answer.
    const own = path.findIndex((step) => typeof step === 'string' && this.#fetch.document.names.has(step));
    const place = own < 0 ? path : path.slice(0, own);
    return {
      message,
      ...(place.length > 0 ? { path: place } : {}),
      extensions: { code, node: this.node },
    };
  }
}

/** Cursors are compared bytewise, and `<` of JavaScript does that for ASCII alone. */
const markPattern = /^[\x20-\x7e]{1,1024}$/;
