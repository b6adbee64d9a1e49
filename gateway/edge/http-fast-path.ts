import { LRUCache } from 'lru-cache';
import type { Viewer } from '../../wire/viewer.ts';
import type { Operations, QueryOperation } from '../execute/operation.ts';
import type { RequestContext } from '../execute/request-context.ts';
import { type HttpAnswer, jsonType } from './http-answer.ts';
import type { Question } from './http-question.ts';
import { statusOfResult } from './http-status.ts';

/** A repeated operation, ready to run without Apollo Server. */
export type FastRun = (context: RequestContext) => Promise<HttpAnswer>;

/**
 * The short way for a POST whose operation has been compiled before. Apollo Server would parse the text again, build contexts and call hooks
 * that nobody uses, for more than the operation itself costs. It takes only what needs no judgement; everything odd goes to Apollo Server.
 * What Apollo Server has decided once about an Accept header is remembered from its answers.
 */
export class FastPath {
  readonly #operations: Operations;
  readonly #contentTypes = new LRUCache<string, string>({ max: 100 });

  constructor(operations: Operations) {
    this.#operations = operations;
  }

  /** undefined when Apollo Server has to answer. */
  find(question: Question, accept: string | undefined, viewer: Viewer | undefined): FastRun | undefined {
    const { body, query, operationName, variables = {} } = question;
    if (!body || query === undefined || !isPlain(body)) return undefined;
    const contentType = accept === undefined ? jsonType : this.#contentTypes.get(accept);
    if (contentType === undefined) return undefined;
    const operation = this.#operations.cached({ query, operationName, variables, role: viewer?.role });
    if (!operation || operation.kind === 'subscription') return undefined;
    return (context) => run(operation, variables, contentType, context);
  }

  /** Takes note of how Apollo Server answered; a 406 or another refusal says nothing of how a result would look. */
  learn(accept: string | undefined, answer: HttpAnswer): void {
    if (accept !== undefined && answer.status === 200) this.#contentTypes.set(accept, answer.contentType);
  }
}

async function run(
  operation: QueryOperation,
  variables: Readonly<Record<string, unknown>>,
  contentType: string,
  context: RequestContext,
): Promise<HttpAnswer> {
  const { errors, data, extensions } = await operation.execute(variables, context);
  // In Apollo Server's order, with its line break.
  const body = `${JSON.stringify({ errors, data, extensions })}\n`;
  return { status: statusOfResult({ data, errors }), contentType, body };
}

/** Nothing that Apollo Server would refuse or treat in a way of its own. */
function isPlain({ variables, operationName, extensions }: Readonly<Record<string, unknown>>): boolean {
  if (!isAbsent(variables) && !isObject(variables)) return false;
  if (!isAbsent(operationName) && typeof operationName !== 'string') return false;
  return isAbsent(extensions) || (isObject(extensions) && !extensions['persistedQuery']);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
