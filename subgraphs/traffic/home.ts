import { acceptDeliveries } from './accept-deliveries.ts';
import { checkDeliveries } from './check-delivery.ts';
import type { TrafficDatabase } from './database.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { AgentPlace, Delivery, DeliveryOutcome } from './delivery.ts';
import { type GroupCommit, createGroupCommit } from '../serve/group-commit.ts';
import type { FrozenAgents } from './frozen-agents.ts';
import type { Inboxes } from './inbox.ts';
import type { Post } from './post.ts';
import type { Throttled } from './throttled.ts';
import { UnderWay } from './under-way.ts';
import { vetSenders } from './vet-senders.ts';
import type { PeerNode } from '../serve/peer-session.ts';

export interface HomeOptions {
  readonly db: TrafficDatabase;
  readonly post: Post;
  readonly inboxes: Inboxes;
  readonly deadLetters: DeadLetters;
  readonly throttled: Throttled;
  readonly frozen: Pick<FrozenAgents, 'has'>;
  /** The epoch of an agent that lives here. */
  readonly epochOf: (agent: string) => Promise<number | undefined>;
  readonly now: () => number;
  /** Told how many messages each commit has stored. */
  readonly onStored: (messages: number) => void;
}

/** What arrives for the agents that live here: on the disk, in order, once. */
export class Home {
  readonly #options: HomeOptions;
  readonly #incoming: GroupCommit<Delivery, DeliveryOutcome>;
  readonly #returning = new UnderWay();

  constructor(options: HomeOptions) {
    this.#options = options;
    this.#incoming = createGroupCommit((deliveries) => this.#commit(deliveries));
    this.#returning.open();
  }

  /**
   * What another node brings, which is not believed before it has been looked at. An outcome for each in turn, once it is on the disk. Rejects with
   * BAD_USER_INPUT for a batch that is none, INITIAL_UNREACHABLE, RATE_LIMITED, SHUTTING_DOWN: nothing has been noted, or the same may be sent again.
   */
  async receive(peer: PeerNode, batch: readonly Delivery[]): Promise<readonly DeliveryOutcome[]> {
    checkDeliveries(batch);
    // The initial node has looked who sends when it took it.
    const denied = peer.isInitial ? new Map() : await vetSenders(this.#options.post, peer, batch);
    const allowed = batch.filter((delivery) => !denied.has(delivery));
    const outcomes = new Map<Delivery, DeliveryOutcome>();
    for (const [delivery, reason] of denied) outcomes.set(delivery, { kind: 'DENIED', ...reason });
    for (const [index, outcome] of (await this.accept(allowed)).entries()) {
      const delivery = allowed[index];
      if (delivery) outcomes.set(delivery, outcome);
    }
    return batch.map((delivery) => outcomes.get(delivery) ?? { kind: 'MOVED', hint: undefined });
  }

  /** The same for what this node itself brings, or vouches for. */
  async accept(batch: readonly Delivery[]): Promise<readonly DeliveryOutcome[]> {
    const elsewhere = await this.#findElsewhere(batch);
    // From here to where they are added nothing is waited for, so that none gets past a freeze.
    const { frozen } = this.#options;
    const moving = new Set(batch.map(({ inbox }) => inbox).filter((inbox) => frozen.has(inbox)));
    const here = batch.filter(({ inbox }) => !elsewhere.has(inbox) && !moving.has(inbox));
    const returned = here.filter(({ kind }) => kind === 'BOUNCE');
    const takenBack = returned.length > 0 ? this.#returning.track(this.#takeBack(returned)) : undefined;
    const outcomes = Promise.all(
      batch.map(async (delivery): Promise<DeliveryOutcome> => {
        const moved = elsewhere.get(delivery.inbox);
        if (moved) return { kind: 'MOVED', hint: moved.hint };
        if (moving.has(delivery.inbox)) return { kind: 'MOVING' };
        if (delivery.kind === 'BOUNCE') return { kind: 'STORED', sequence: undefined, isDuplicate: false };
        return this.#incoming.add(delivery);
      }),
    );
    const [accepted] = await Promise.all([outcomes, takenBack]);
    return accepted;
  }

  /** Resolves when all that is being stored is on the disk. */
  async settled(): Promise<void> {
    await Promise.all([this.#incoming.settled(), this.#returning.settled()]);
  }

  /** Takes no more; resolves when what is under way is on the disk. */
  async close(): Promise<void> {
    await Promise.all([this.#incoming.close(), this.#returning.close()]);
  }

  /** Agents that do not live here, each with where it went, where that is known. */
  async #findElsewhere(
    batch: readonly Delivery[],
  ): Promise<ReadonlyMap<string, { readonly hint: AgentPlace | undefined }>> {
    const { db } = this.#options;
    const agents = [...new Set(batch.map(({ inbox }) => inbox))];
    const absent = await this.#findAbsent(agents);
    if (absent.length === 0) return new Map();
    const notes = await db.selectFrom('agent_moves').selectAll().where('agent', 'in', absent).execute();
    const hints = new Map(notes.map(({ agent, node, epoch }) => [agent, { node, epoch }]));
    // Others may have gone while that was read.
    const gone = await this.#findAbsent(agents.filter((agent) => !absent.includes(agent)));
    return new Map([...absent, ...gone].map((agent) => [agent, { hint: hints.get(agent) }]));
  }

  async #findAbsent(agents: readonly string[]): Promise<readonly string[]> {
    const epochs = await Promise.all(agents.map((agent) => this.#options.epochOf(agent)));
    return agents.filter((_, index) => epochs[index] === undefined);
  }

  async #takeBack(bounces: readonly Delivery[]): Promise<void> {
    const { deadLetters, now } = this.#options;
    const letters = bounces.flatMap(({ id, source, inbox, body, bounce, reason }) => {
      if (!bounce || !reason) return [];
      const { letterId: letter_id, addressee } = bounce;
      return {
        mailbox: inbox,
        letter_id,
        message_id: id,
        source,
        addressee,
        body,
        ...reason,
        returned_at: now(),
      };
    });
    await deadLetters.add(letters);
  }

  async #commit(deliveries: readonly Delivery[]): Promise<readonly DeliveryOutcome[]> {
    const { db, inboxes, throttled, now, onStored } = this.#options;
    const outcomes = await acceptDeliveries(db, deliveries, now());
    const added = deliveries.filter(({ kind }, index) => {
      const outcome = outcomes[index];
      return kind === 'MESSAGE' && outcome?.kind === 'STORED' && !outcome.isDuplicate;
    });
    onStored(added.length);
    inboxes.ring(new Set(added.map(({ inbox }) => inbox)));
    for (const delivery of added) if (delivery.throttled) throttled.tell(delivery.inbox, delivery);
    return outcomes;
  }
}
