import type { ErrorCode } from '../../schema/error-codes.ts';
import { limits } from '../../schema/limits.ts';
import { codeOf } from '../../wire/code-of.ts';
import { codedError } from '../../wire/coded-error.ts';

export type Path = readonly (string | number)[];

/** An error that a node reported inside its answer. */
export interface NodeError {
  readonly message: string;
  readonly code: ErrorCode;
  /** From the root of what the node was asked; empty when the error concerns all of it. */
  readonly path: Path;
  /** How many rows it stands for, where that is known. */
  readonly rows?: number;
}

export interface NodeAnswer {
  readonly data: Readonly<Record<string, unknown>> | undefined;
  /** At most `limits.maxErrorsPerNode`. */
  readonly errors: readonly NodeError[];
  /** Errors beyond those. */
  readonly errorsLeftOut: number;
}

/** Takes in what came over a link. Throws NODE_BAD_ANSWER when that is not an answer to a GraphQL operation. */
export function readAnswer(node: string, answer: unknown): NodeAnswer {
  if (!isRecord(answer)) throw badAnswer(node, 'an answer', answer);
  const { data, errors } = answer;
  if (data !== undefined && data !== null && !isRecord(data))
    throw badAnswer(node, 'data to be an object', data);
  if (errors !== undefined && errors !== null && !Array.isArray(errors)) {
    throw badAnswer(node, 'errors to be a list', errors);
  }
  const reported: readonly unknown[] = errors ?? [];
  if (!isRecord(data) && reported.length === 0) throw badAnswer(node, 'data or errors', answer);
  return {
    data: isRecord(data) ? data : undefined,
    errors: reported.slice(0, limits.maxErrorsPerNode).map(readError),
    errorsLeftOut: Math.max(0, reported.length - limits.maxErrorsPerNode),
  };
}

/** The fault of a node whose answer is not what it was asked for. */
export function badAnswer(node: string, expected: string, got: unknown): Error {
  return codedError('NODE_BAD_ANSWER', `Node ${node}: expected ${expected}, got ${describe(got)}`, { node });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Only what we understand of it goes on: the rest of a node's `extensions` is foreign text of any size.
function readError(error: unknown): NodeError {
  const { message, path } = isRecord(error) ? error : {};
  return {
    message: typeof message === 'string' ? message.slice(0, maxMessageLength) : 'An error without a message',
    code: codeOf(error) ?? 'SUBGRAPH_FAILED',
    path: Array.isArray(path) && path.length <= maxPathLength && path.every(isPathStep) ? path : [],
  };
}

const maxMessageLength = 1_000;
const maxPathLength = 2 * limits.maxOperationDepth;

function isPathStep(step: unknown): step is string | number {
  return typeof step === 'string' || Number.isSafeInteger(step);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value === null || typeof value !== 'object') return String(value).slice(0, 100);
  return 'an object';
}
