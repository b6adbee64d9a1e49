import { createHash } from 'node:crypto';
import { codedError } from '../../wire/coded-error.ts';

const tagLength = 12;

/**
 * A cursor for `position` (ASCII) in the list that `scope` names: `<position>.<tag>`. Cursors of one scope sort bytewise as their positions do.
 * The tag tells cursors of other lists and altered ones; it is no secret, since a position gives nobody anything that paging would not.
 */
export function encodeCursor(scope: string, position: string): string {
  return `${position}.${tag(scope, position)}`;
}

/** The position of a cursor that `encodeCursor` made for this scope; throws BAD_CURSOR for anything else. */
export function decodeCursor(scope: string, cursor: string): string {
  const dot = cursor.length - tagLength - 1;
  const position = cursor.slice(0, Math.max(dot, 0));
  if (position === '' || cursor !== encodeCursor(scope, position)) {
    throw codedError('BAD_CURSOR', 'Expected a cursor that this field gave out');
  }
  return position;
}

/** As `decodeCursor`, for positions that are whole numbers. */
export function decodeNumberCursor(scope: string, cursor: string): number {
  const position = decodeCursor(scope, cursor);
  if (/^\d{1,15}$/.test(position)) return Number(position);
  throw codedError('BAD_CURSOR', 'Expected a cursor that this field gave out');
}

function tag(scope: string, position: string): string {
  return createHash('sha256').update(`${scope}\n${position}`).digest('base64url').slice(0, tagLength);
}
