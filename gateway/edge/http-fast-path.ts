import { LRUCache } from 'lru-cache';
import type { Operations, QueryOperation } from '../execute/operation.ts';
import type { RequestContext } from '../execute/request-context.ts';
import { type HttpAnswer, jsonType } from './http-answer.ts';
import type { Question } from './http-question.ts';
import { statusOfResult } from './http-status.ts';

/** A repeated operation, ready to run without Apollo Server. */
export interface FastRun {
  (context: RequestContext): Promise<HttpAnswer>;
}

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
  find(question: Question, accept: string | undefined, role: RequestContext['viewer']): FastRun | undefined {
    const { body, query, operationName } = question;
    if (!body || query === undefined) return undefined;
    const contentType = accept === undefined ? jsonType : this.#contentTypes.get(accept);
    const variables = readVariables(body);
    if (contentType === undefined || !variables || !isPlain(body)) return undefined;
    const operation = this.#operations.cached({ query, operationName, role: role?.role });
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

function readVariables(body: Question['body'] & object): Readonly<Record<string, unknown>> | undefined {
  const variables = body['variables'];
  if (variables === undefined || variables === null) return {};
  return isObject(variables) ? variables : undefined;
}

/** Nothing that Apollo Server would refuse or treat in a way of its own. */
function isPlain(body: Question['body'] & object): boolean {
  const { operationName, extensions } = body;
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string')
    return false;
  if (extensions === undefined || extensions === null) return true;
  return isObject(extensions) && !extensions['persistedQuery'];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
