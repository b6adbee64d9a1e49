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
  const timer = setInterval(() => {
    pruning ??= pruneIds(db, now())
      .catch(onFault)
      .finally(() => {
        pruning = undefined;
      });
  }, everyMs);
  timer.unref();
  return {
    close: async () => {
      clearInterval(timer);
      await pruning;
    },
  };
}

/** A part of what is old enough to be forgotten; the rest another time. */
export async function pruneIds(db: TrafficDatabase, now: number): Promise<void> {
  const before = now - limits.rememberIdsMs;
  for (const statement of statements(before)) await statement.execute(db);
}

function statements(before: number): readonly RawBuilder<unknown>[] {
  return [
    sql`delete from seen where (inbox, source, message_id) in
      (select inbox, source, message_id from seen where seen_at < ${before} limit ${maxAtOnce})`,
    sql`delete from sent_ids where position in
      (select position from sent_ids where sent_at < ${before} and outcome is not null limit ${maxAtOnce})`,
    sql`delete from refusals where refused_at < ${before}`,
  ];
}
