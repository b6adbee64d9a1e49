import type { MessageReceipt } from '../../schema/generated/traffic.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { DeliveryOutcome } from './delivery.ts';
import type { Queued } from './queue-own.ts';
import type { Settlement } from './settle-rows.ts';

interface Sent {
  readonly id: string;
}

/** What a home has said of a message that a person sends. Throws why it was refused. */
export function receiptOfOutcome({ id }: Sent, outcome: DeliveryOutcome): MessageReceipt {
  switch (outcome.kind) {
    case 'STORED':
      return { id, state: 'STORED', sequence: outcome.sequence ?? null, duplicate: outcome.isDuplicate };
    case 'REFUSED':
    case 'DENIED':
      throw codedError(outcome.code, outcome.text);
    case 'QUEUED':
    case 'GAP':
    case 'MOVED':
    case 'MOVING':
      throw codedError(
        'NODE_BAD_ANSWER',
        `Expected a home to store what a person sends, got ${outcome.kind}`,
      );
  }
}

/** What has become of a message in the outbox. Throws why it was refused. */
export function receiptOfSettlement({ id }: Sent, queued: Queued, settlement: Settlement): MessageReceipt {
  const duplicate = queued.kind === 'KNOWN';
  switch (settlement.kind) {
    case 'STORED':
      return { id, state: 'STORED', sequence: settlement.sequence ?? null, duplicate };
    case 'QUEUED':
      return { id, state: 'QUEUED', sequence: null, duplicate };
    case 'REFUSED':
      throw codedError(settlement.code, settlement.text);
  }
}

/** What had become of a message that was sent before. Throws why it was refused. */
export function receiptOfKnown({ id }: Sent, queued: Queued): MessageReceipt {
  if (queued.kind !== 'KNOWN' || queued.outcome === null) {
    throw new Error('Expected an outcome of a message that nobody waits for');
  }
  const { outcome: state, sequence, code, text } = queued;
  if (state === 'REFUSED') throw codedError(code ?? 'INTERNAL_SERVER_ERROR', text ?? 'It was refused');
  return { id, state, sequence, duplicate: true };
}
