import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { MoveRow, MoveStep } from './database.ts';

/** What one side says of how far a move is. */
export interface MoveReport {
  readonly node: string;
  readonly step?: MoveStep | undefined;
  readonly sha256?: string | undefined;
  /** The number of the copy, from 1. */
  readonly copy?: number | undefined;
}

interface Transition {
  readonly side: 'source' | 'target';
  readonly from: Pick<MoveRow, 'step'> & Partial<Pick<MoveRow, 'copies'>>;
  readonly to: Partial<Pick<MoveRow, 'step' | 'copies' | 'copy_sha256' | 'rest_sha256'>>;
}

/**
 * What a report makes of a move, and of which: BEGUN, then COPIED and ACCEPTED for each copy, then FROZEN. A report that comes again or late is of another
 * copy than the move's last one. BAD_USER_INPUT for a copy too many.
 */
export function transitionOf({ step, sha256, copy = 1 }: MoveReport): Transition | undefined {
  if (copy < 1 || copy > limits.maxMoveCopies)
    throw codedError('BAD_USER_INPUT', `Expected one of ${limits.maxMoveCopies} copies, got number ${copy}`);
  const hash = sha256 ?? null;
  switch (step) {
    case 'COPIED':
      return {
        side: 'source',
        from: { step: copy === 1 ? 'BEGUN' : 'ACCEPTED', copies: copy - 1 },
        to: { step, copies: copy, copy_sha256: hash },
      };
    case 'ACCEPTED':
      return { side: 'target', from: { step: 'COPIED', copies: copy }, to: { step } };
    case 'FROZEN':
      return { side: 'source', from: { step: 'ACCEPTED' }, to: { step, rest_sha256: hash } };
    default:
      return undefined;
  }
}
