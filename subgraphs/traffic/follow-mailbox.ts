import { followTable } from '../serve/follow-table.ts';

/** An event of a mailbox: a row with its sequence, or that the rows up to `sequence` are kept no more. */
export type MailboxEvent<Row> =
  | { readonly kind: 'row'; readonly sequence: number; readonly row: Row }
  | { readonly kind: 'truncated'; readonly sequence: number };

export interface FollowMailboxOptions<Row> {
  /** Rows beyond this sequence are read; undefined for the oldest kept. */
  readonly after: number | undefined;
  readonly readBeyond: (sequence: number) => Promise<readonly Row[]>;
  /** All up to this sequence have been deleted. */
  readonly readDeletedTo: () => Promise<number>;
  readonly onNews: (wake: () => void) => () => void;
  readonly signals: readonly AbortSignal[];
}

/**
 * The rows of a mailbox beyond a place, and every later one. Sequences rise by one, so that a hole is a deletion: it is one event, then it goes on
 * with the oldest row kept.
 */
export async function followMailbox<Row extends { readonly sequence: number }>(
  options: FollowMailboxOptions<Row>,
): Promise<AsyncIterableIterator<MailboxEvent<Row>>> {
  const { readBeyond, readDeletedTo, onNews, signals } = options;
  const readEvents = async (position: number): Promise<readonly MailboxEvent<Row>[]> => {
    const rows = await readBeyond(position);
    const events = rows.map((row) => ({ kind: 'row', sequence: row.sequence, row }) as const);
    if (rows[0]?.sequence === position + 1) return events;
    const deletedTo = await readDeletedTo();
    return deletedTo > position ? [{ kind: 'truncated', sequence: deletedTo }, ...events] : events;
  };
  return followTable<MailboxEvent<Row>, MailboxEvent<Row>>({
    position: options.after ?? (await readDeletedTo()),
    readBeyond: readEvents,
    positionOf: ({ sequence }) => sequence,
    present: (event) => event,
    onNews,
    signals,
  });
}
