import { codeOf } from '../../wire/code-of.ts';
import { codedError } from '../../wire/coded-error.ts';
import { deferred } from '../../wire/deferred.ts';
import { BatchedDeliveries } from './batched-deliveries.ts';
import type { Courier } from './courier.ts';
import type { AgentPlace, Delivery, DeliveryOutcome } from './delivery.ts';
import type { FrozenAgents } from './frozen-agents.ts';
import type { Home } from './home.ts';
import type { Post } from './post.ts';
import { within } from './within.ts';

export interface DirectTriesOptions {
  readonly post: Post;
  readonly home: Pick<Home, 'accept'>;
  readonly courier: Pick<Courier, 'queueOf'>;
  readonly frozen: Pick<FrozenAgents, 'homeChange'>;
  readonly now: () => number;
  /** How long a node may take to answer. */
  readonly sendWaitMs: number;
}

/** `unreachable`: it has not arrived. `unknown`: it may have. */
export type DirectOutcome = DeliveryOutcome | 'unreachable' | 'unknown';

/** A home that has changed is told; this is for when that gets lost. */
const moveRetryMs = 250;

/** Brings messages to where their recipients live, without a disk in between. */
export class DirectTries {
  readonly #options: DirectTriesOptions;
  readonly #deliveries: BatchedDeliveries;
  /** By recipient that is moving: settled when one of those who wait for it, which looks for all of them, has been there. */
  readonly #lookouts = new Map<string, Promise<void>>();

  constructor(options: DirectTriesOptions) {
    this.#options = options;
    this.#deliveries = new BatchedDeliveries({ post: options.post, waitMs: options.sendWaitMs });
  }

  /** Again while the recipient is moving, at the home that it then has, until it is time to stop. BAD_USER_INPUT. */
  async bring(home: string, delivery: Delivery, until: number): Promise<DirectOutcome> {
    const { courier, frozen, post, now } = this.#options;
    const { inbox } = delivery;
    const passed = deferred<void>();
    let node = home;
    try {
      for (;;) {
        const other = this.#lookouts.get(inbox);
        if (other && other !== passed.promise) {
          await other;
        } else {
          const outcome = await this.#tryAt(node, delivery);
          const place = await this.#placeIfMoving(outcome, inbox);
          if (!place) return outcome;
          if (place.node === node && !this.#lookouts.has(inbox)) this.#lookouts.set(inbox, passed.promise);
          if (place.node === node && this.#lookouts.get(inbox) === passed.promise)
            await frozen.homeChange(inbox, moveRetryMs);
        }
        if (now() >= until || courier.queueOf(inbox)) return 'unreachable';
        node = (await post.locate([inbox], { fresh: true })).get(inbox)?.node ?? node;
      }
    } finally {
      if (this.#lookouts.get(inbox) === passed.promise) this.#lookouts.delete(inbox);
      passed.resolve();
    }
  }

  /** Where the directory has an agent that does not answer there, as it is on its way. */
  async #placeIfMoving(outcome: DirectOutcome, agent: string): Promise<AgentPlace | undefined> {
    if (typeof outcome === 'string' || (outcome.kind !== 'MOVED' && outcome.kind !== 'MOVING'))
      return undefined;
    const place = (await this.#options.post.locate([agent], { fresh: true })).get(agent);
    return outcome.kind === 'MOVING' || place?.isMoving ? place : undefined;
  }

  async #tryAt(node: string, delivery: Delivery): Promise<DirectOutcome> {
    const { post, home, sendWaitMs } = this.#options;
    if (node === post.self) return first(await home.accept([delivery]));
    if (!post.canReach(node)) return 'unreachable';
    try {
      return (await within(this.#deliveries.deliver(node, delivery), sendWaitMs)) ?? 'unknown';
    } catch (error) {
      if (codeOf(error) === 'BAD_USER_INPUT') throw error;
      return 'unknown';
    }
  }
}

function first(outcomes: readonly DeliveryOutcome[]): DeliveryOutcome {
  const [outcome] = outcomes;
  if (outcome) return outcome;
  throw codedError('NODE_BAD_ANSWER', 'Expected an outcome for a message, got none');
}
