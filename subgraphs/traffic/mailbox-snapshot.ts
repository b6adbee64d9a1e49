import { z } from 'zod';
import { type ErrorCode, errorCodes } from '../../schema/error-codes.ts';

const codes = Object.keys(errorCodes).filter((code): code is ErrorCode => Object.hasOwn(errorCodes, code));
const code = z.enum(codes);
const whole = z.number().int();
const flag = z.union([z.literal(0), z.literal(1)]);

const inboxRow = z.object({
  agent: z.string(),
  last_sequence: whole,
  stored: whole,
  acknowledged: whole,
  deleted_to: whole,
});
const messageRow = z.object({
  inbox: z.string(),
  sequence: whole,
  source: z.string(),
  message_id: z.string(),
  series: whole.nullable(),
  number: whole.nullable(),
  hops: whole,
  body: z.string(),
  sent_at: z.string(),
});
const seenRow = z.object({
  inbox: z.string(),
  source: z.string(),
  message_id: z.string(),
  sequence: whole,
  seen_at: whole,
});
const pairInRow = z.object({
  inbox: z.string(),
  source: z.string(),
  series: whole,
  last_number: whole,
  throttled_at: whole.nullable(),
});
const refusalRow = z.object({
  inbox: z.string(),
  source: z.string(),
  series: whole,
  first_number: whole,
  last_number: whole,
  code,
  text: z.string(),
  refused_at: whole,
});
const pairOutRow = z.object({
  source: z.string(),
  inbox: z.string(),
  series: whole,
  last_number: whole,
  settled: whole,
  throttled_at: whole.nullable(),
});
const sentIdRow = z.object({
  source: z.string(),
  inbox: z.string(),
  message_id: z.string(),
  position: whole,
  outcome: z.enum(['STORED', 'QUEUED', 'REFUSED']).nullable(),
  sequence: whole.nullable(),
  code: code.nullable(),
  text: z.string().nullable(),
  sent_at: whole,
});
const outboxRow = z.object({
  position: whole,
  kind: z.enum(['MESSAGE', 'SKIP']),
  inbox: z.string(),
  source: z.string(),
  message_id: z.string(),
  series: whole.nullable(),
  number: whole.nullable(),
  through: whole.nullable(),
  epoch: whole.nullable(),
  settled_to: whole.nullable(),
  body: z.string(),
  bytes: whole,
  sent_at: z.string(),
  expires_at: whole,
  not_before: whole,
  hops: whole,
  throttled: flag,
  attempted: flag,
  in_custody: flag,
  code: code.nullable(),
  text: z.string().nullable(),
  letter_id: z.string().nullable(),
  addressee: z.string().nullable(),
});
const deadLetterRow = z.object({
  mailbox: z.string(),
  sequence: whole,
  letter_id: z.string(),
  message_id: z.string(),
  source: z.string(),
  addressee: z.string(),
  body: z.string(),
  code,
  text: z.string(),
  returned_at: whole,
});

/** What is in rows that come in ever greater numbers, and do not change when they have come. */
const growing = {
  messages: z.array(messageRow),
  seen: z.array(seenRow),
  letters: z.array(deadLetterRow),
  outbox: z.array(outboxRow),
  sentIds: z.array(sentIdRow),
};

const mailboxCopy = z.object({ agent: z.string(), ...growing });

const mailboxRest = z.object({
  agent: z.string(),
  ...growing,
  /** Null for an agent that has never had a message. */
  inbox: inboxRow.nullable(),
  /** Of the rows in the copy's outbox those that are still there, without their bodies; a SKIP has none any more. */
  outboxKept: z.array(
    outboxRow.pick({
      position: true,
      kind: true,
      through: true,
      settled_to: true,
      not_before: true,
      attempted: true,
      bytes: true,
      code: true,
      text: true,
    }),
  ),
  pairsIn: z.array(pairInRow),
  refusals: z.array(refusalRow),
  pairsOut: z.array(pairOutRow),
  /** Recipients for whom the initial node has messages of this agent. */
  detours: z.array(z.string()),
});

/** What an agent has in the tables of traffic, as far as it can be copied while it still runs. */
export type MailboxCopy = z.infer<typeof mailboxCopy>;
/** What else there is once it is frozen: what has come since the copy, and what is small. */
export type MailboxRest = z.infer<typeof mailboxRest>;

/** How far a copy goes, for what is to be the rest. */
export interface MailboxMarks {
  readonly sequence: number;
  readonly position: number;
  readonly letter: number;
  /** Of the first row in the copy's outbox: of those before it everything has been known. */
  readonly firstOpen: number;
}

/** Another node's copy. Throws a ZodError for what is none. */
export function parseMailboxCopy(value: unknown): MailboxCopy {
  return mailboxCopy.parse(value);
}

/** Of a copy. As `parseMailboxCopy`. */
export function parseOutbox(value: unknown): MailboxCopy['outbox'] {
  return growing.outbox.parse(value);
}

/** As `parseMailboxCopy`. */
export function parseMailboxRest(value: unknown): MailboxRest {
  return mailboxRest.parse(value);
}
