import { limits } from '../../schema/limits.ts';
import { isPerson } from './is-person.ts';
import type { PairOutRow, SentIdRow, TrafficDatabase } from './database.ts';
import type { Delivery } from './delivery.ts';
import { toRow } from './outbox-row.ts';

/** A message that is accepted from one of our agents, or (on the initial node) from a person. */
export interface OwnMessage {
  readonly source: string;
  readonly inbox: string;
  readonly id: string;
  /** Whether the sender made the id, and so may send it again. */
  readonly isIdGiven: boolean;
  /** Of the agent; a person has none. */
  readonly epoch: number | undefined;
  /** JSON. */
  readonly body: string;
  readonly sentAt: string;
  readonly ttlMs: number;
  readonly hops: number;
  /** Not to be delivered for so long. */
  readonly delayMs: number;
  /** Whether it may have arrived already. */
  readonly attempted: boolean;
}

/** NEW: in the outbox now. KNOWN: its id was sent before, and that is what became of it; no outcome while it is in the outbox. */
export type Queued =
  | { readonly kind: 'NEW'; readonly position: number; readonly bytes: number }
  | ({ readonly kind: 'KNOWN' } & Known);

type Known = Pick<SentIdRow, 'position' | 'outcome' | 'sequence' | 'code' | 'text'>;

/** Puts a message into the outbox, an agent's with the next number of its pair. In a transaction of the caller's. */
export async function queueOwn(
  transaction: TrafficDatabase,
  message: OwnMessage,
  now: number,
): Promise<Queued> {
  const isOfPerson = isPerson(message.source);
  const find = isOfPerson ? findQueued : findSent;
  const known = message.isIdGiven ? await find(transaction, message) : undefined;
  if (known) return { kind: 'KNOWN', ...known };
  const pair = isOfPerson ? undefined : await nextOfPair(transaction, message);
  const delivery = toFirstDelivery(message, pair, now);
  const row = toRow(delivery, { now, attempted: message.attempted ? 1 : 0, in_custody: 0 });
  const { insertId } = await transaction
    .insertInto('outbox')
    .values({ ...row, not_before: message.delayMs > 0 ? now + message.delayMs : 0 })
    .executeTakeFirstOrThrow();
  const position = Number(insertId);
  if (message.isIdGiven && !isOfPerson) await noteSent(transaction, message, { position, now });
  return { kind: 'NEW', position, bytes: row.bytes };
}

function toFirstDelivery(message: OwnMessage, pair: PairOutRow | undefined, now: number): Delivery {
  const { id, source, inbox, epoch, body, sentAt, ttlMs, hops } = message;
  return {
    kind: 'MESSAGE',
    id,
    source,
    inbox,
    place: pair && {
      epoch: epoch ?? 1,
      series: pair.series,
      number: pair.last_number,
      through: pair.last_number,
      settledTo: pair.settled,
    },
    body,
    sentAt,
    ttlMs,
    hops,
    throttled: pair?.throttled_at != null && pair.throttled_at > now - limits.showThrottledMs,
    reason: undefined,
    bounce: undefined,
  };
}

async function nextOfPair(
  transaction: TrafficDatabase,
  { source, inbox, epoch = 1 }: OwnMessage,
): Promise<PairOutRow> {
  return (
    transaction
      .insertInto('pairs_out')
      // Whoever knows the pair from before the agent was made anew sees a newer series.
      .values({ source, inbox, series: epoch, last_number: 1, settled: 0, throttled_at: null })
      .onConflict((conflict) =>
        conflict.columns(['source', 'inbox']).doUpdateSet((row) => ({
          last_number: row('pairs_out.last_number', '+', 1),
        })),
      )
      .returningAll()
      .executeTakeFirstOrThrow()
  );
}

/** What people send is remembered by the home, once it is there. */
async function findQueued(
  transaction: TrafficDatabase,
  { source, inbox, id }: OwnMessage,
): Promise<Known | undefined> {
  const row = await transaction
    .selectFrom('outbox')
    .select('position')
    .where('inbox', '=', inbox)
    .where('source', '=', source)
    .where('message_id', '=', id)
    .where('number', 'is', null)
    .where('kind', '=', 'MESSAGE')
    .executeTakeFirst();
  return row && { ...row, outcome: 'QUEUED', sequence: null, code: null, text: null };
}

function findSent(
  transaction: TrafficDatabase,
  { source, inbox, id }: OwnMessage,
): Promise<Known | undefined> {
  return transaction
    .selectFrom('sent_ids')
    .selectAll()
    .where('source', '=', source)
    .where('inbox', '=', inbox)
    .where('message_id', '=', id)
    .executeTakeFirst();
}

async function noteSent(
  transaction: TrafficDatabase,
  { source, inbox, id }: OwnMessage,
  { position, now }: { readonly position: number; readonly now: number },
): Promise<void> {
  await transaction
    .insertInto('sent_ids')
    .values({
      source,
      inbox,
      message_id: id,
      position,
      outcome: null,
      sequence: null,
      code: null,
      text: null,
      sent_at: now,
    })
    .execute();
}
