import type { DeliveryOutcome } from './delivery.ts';
import type { Settlement } from './settle-rows.ts';

/** What an outcome settles; undefined when it has to be tried again. */
export function settlementOf(outcome: DeliveryOutcome): Settlement | undefined {
  switch (outcome.kind) {
    case 'STORED':
      return { kind: 'STORED', sequence: outcome.sequence };
    case 'QUEUED':
      return { kind: 'QUEUED' };
    case 'REFUSED':
    case 'DENIED':
      return { kind: 'REFUSED', code: outcome.code, text: outcome.text };
    case 'GAP':
    case 'MOVED':
    case 'MOVING':
      return undefined;
  }
}
