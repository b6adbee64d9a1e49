import { z } from 'zod';
import { type ErrorCode, errorCodes } from '../../schema/error-codes.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { Delivery, DeliveryOutcome } from './delivery.ts';

const codes = Object.keys(errorCodes).filter((code): code is ErrorCode => Object.hasOwn(errorCodes, code));
const reason = z.object({ code: z.enum(codes), text: z.string() });

const deliveries = z.array(
  z.object({
    kind: z.enum(['MESSAGE', 'SKIP', 'BOUNCE']),
    id: z.string(),
    source: z.string(),
    inbox: z.string(),
    place: z
      .object({
        epoch: z.number(),
        series: z.number(),
        number: z.number(),
        through: z.number(),
        settledTo: z.number(),
      })
      .optional(),
    body: z.string(),
    sentAt: z.string(),
    ttlMs: z.number(),
    hops: z.number(),
    throttled: z.boolean(),
    mayHaveArrived: z.boolean().optional(),
    reason: reason.optional(),
    bounce: z.object({ letterId: z.string(), addressee: z.string() }).optional(),
  }),
);

const outcomes = z.array(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('STORED'), sequence: z.number().optional(), isDuplicate: z.boolean() }),
    z.object({ kind: z.literal('QUEUED'), isDuplicate: z.boolean() }),
    reason.extend({ kind: z.literal('REFUSED') }),
    reason.extend({ kind: z.literal('DENIED') }),
    z.object({ kind: z.literal('GAP'), expected: z.number() }),
    z.object({ kind: z.literal('MOVING') }),
    z.object({
      kind: z.literal('MOVED'),
      hint: z.object({ node: z.string(), epoch: z.number() }).optional(),
    }),
  ]),
);

/** What another node brings; whether it makes sense is for `checkDeliveries`. Throws BAD_USER_INPUT for what is no list of deliveries. */
export function parseDeliveries(value: unknown): readonly Delivery[] {
  const parsed = deliveries.safeParse(value);
  if (parsed.success) return parsed.data;
  throw codedError('BAD_USER_INPUT', `Expected a list of deliveries: ${z.prettifyError(parsed.error)}`);
}

/** What a node has answered. Throws NODE_BAD_ANSWER for what is no list of outcomes. */
export function parseOutcomes(node: string, value: unknown): readonly DeliveryOutcome[] {
  const parsed = outcomes.safeParse(value);
  if (parsed.success) return parsed.data;
  throw codedError('NODE_BAD_ANSWER', `Expected outcomes of node ${node}: ${z.prettifyError(parsed.error)}`);
}
