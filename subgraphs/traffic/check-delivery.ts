import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import { ownerOfAgent } from '../../wire/ids.ts';
import { findTooDeep } from '../serve/find-too-deep.ts';
import type { Delivery, Place } from './delivery.ts';

/** Throws BAD_USER_INPUT for what no node of this network sends: it fails the batch, and nothing of it is stored. */
export function checkDeliveries(batch: readonly Delivery[]): void {
  if (batch.length === 0 || batch.length > limits.maxDeliveries) {
    throw codedError(
      'BAD_USER_INPUT',
      `Expected from 1 to ${limits.maxDeliveries} deliveries, got ${batch.length}`,
    );
  }
  for (const delivery of batch) {
    const fault = faultOf(delivery);
    if (fault !== undefined) throw codedError('BAD_USER_INPUT', `Expected ${fault}`);
  }
}

function faultOf(delivery: Delivery): string | undefined {
  const { kind, id, source, inbox, place, ttlMs, hops } = delivery;
  if (ownerOfAgent(inbox) === undefined) return `inbox to be an agent's id, got ${inbox}`;
  if (id.length < 1 || id.length > limits.maxMessageIdLength) return 'the id of a message';
  const isNumbered = kind !== 'BOUNCE' && ownerOfAgent(source) !== undefined;
  if (isNumbered !== (place !== undefined)) return 'a place for what an agent sends, and for nothing else';
  if (place && !isPlace(kind, place)) return 'a place whose numbers rise from settledTo to number to through';
  if (kind === 'SKIP' ? !delivery.reason || !place : faultOfBody(delivery.body) !== undefined) {
    return kind === 'SKIP' ? 'a SKIP to have a place and a reason' : faultOfBody(delivery.body);
  }
  if (!isTime(delivery.sentAt)) return 'sentAt to be a time as JSON has it';
  if ((delivery.reason?.text.length ?? 0) > limits.maxErrorMessageLength) return 'a reason of one paragraph';
  if (kind === 'BOUNCE' && (!delivery.bounce || !delivery.reason))
    return 'a BOUNCE to have a letter and a reason';
  if (!(ttlMs >= 0 && ttlMs <= limits.maxTtlSeconds * 1_000)) return `ttlMs of at most a week, got ${ttlMs}`;
  return Number.isInteger(hops) && hops >= 0 && hops <= limits.maxHops ? undefined : `hops, got ${hops}`;
}

function isPlace(kind: Delivery['kind'], { epoch, series, number, through, settledTo }: Place): boolean {
  const areWhole = [epoch, series, number, through, settledTo].every((value) => Number.isSafeInteger(value));
  const isInOrder = settledTo >= 0 && settledTo < number && number <= through;
  return areWhole && epoch >= 1 && series >= 1 && isInOrder && (kind === 'SKIP' || number === through);
}

function faultOfBody(body: string): string | undefined {
  if (Buffer.byteLength(body) > limits.maxMessageBytes) {
    return `a body of at most ${limits.maxMessageBytes} bytes, got ${Buffer.byteLength(body)}`;
  }
  try {
    JSON.parse(body);
  } catch {
    return 'a body to be JSON';
  }
  return findTooDeep(body) === undefined ? undefined : `a body nested at most ${limits.maxJsonDepth} deep`;
}

function isTime(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString() === text;
}
