import type { ErrorCode } from '../../schema/error-codes.ts';
import { limits } from '../../schema/limits.ts';

/** A place where the answer could not be completed as the schema promises it. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  /** From the place up to the root: read it backwards. */
  readonly path: (string | number)[];
  /** Only a consequence where an error of a subgraph concerns the same place. */
  readonly isConsequence: boolean;
}

/** What is gathered while one answer is shaped. */
export class Problems {
  readonly list: Problem[] = [];

  add(problem: Omit<Problem, 'path'>): void {
    // More than the answer will ever show is not worth remembering; each one costs memory that a hostile answer decides about.
    if (this.list.length < 10 * limits.maxErrorsPerAnswer) this.list.push({ ...problem, path: [] });
  }

  /** Says where, one level further up, the problems lie that have come since there were `before` of them. */
  locate(before: number, key: string | number): void {
    for (let index = before; index < this.list.length; index += 1) this.list[index]?.path.push(key);
  }
}
