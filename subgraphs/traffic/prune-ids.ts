import { type RawBuilder, sql } from 'kysely';
import { limits } from '../../schema/limits.ts';
import type { TrafficDatabase } from './database.ts';

/** Rows deleted in one transaction, for which messages wait. */
const maxAtOnce = 1_000;
const everyMs = 60_000;

export interface PruningOptions {
  readonly db: TrafficDatabase;
  readonly now: () => number;
  readonly onFault: (error: unknown) => void;
}

export interface Pruning {
  /** Resolves when nothing is being deleted. Idempotent. */
  close(): Promise<void>;
}

/** Forgets ids of messages, and numbers that were refused, once they have been remembered for long enough. */
export function startPruning({ db, now, onFault }: PruningOptions): Pruning {
  let pruning: Promise<void> | undefined;
  let isClosed = false;
  const pruneAll = async (): Promise<void> => {
    while (!isClosed && (await pruneIds(db, now()))) continue;
  };
  const timer = setInterval(() => {
    pruning ??= pruneAll()
      .catch(onFault)
      .finally(() => {
        pruning = undefined;
      });
  }, everyMs);
  timer.unref();
  return {
    close: async () => {
      isClosed = true;
      clearInterval(timer);
      await pruning;
    },
  };
}

/** Forgets a part of what is old enough. @returns whether there may be more */
export async function pruneIds(db: TrafficDatabase, now: number): Promise<boolean> {
  const before = now - limits.rememberIdsMs;
  let mayBeMore = false;
  for (const statement of statements(before)) {
    const { numAffectedRows = 0n } = await statement.execute(db);
    mayBeMore ||= numAffectedRows >= maxAtOnce;
  }
  return mayBeMore;
}

function statements(before: number): readonly RawBuilder<unknown>[] {
  return [
    sql`delete from seen where (inbox, source, message_id) in
      (select inbox, source, message_id from seen where seen_at < ${before} limit ${maxAtOnce})`,
    sql`delete from sent_ids where position in
      (select position from sent_ids where sent_at < ${before} and outcome is not null limit ${maxAtOnce})`,
    sql`delete from refusals where (inbox, source, series, first_number) in
      (select inbox, source, series, first_number from refusals where refused_at < ${before} limit ${maxAtOnce})`,
  ];
}
