import { checkDeliveries } from './check-delivery.ts';
import type { Courier } from './courier.ts';
import type { TrafficDatabase } from './database.ts';
import type { AgentPlace, Delivery, DeliveryOutcome } from './delivery.ts';
import { type GroupCommit, createGroupCommit } from '../serve/group-commit.ts';
import type { Home } from './home.ts';
import type { Post } from './post.ts';
import { type Custody, takeCustody } from './take-custody.ts';
import { vetSenders } from './vet-senders.ts';
import type { PeerNode } from '../serve/peer-session.ts';

export interface CustodianOptions {
  readonly db: TrafficDatabase;
  readonly post: Post;
  readonly home: Pick<Home, 'accept'>;
  readonly courier: Pick<Courier, 'queueOf' | 'added'>;
  readonly now: () => number;
}

interface Taken {
  readonly delivery: Delivery;
  readonly attempted: boolean;
}

/**
 * On the initial node: what other nodes hand over goes on to its home at once where that can be reached and nothing waits before it; else it is kept,
 * and the courier brings it when the home is back.
 */
export class Custodian {
  readonly #options: CustodianOptions;
  readonly #incoming: GroupCommit<Taken, DeliveryOutcome>;

  constructor(options: CustodianOptions) {
    this.#options = options;
    this.#incoming = createGroupCommit((taken) => this.#commit(taken));
  }

  /**
   * An outcome for each in turn, STORED when its home has it on the disk and QUEUED when this node has. Rejects with BAD_USER_INPUT for a batch
   * that is none, RATE_LIMITED, SHUTTING_DOWN; then the same may be handed over again.
   */
  async handOver(peer: PeerNode, batch: readonly Delivery[]): Promise<readonly DeliveryOutcome[]> {
    checkDeliveries(batch);
    const { post } = this.#options;
    const denied = await vetSenders(post, peer, batch);
    const homes = await post.locate([...new Set(batch.map(({ inbox }) => inbox))]);
    const outcomes = new Map<Delivery, DeliveryOutcome>();
    const ways = new Map<string | undefined, Delivery[]>();
    for (const delivery of batch) {
      const reason = denied.get(delivery) ?? (homes.has(delivery.inbox) ? undefined : unknown(delivery));
      if (reason) {
        outcomes.set(delivery, { kind: 'DENIED', ...reason });
        continue;
      }
      const way = this.#wayTo(delivery.inbox, homes);
      const beside = ways.get(way);
      if (beside) beside.push(delivery);
      else ways.set(way, [delivery]);
    }
    const some = await Promise.all([...ways].map(([way, deliveries]) => this.#pass(way, deliveries)));
    for (const [delivery, outcome] of some.flat()) outcomes.set(delivery, outcome);
    return batch.map((delivery) => outcomes.get(delivery) ?? { kind: 'MOVED', hint: undefined });
  }

  /** Takes no more; resolves when what is under way is on the disk. */
  close(): Promise<void> {
    return this.#incoming.close();
  }

  /** The node that can be asked at once; undefined where the message has to wait. */
  #wayTo(inbox: string, homes: ReadonlyMap<string, AgentPlace>): string | undefined {
    const { post, courier } = this.#options;
    const node = homes.get(inbox)?.node;
    if (node === undefined || courier.queueOf(inbox)) return undefined;
    return node === post.self || post.canReach(node) ? node : undefined;
  }

  async #pass(
    node: string | undefined,
    deliveries: readonly Delivery[],
  ): Promise<readonly (readonly [Delivery, DeliveryOutcome])[]> {
    if (node === undefined) return this.#keep(deliveries, false);
    const { post, home } = this.#options;
    try {
      const outcomes = await (node === post.self ? home.accept(deliveries) : post.deliver(node, deliveries));
      // The courier looks again where the agent is, and tells a home that knows nothing of the pair what has been settled before.
      const unsettled = deliveries.filter((_, index) => isUnsettled(outcomes[index]));
      const kept = new Map(await this.#keep(unsettled, false));
      return deliveries.flatMap((delivery, index) => {
        const outcome = kept.get(delivery) ?? outcomes[index];
        return outcome ? [[delivery, outcome] as const] : [];
      });
    } catch {
      return this.#keep(deliveries, true);
    }
  }

  async #keep(
    deliveries: readonly Delivery[],
    attempted: boolean,
  ): Promise<readonly (readonly [Delivery, DeliveryOutcome])[]> {
    return Promise.all(
      deliveries.map(
        async (delivery) => [delivery, await this.#incoming.add({ delivery, attempted })] as const,
      ),
    );
  }

  async #commit(taken: readonly Taken[]): Promise<readonly DeliveryOutcome[]> {
    const { db, courier, now } = this.#options;
    const time = now();
    const results = await db.transaction().execute(async (transaction) => {
      const custodies: Custody[] = [];
      const added = new Map<string, { count: number; bytes: number }>();
      for (const { delivery, attempted } of taken) {
        const { inbox } = delivery;
        const before = courier.queueOf(inbox);
        const more = added.get(inbox) ?? { count: 0, bytes: 0 };
        added.set(inbox, more);
        const size = { count: (before?.count ?? 0) + more.count, bytes: (before?.bytes ?? 0) + more.bytes };
        const custody = await takeCustody(transaction, delivery, { size, attempted, now: time });
        custodies.push(custody);
        if (custody.addedBytes === undefined) continue;
        more.count += 1;
        more.bytes += custody.addedBytes;
      }
      return custodies;
    });
    for (const [index, { delivery }] of taken.entries()) {
      const bytes = results[index]?.addedBytes;
      if (bytes !== undefined) courier.added(delivery.inbox, bytes);
    }
    return results.map(({ outcome }) => outcome);
  }
}

function isUnsettled(outcome: DeliveryOutcome | undefined): boolean {
  // A home that says QUEUED has it nowhere.
  return (
    outcome?.kind === 'MOVED' ||
    outcome?.kind === 'MOVING' ||
    outcome?.kind === 'GAP' ||
    outcome?.kind === 'QUEUED'
  );
}

function unknown({ inbox }: Delivery) {
  return { code: 'AGENT_UNKNOWN', text: `Nobody has claimed the agent id ${inbox}` } as const;
}
