import { limits } from '../../schema/limits.ts';
import { codeOf } from '../../wire/code-of.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { Delivery, DeliveryOutcome } from './delivery.ts';
import { type GroupCommit, createGroupCommit } from '../serve/group-commit.ts';
import type { Post } from './post.ts';
import { within } from './within.ts';

export interface BatchedDeliveriesOptions {
  readonly post: Pick<Post, 'deliver'>;
  /** How long a node may take to answer before the next batch goes to it. */
  readonly waitMs: number;
}

/** What a delivery weighs before its body is counted. */
const envelopeBytes = 500;

/**
 * Messages of many senders that go to one node at the same time, brought there together: a request costs both ends, and the home its disk, about the
 * same for fifty as for one. What comes while two batches are under way goes with the next.
 */
export class BatchedDeliveries {
  readonly #options: BatchedDeliveriesOptions;
  readonly #nodes = new Map<string, GroupCommit<Delivery, PromiseSettledResult<DeliveryOutcome>>>();

  constructor(options: BatchedDeliveriesOptions) {
    this.#options = options;
  }

  /** As `Post.deliver` for one. Rejects with NODE_TIMEOUT when the node has not answered in time, and RATE_LIMITED when too many wait for it. */
  async deliver(node: string, delivery: Delivery): Promise<DeliveryOutcome> {
    const settled = await this.#batchesTo(node).add(delivery);
    if (settled.status === 'fulfilled') return settled.value;
    throw settled.reason;
  }

  #batchesTo(node: string): GroupCommit<Delivery, PromiseSettledResult<DeliveryOutcome>> {
    const known = this.#nodes.get(node);
    if (known) return known;
    const batches = createGroupCommit((batch: readonly Delivery[]) => this.#bring(node, batch), {
      maxItems: limits.maxDeliveries,
      maxWeight: limits.maxDeliveryBytes,
      weightOf: ({ body }) => envelopeBytes + body.length,
      maxAtOnce: limits.maxBatchesUnderWay,
      onIdle: () => this.#nodes.delete(node),
    });
    this.#nodes.set(node, batches);
    return batches;
  }

  async #bring(
    node: string,
    batch: readonly Delivery[],
  ): Promise<readonly PromiseSettledResult<DeliveryOutcome>[]> {
    try {
      const outcomes = await within(this.#options.post.deliver(node, batch), this.#options.waitMs);
      if (!outcomes) throw codedError('NODE_TIMEOUT', `The node ${node} has not taken the messages in time`);
      return outcomes.map((value) => ({ status: 'fulfilled', value }));
    } catch (reason) {
      // It is one of them that the node will not even look at.
      if (codeOf(reason) === 'BAD_USER_INPUT' && batch.length > 1) {
        return (await Promise.all(batch.map((delivery) => this.#bring(node, [delivery])))).flat();
      }
      return batch.map(() => ({ status: 'rejected', reason }));
    }
  }
}
