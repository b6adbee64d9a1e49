import type { Logger } from 'pino';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { Link } from '../../wire/link.ts';
import { codeOf } from '../../wire/code-of.ts';
import type { ErrorCode } from '../../schema/error-codes.ts';
import type { RequestContext } from '../execute/request-context.ts';
import type { Variables } from './arguments.ts';
import { Breakers, type BreakerOptions } from './breakers.ts';
import type { FleetShape } from './directives.ts';
import { type AbsentField, fillMissing } from './fill-missing.ts';
import { type NodeAnswer, type NodeError, readAnswer } from './node-answer.ts';
import { type NodeDocument, pickVariables } from './node-document.ts';
import type { NodeVersions } from './node-versions.ts';
import { type OwnerGuard, compileOwnerGuard, removeForeign } from './owner-guard.ts';
import type { Roster } from './roster.ts';

/** What a node is asked in one fetch, and how its answer is taken in. */
export interface NodeRequest {
  readonly node: string;
  readonly document: NodeDocument;
  /** Later ones go before earlier ones. */
  readonly variables: readonly Variables[];
  /** Throws NODE_BAD_ANSWER when `data` is not what was asked; nothing of the answer is used then. */
  readonly take: (data: Readonly<Record<string, unknown>> | undefined, errors: readonly NodeError[]) => void;
}

/** `fault`: the node has not answered, or not with an answer. Otherwise the errors inside its answer. */
export type NodeOutcome =
  | { readonly kind: 'answer'; readonly errors: readonly NodeError[]; readonly errorsLeftOut: number }
  | { readonly kind: 'fault'; readonly code: ErrorCode; readonly message: string };

export type FleetLog = Pick<Logger, 'error' | 'warn'>;

export interface NodesOptions {
  readonly shape: FleetShape;
  readonly roster: Roster;
  readonly versions: NodeVersions;
  readonly breaker?: BreakerOptions | undefined;
  /** A node that was given less time is not blamed for not answering. */
  readonly minWaitMs?: number | undefined;
  readonly log?: FleetLog | undefined;
  /** As `performance.now()`. */
  readonly now?: () => number;
}

/** The nodes of a fleet as somebody to ask: never later than the deadline, never one that is suspended, only what it knows. */
export class Nodes {
  readonly #options: NodesOptions;
  readonly #breakers: Breakers;
  readonly #now: () => number;
  readonly #minWaitMs: number;
  readonly #guards = new WeakMap<NodeDocument, OwnerGuard | undefined>();

  constructor(options: NodesOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#minWaitMs = options.minWaitMs ?? limits.breakerMinWaitMs;
    this.#breakers = new Breakers(isNodesFault, options.breaker);
  }

  /** Never rejects. */
  async ask(request: NodeRequest, context: RequestContext): Promise<NodeOutcome> {
    const { node } = request;
    const link = this.#options.roster.get(node);
    if (!link) return fault('NODE_UNKNOWN', `No node of this network has the id ${node}`);
    const outcome = faultOfState(link) ?? (await this.#askLink(link, request, context));
    if (outcome.kind === 'fault') {
      context.network.asked(node);
      context.network.failed(node);
    }
    return outcome;
  }

  async #askLink(link: Link, request: NodeRequest, context: RequestContext): Promise<NodeOutcome> {
    const trimmed = this.#options.versions.trim(link, request.document);
    if (trimmed === 'unreadable') return incompatible(link.node);
    const { document, missing } = trimmed;
    if (!document) {
      return {
        kind: 'answer',
        errors: missing.map((field) => notOnNode(link.node, field)),
        errorsLeftOut: 0,
      };
    }
    context.network.asked(link.node);
    try {
      return await this.#breakers.run(link, async () => {
        const answer = await this.#send(link, document, request.variables, context);
        const absent = fillMissing(answer.data, missing).map((field) => notOnNode(link.node, field));
        const foreign = this.#removeForeign(link.node, answer.data, request.document);
        const errors = [...answer.errors, ...absent, ...foreign];
        request.take(answer.data, errors);
        return { kind: 'answer', errors, errorsLeftOut: answer.errorsLeftOut };
      });
    } catch (error) {
      return this.#faultOf(link.node, error);
    }
  }

  async #send(
    link: Link,
    document: NodeDocument,
    variables: readonly Variables[],
    context: RequestContext,
  ): Promise<NodeAnswer> {
    const leftMs = context.deadline - this.#now();
    // Others' rows are to be merged, and completed by what the plan asks for next, although this node stays silent.
    const reserveMs = Math.min(leftMs / 10, limits.followUpReserveMs);
    const timeoutMs = Math.min(leftMs - reserveMs, limits.requestDeadlineMs);
    if (timeoutMs <= 0) throw new Blameless('NODE_TIMEOUT', `No time was left to ask node ${link.node}`);
    try {
      const answer: unknown = await withinTime(
        link.execute({
          shape: this.#options.shape.name,
          query: document.text,
          variables: pickVariables(document.variables, ...variables),
          viewer: context.viewer,
          timeoutMs,
          signal: context.signal,
        }),
        timeoutMs,
        () => timedOut(link.node, timeoutMs),
      );
      return readAnswer(link.node, answer);
    } catch (error) {
      const code = codeOf(error) ?? 'NODE_UNREACHABLE';
      const message = error instanceof Error ? error.message : String(error);
      const wasPatient = code !== 'NODE_TIMEOUT' || timeoutMs >= this.#minWaitMs;
      if (context.signal?.aborted || !wasPatient) throw new Blameless(code, message, { cause: error });
      throw codeOf(error) ? error : codedError(code, `The link to node ${link.node} failed: ${message}`);
    }
  }

  #removeForeign(node: string, data: NodeAnswer['data'], document: NodeDocument): readonly NodeError[] {
    if (!this.#guards.has(document)) {
      this.#guards.set(document, compileOwnerGuard(this.#options.shape, document));
    }
    const guard = this.#guards.get(document);
    const foreign = guard && removeForeign(node, data, guard);
    if (!foreign) return [];
    const { count: rows, first: path } = foreign;
    return [
      { code: 'FOREIGN_ROWS', message: `Node ${node} answered with rows that it does not own`, path, rows },
    ];
  }

  #faultOf(node: string, error: unknown): NodeOutcome {
    if (error instanceof Blameless) return fault(error.code, error.message);
    const code = codeOf(error);
    if (code && error instanceof Error) return fault(code, error.message);
    this.#options.log?.error({ node, err: error }, 'an answer could not be taken in');
    return fault('INTERNAL_SERVER_ERROR', `The answer of node ${node} could not be taken in`);
  }
}

/** A fault that says nothing of the node: it was given no time, or nobody waits any more. */
class Blameless extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const nodesFaults: ReadonlySet<ErrorCode | undefined> = new Set<ErrorCode>([
  'NODE_UNREACHABLE',
  'NODE_TIMEOUT',
  'NODE_BAD_ANSWER',
  'NODE_ANSWER_TOO_LARGE',
]);

/** Whether it counts towards leaving the node alone. */
function isNodesFault(error: Error): boolean {
  return nodesFaults.has(codeOf(error));
}

function faultOfState(link: Link): NodeOutcome | undefined {
  switch (link.state) {
    case 'UP':
      return undefined;
    case 'INCOMPATIBLE':
      return incompatible(link.node);
    case 'CONNECTING':
    case 'CLOSED':
      return fault('NODE_UNREACHABLE', `The link to node ${link.node} is down`);
  }
}

function fault(code: ErrorCode, message: string): NodeOutcome {
  return { kind: 'fault', code, message };
}

function incompatible(node: string): NodeOutcome {
  return fault('NODE_INCOMPATIBLE', `Node ${node} publishes a schema that cannot be read`);
}

function timedOut(node: string, timeoutMs: number): Error {
  return codedError('NODE_TIMEOUT', `Node ${node} did not answer in ${Math.round(timeoutMs)} ms`);
}

function notOnNode(node: string, { path, field }: AbsentField): NodeError {
  return {
    code: 'FIELD_NOT_ON_NODE',
    message: `Node ${node} runs another version, which does not have ${field} as it was asked for`,
    path,
  };
}

/** Rejects when `work` takes longer, also when it does not listen to its own deadline. */
function withinTime<T>(work: Promise<T>, timeoutMs: number, onTimeout: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(onTimeout()), timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
