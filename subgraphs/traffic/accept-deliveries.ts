import { limits } from '../../schema/limits.ts';
import type { TrafficDatabase } from './database.ts';
import type { Delivery, DeliveryOutcome, Place, Reason } from './delivery.ts';
import { pairKey } from './pair-key.ts';
import { HomeLedger } from './home-ledger.ts';

/**
 * Stores what has come for agents that live here, in one transaction and in order; resolves when it is on the disk. What an agent sends is taken
 * exactly in turn: an outcome GAP for a number whose predecessor is missing, a duplicate for one that was there before. What people send is told
 * by its id.
 */
export function acceptDeliveries(
  db: TrafficDatabase,
  deliveries: readonly Delivery[],
  now: number,
): Promise<readonly DeliveryOutcome[]> {
  return db.transaction().execute(async (transaction) => {
    const ledger = await HomeLedger.read(transaction, deliveries, now);
    const outcomes: DeliveryOutcome[] = [];
    for (const delivery of deliveries) outcomes.push(await accept(ledger, delivery));
    await ledger.write();
    return outcomes;
  });
}

async function accept(ledger: HomeLedger, delivery: Delivery): Promise<DeliveryOutcome> {
  const { place } = delivery;
  return place ? acceptNumbered(ledger, delivery, place) : acceptFromPerson(ledger, delivery);
}

function acceptFromPerson(ledger: HomeLedger, delivery: Delivery): DeliveryOutcome {
  const earlier = ledger.seenSequence(delivery);
  if (earlier !== undefined) return { kind: 'STORED', sequence: earlier, isDuplicate: true };
  const reason = reasonAgainst(ledger, delivery);
  if (reason) return { kind: 'REFUSED', ...reason };
  return { kind: 'STORED', sequence: ledger.store(delivery), isDuplicate: false };
}

async function acceptNumbered(
  ledger: HomeLedger,
  delivery: Delivery,
  place: Place,
): Promise<DeliveryOutcome> {
  const pair = ledger.pair(pairKey(delivery));
  if (pair && pair.series > place.series) {
    return { kind: 'DENIED', code: 'STALE_EPOCH', text: `${delivery.source} has been made anew since` };
  }
  const last = pair?.series === place.series ? pair.last_number : 0;
  if (place.through <= last) return ledger.earlierOutcome(delivery, place);
  const expected = Math.max(last, place.settledTo) + 1;
  if (place.number > expected) return { kind: 'GAP', expected };
  if (delivery.kind === 'SKIP') {
    if (delivery.reason)
      ledger.noteRefusal(delivery, { ...place, number: Math.max(place.number, last + 1) }, delivery.reason);
    ledger.advance(delivery, place);
    return { kind: 'STORED', sequence: undefined, isDuplicate: false };
  }
  ledger.advance(delivery, place);
  const reason = reasonAgainst(ledger, delivery);
  if (!reason) return { kind: 'STORED', sequence: ledger.store(delivery), isDuplicate: false };
  ledger.noteRefusal(delivery, place, reason);
  return { kind: 'REFUSED', ...reason };
}

function reasonAgainst(ledger: HomeLedger, { source, inbox }: Delivery): Reason | undefined {
  if (source === inbox) return { code: 'BAD_USER_INPUT', text: 'Expected a message to somebody else' };
  if (ledger.stored(inbox) < limits.maxInboxMessages) return undefined;
  const text = `The inbox of ${inbox} holds ${limits.maxInboxMessages} messages, which is all it may`;
  return { code: 'MAILBOX_FULL', text };
}
