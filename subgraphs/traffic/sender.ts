import { setMaxListeners } from 'node:events';
import type { MessageReceipt } from '../../schema/generated/traffic.ts';
import { limits } from '../../schema/limits.ts';
import { codeOf } from '../../wire/code-of.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { Courier } from './courier.ts';
import type { TrafficDatabase } from './database.ts';
import { type GroupCommit, createGroupCommit } from '../serve/group-commit.ts';
import type { Delivery } from './delivery.ts';
import { DirectTries } from './direct-tries.ts';
import type { FrozenAgents } from './frozen-agents.ts';
import type { Home } from './home.ts';
import { isPerson } from './is-person.ts';
import type { PairRate } from './pair-rate.ts';
import type { Post } from './post.ts';
import { type OwnMessage, type Queued, queueOwn } from './queue-own.ts';
import { receiptOfKnown, receiptOfOutcome, receiptOfSettlement } from './receipts.ts';
import type { Outgoing } from './send-message.ts';
import type { Settlement } from './settle-rows.ts';
import type { Throttled } from './throttled.ts';
import { waitForSettlement } from './wait-for-settlement.ts';
import { within } from './within.ts';

export interface SenderOptions {
  readonly db: TrafficDatabase;
  readonly post: Post;
  readonly home: Pick<Home, 'accept'>;
  readonly courier: Pick<Courier, 'queueOf' | 'added' | 'onSettled'>;
  readonly rate: PairRate;
  readonly throttled: Throttled;
  readonly frozen: FrozenAgents;
  readonly epochOf: (agent: string) => Promise<number | undefined>;
  readonly now: () => number;
  /** How long a sender waits to hear what became of an agent's message. */
  readonly sendWaitMs: number;
}

interface Accepted {
  readonly queued: Queued;
  /** What becomes of a message that is in the outbox. */
  readonly settled: Promise<Settlement> | undefined;
}

/** Accepts what people and agents of this node send. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #outgoing: GroupCommit<OwnMessage, Accepted>;
  readonly #tries: DirectTries;
  readonly #closing = new AbortController();

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#tries = new DirectTries(options);
    // One listener for each sender that waits, however many.
    setMaxListeners(0, this.#closing.signal);
    this.#outgoing = createGroupCommit((messages) => this.#commit(messages));
  }

  /**
   * Resolves when the message is on the disk of the recipient's home, or of the initial node. Rejects with AGENT_UNKNOWN, MOVED, AGENT_MOVING (of the
   * sender), MAILBOX_FULL, RATE_LIMITED or SHUTTING_DOWN, and then it has not been accepted; for an agent's with INITIAL_UNREACHABLE when neither has answered in time:
   * then it is kept, and will be sent. What is accepted from an agent and refused later comes back as a dead letter too.
   */
  send(message: Outgoing): Promise<MessageReceipt> {
    return isPerson(message.source) ? this.#sendFromPerson(message) : this.#sendFromAgent(message);
  }

  /** Resolves when all that is being accepted is on the disk. */
  settled(): Promise<void> {
    return this.#outgoing.settled();
  }

  /** Takes no more, and nobody waits any longer; resolves when what is under way is on the disk. */
  close(): Promise<void> {
    this.#closing.abort();
    return this.#outgoing.close();
  }

  /** Tried at once, without a disk in between: only what cannot be delivered now is queued. */
  async #sendFromPerson(message: Outgoing): Promise<MessageReceipt> {
    const { post, courier } = this.#options;
    if (post.self !== post.initial)
      throw codedError('MOVED', 'What people send, they send on the initial node');
    const until = this.#options.now() + this.#options.sendWaitMs;
    for (const fresh of [false, true]) {
      const node = await this.#findHome(message.inbox, fresh);
      if (courier.queueOf(message.inbox)) return this.#queueFromPerson(message, false);
      const outcome = await this.#tries.bring(node, toDelivery(message), until);
      if (typeof outcome === 'string') return this.#queueFromPerson(message, outcome === 'unknown');
      if (outcome.kind !== 'MOVED') return receiptOfOutcome(message, outcome);
    }
    throw codedError('MOVED', `The agent ${message.inbox} does not live on the node that has claimed it`);
  }

  async #queueFromPerson(message: Outgoing, attempted: boolean): Promise<MessageReceipt> {
    this.#assertRoom(message.inbox);
    const { queued } = await this.#outgoing.add({ ...message, epoch: undefined, delayMs: 0, attempted });
    return { id: message.id, state: 'QUEUED', sequence: null, duplicate: queued.kind === 'KNOWN' };
  }

  /** Written down before anything else, with its number, so that it cannot get lost or out of order. */
  async #sendFromAgent(message: Outgoing): Promise<MessageReceipt> {
    const { epochOf, rate, throttled } = this.#options;
    if ((await epochOf(message.inbox)) === undefined) await this.#assertKnown(message.inbox);
    this.#assertRoom(message.inbox);
    const delayMs = rate.delayMs(message);
    if (delayMs > 0) {
      await throttled.note(message);
      throw codedError(
        'RATE_LIMITED',
        `${message.source} writes to ${message.inbox} too fast; try again in ${delayMs} ms`,
      );
    }
    // Last, and from here to where it is added nothing is waited for: the agent may move while others are asked for its recipient.
    const epoch = await epochOf(message.source);
    if (epoch === undefined) {
      throw codedError('MOVED', `The agent ${message.source} does not live on this node`);
    }
    this.#options.frozen.assertStays(message.source);
    rate.take(message);
    const { queued, settled } = await this.#outgoing.add({ ...message, epoch, delayMs: 0, attempted: false });
    return settled ? receiptOfSettlement(message, queued, await settled) : receiptOfKnown(message, queued);
  }

  async #commit(messages: readonly OwnMessage[]): Promise<readonly Accepted[]> {
    const { db, courier, now, sendWaitMs } = this.#options;
    const time = now();
    const all = await db.transaction().execute(async (transaction) => {
      const results: Queued[] = [];
      for (const message of messages) results.push(await queueOwn(transaction, message, time));
      return results;
    });
    return all.map((queued, index) => {
      const message = messages[index];
      if (!message) return { queued, settled: undefined };
      const isOpen = queued.kind === 'NEW' || queued.outcome === null;
      // Before the courier can have looked at it.
      const settled =
        isOpen && !isPerson(message.source)
          ? waitForSettlement({
              courier,
              position: queued.position,
              id: message.id,
              sendWaitMs,
              signal: this.#closing.signal,
            })
          : undefined;
      if (queued.kind === 'NEW') courier.added(message.inbox, queued.bytes);
      return { queued, settled };
    });
  }

  async #findHome(agent: string, fresh: boolean): Promise<string> {
    const { post } = this.#options;
    const known = (await post.locate([agent], { fresh })).get(agent);
    const home = known ?? (fresh ? undefined : (await post.locate([agent], { fresh: true })).get(agent));
    if (home) return home.node;
    throw codedError('AGENT_UNKNOWN', `Nobody has claimed the agent id ${agent}`);
  }

  /** Where nobody can say, it may be there. */
  async #assertKnown(agent: string): Promise<void> {
    try {
      await within(this.#findHome(agent, false), limits.lookUpWaitMs);
    } catch (error) {
      if (codeOf(error) === 'AGENT_UNKNOWN') throw error;
    }
  }

  #assertRoom(inbox: string): void {
    const queue = this.#options.courier.queueOf(inbox);
    if (!queue || (queue.count < limits.maxQueuedMessages && queue.bytes < limits.maxQueuedBytes)) return;
    throw codedError('MAILBOX_FULL', `The queue for ${inbox} is as long as it may be`);
  }
}

function toDelivery({ id, source, inbox, body, sentAt, ttlMs, hops }: Outgoing): Delivery {
  const nothing = { place: undefined, reason: undefined, bounce: undefined, throttled: false };
  return { kind: 'MESSAGE', id, source, inbox, body, sentAt, ttlMs, hops, ...nothing };
}
