import { codedError } from '../../../wire/coded-error.ts';
import { decodeCursor, encodeCursor } from '../../serve/cursor.ts';
import { type Page, createPage, readPageSize } from '../../serve/page.ts';
import type { Resolution } from '../database.ts';
import { decodeSequence, encodeSequence } from '../../serve/sequence-position.ts';

export interface HistoryArguments {
  readonly resolution: Uppercase<Resolution>;
  readonly since?: string | null | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

interface HistorySource<Row> {
  /** The list that the cursors are of. */
  readonly scope: string;
  readonly list: (range: {
    readonly resolution: Resolution;
    readonly since: string | undefined;
    readonly afterId: number;
    readonly limit: number;
  }) => Promise<readonly Row[]>;
  readonly count: (resolution: Resolution, since: string | undefined) => Promise<number>;
}

/** A page of a table of this node that grows by `id`. Throws BAD_PAGE_SIZE, BAD_CURSOR or BAD_USER_INPUT. */
export async function pageHistory<Row extends { readonly id: number }>(
  { scope, list, count }: HistorySource<Row>,
  { resolution: asked, since: sinceArgument, first, after }: HistoryArguments,
): Promise<Page<Row>> {
  const size = readPageSize(first);
  const since = readSince(sinceArgument);
  const resolution = toResolution[asked];
  const afterId = after === null || after === undefined ? 0 : decodeSequence(decodeCursor(scope, after));
  return createPage({
    rows: await list({ resolution, since, afterId, limit: size + 1 }),
    size,
    cursorOf: (row) => encodeCursor(scope, encodeSequence(row.id)),
    countAll: () => count(resolution, since),
  });
}

const toResolution = { SECOND: 'second', MINUTE: 'minute', HOUR: 'hour' } as const satisfies Record<
  Uppercase<Resolution>,
  Resolution
>;

/** As the tables have times. */
function readSince(since: string | null | undefined): string | undefined {
  if (since === null || since === undefined) return undefined;
  const time = /^\d{4}-\d{2}-\d{2}/.test(since) ? Date.parse(since) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw codedError('BAD_USER_INPUT', 'Expected since to be a time as in 2026-01-31T12:00:00Z');
}
