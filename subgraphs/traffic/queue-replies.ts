import { randomUUID } from 'node:crypto';
import { limits } from '../../schema/limits.ts';
import { ownerOfAgent } from '../../wire/ids.ts';
import type { Courier } from './courier.ts';
import type { TrafficDatabase } from './database.ts';
import { type DeadLetters, addLetter } from './dead-letters.ts';
import type { Reason } from './delivery.ts';
import type { PairRate } from './pair-rate.ts';
import { queueOwn } from './queue-own.ts';
import { type Outgoing, prepareMessage } from './send-message.ts';
import type { Throttled } from './throttled.ts';

export interface QueueRepliesOptions {
  readonly courier: Pick<Courier, 'queueOf' | 'added'>;
  readonly deadLetters: DeadLetters;
  readonly rate: PairRate;
  readonly throttled: Throttled;
  readonly isMuted: (username: string) => boolean;
  readonly now: () => number;
}

/** An agent of this node, as it sends. */
export interface SendingAgent {
  readonly agent: string;
  readonly epoch: number;
}

/** What an agent sends. */
export interface Reply {
  readonly to: string;
  readonly body: unknown;
  /** Answers in a row of which this is one: one more than the message has that it answers; 0 for what nobody has asked for. */
  readonly hops: number;
  readonly ttlSeconds?: number;
}

/** What is in a transaction of the caller's. */
export interface QueuedReplies {
  /** Of all bodies, as JSON. */
  readonly bytes: number;
  /** To be called once the transaction is on the disk: now they may go. */
  committed(): void;
}

/**
 * Puts what an agent sends into the outbox, within the transaction in which the agent's state is stored. What comes too fast is delayed; what may not be
 * sent (LOOP_SUSPECTED, MAILBOX_FULL, USER_MUTED) comes back as a dead letter. Rejects with BAD_USER_INPUT for what can be no message.
 */
export async function queueReplies(
  options: QueueRepliesOptions,
  transaction: TrafficDatabase,
  { agent, epoch }: SendingAgent,
  replies: readonly Reply[],
): Promise<QueuedReplies> {
  const { courier, deadLetters, rate, throttled, isMuted, now } = options;
  const time = now();
  const messages = replies.map((reply) => prepareMessage({ ...reply, source: agent }, time));
  const added: { readonly inbox: string; readonly bytes: number }[] = [];
  const owner = ownerOfAgent(agent) ?? agent;
  const waitingFor = ({ inbox }: Outgoing) => courier.queueOf(inbox)?.count ?? 0;
  let isRefused = false;
  for (const message of messages) {
    const reason = isMuted(owner) ? muted(owner) : reasonAgainst(message, waitingFor(message));
    if (reason) {
      isRefused = true;
      if (reason.code === 'LOOP_SUSPECTED') await throttled.note(message, transaction);
      await refuse(transaction, message, { ...reason, now: time });
      continue;
    }
    const delayMs = rate.delayMs(message);
    rate.take(message);
    if (delayMs > 0) await throttled.note(message, transaction);
    const queued = await queueOwn(transaction, { ...message, epoch, delayMs, attempted: false }, time);
    if (queued.kind === 'NEW') added.push({ inbox: message.inbox, bytes: queued.bytes });
  }
  return {
    bytes: messages.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0),
    committed: () => {
      for (const { inbox, bytes } of added) courier.added(inbox, bytes);
      if (isRefused) deadLetters.ring([agent]);
    },
  };
}

function muted(owner: string): Reason {
  return { code: 'USER_MUTED', text: `An admin has muted ${owner}` };
}

function reasonAgainst({ inbox, hops }: Outgoing, waiting: number): Reason | undefined {
  if (hops > limits.maxHops) {
    return { code: 'LOOP_SUSPECTED', text: `${limits.maxHops} answers in a row, each to the one before` };
  }
  if (waiting < limits.maxQueuedMessages) return undefined;
  return { code: 'MAILBOX_FULL', text: `The queue for ${inbox} is as long as it may be` };
}

async function refuse(
  transaction: TrafficDatabase,
  { id, source, inbox: addressee, body }: Outgoing,
  { code, text, now }: Reason & { readonly now: number },
): Promise<void> {
  await addLetter(transaction, {
    mailbox: source,
    letter_id: randomUUID(),
    message_id: id,
    source,
    addressee,
    body,
    code,
    text,
    returned_at: now,
  });
}
