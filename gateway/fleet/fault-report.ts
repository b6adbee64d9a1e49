import type { GraphQLFormattedError } from 'graphql';
import { type ErrorCode, errorCodes } from '../../schema/error-codes.ts';
import type { NodeError, Path } from './node-answer.ts';

/** Rows that are missing for one reason. */
export interface Fault {
  readonly code: ErrorCode;
  readonly message: string;
  /** The node whose rows they are, where there is one. */
  readonly node?: string | undefined;
  /** Where the first of them would have been. */
  readonly path: Path;
  /** How many, where that is known. */
  readonly rows?: number | undefined;
}

/** Gathers what went wrong in one run of a fetch: one error per node and reason, however many rows it cost. */
export class FaultReport {
  readonly #faults = new Map<string, Fault>();
  readonly #answerErrors = new Map<string, GraphQLFormattedError>();
  readonly #leftOut = new Map<string, number>();

  add(fault: Fault): void {
    const key = `${fault.code} ${fault.node ?? ''}`;
    const known = this.#faults.get(key);
    const rows = known?.rows === undefined ? fault.rows : known.rows + (fault.rows ?? 0);
    this.#faults.set(key, { ...(known ?? fault), rows });
  }

  /** An error inside a node's answer, its path as in the merged answer. What is the caller's mistake, all nodes say: it counts once. */
  addAnswerError(node: string, error: NodeError): void {
    const [blame] = errorCodes[error.code];
    // A node that lacks a field lacks it in every row, whichever request they came with.
    const place = error.path
      .filter((part) => error.code !== 'FIELD_NOT_ON_NODE' || typeof part === 'string')
      .join('.');
    const key =
      blame === 'caller' ? `${error.code} ${place}` : `${error.code} ${place} ${node} ${error.message}`;
    if (this.#answerErrors.has(key)) return;
    const { message, path, code, rows } = error;
    this.#answerErrors.set(key, {
      message,
      path,
      extensions: { code, node, ...(rows === undefined ? {} : { rows }) },
    });
  }

  addLeftOut(node: string, count: number): void {
    if (count === 0) return;
    const rows = count + (this.#leftOut.get(node) ?? 0);
    this.#leftOut.set(node, rows);
    const message = `Node ${node} reported ${rows} more errors`;
    this.#answerErrors.set(`more ${node}`, { message, extensions: { code: 'SUBGRAPH_FAILED', node, rows } });
  }

  errors(): readonly GraphQLFormattedError[] {
    return [...[...this.#faults.values()].map(formatFault), ...this.#answerErrors.values()];
  }
}

function formatFault({ code, message, node, path, rows }: Fault): GraphQLFormattedError {
  return {
    message,
    path,
    extensions: { code, ...(node === undefined ? {} : { node }), ...(rows === undefined ? {} : { rows }) },
  };
}
