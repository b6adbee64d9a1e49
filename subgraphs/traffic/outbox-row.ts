import { limits } from '../../schema/limits.ts';
import { cutMessage } from '../../wire/cut-message.ts';
import type { OutboxRow } from './database.ts';
import type { Delivery, Place } from './delivery.ts';

export type NewOutboxRow = Omit<OutboxRow, 'position'>;

/** What a row says to the node that it goes to. */
export function toDelivery(row: OutboxRow, now: number): Delivery {
  const { kind, source, inbox, body, hops, code, text, letter_id: letterId, addressee } = row;
  return {
    kind,
    id: row.message_id,
    source,
    inbox,
    place: placeOf(row),
    body,
    sentAt: row.sent_at,
    // A clock that was set back would make it more than it can have been.
    ttlMs: Math.min(Math.max(0, row.expires_at - now), limits.maxTtlSeconds * 1_000),
    hops,
    throttled: row.throttled === 1,
    mayHaveArrived: row.attempted === 1,
    reason: code !== null && text !== null ? { code, text: cutMessage(text) } : undefined,
    bounce: letterId !== null && addressee !== null ? { letterId, addressee } : undefined,
  };
}

/** A row for what has come from elsewhere, or is to go there. */
export function toRow(
  delivery: Delivery,
  state: Pick<NewOutboxRow, 'attempted' | 'in_custody'> & { now: number },
): NewOutboxRow {
  const { kind, source, inbox, place, body, hops, reason, bounce } = delivery;
  const { now, attempted, in_custody } = state;
  return {
    kind,
    inbox,
    source,
    message_id: delivery.id,
    series: place?.series ?? null,
    number: place?.number ?? null,
    through: place?.through ?? null,
    epoch: place?.epoch ?? null,
    settled_to: place?.settledTo ?? null,
    body,
    bytes: Buffer.byteLength(body),
    sent_at: delivery.sentAt,
    expires_at: now + delivery.ttlMs,
    not_before: 0,
    hops,
    throttled: delivery.throttled ? 1 : 0,
    attempted,
    in_custody,
    code: reason?.code ?? null,
    text: reason?.text ?? null,
    letter_id: bounce?.letterId ?? null,
    addressee: bounce?.addressee ?? null,
  };
}

function placeOf({ epoch, series, number, through, settled_to: settledTo }: OutboxRow): Place | undefined {
  if (epoch === null || series === null || number === null || through === null || settledTo === null) {
    return undefined;
  }
  return { epoch, series, number, through, settledTo };
}
