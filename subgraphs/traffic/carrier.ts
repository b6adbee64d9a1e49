import { limits } from '../../schema/limits.ts';
import { asError } from '../../wire/as-error.ts';
import { codeOf } from '../../wire/code-of.ts';
import type { OutboxRow, TrafficDatabase } from './database.ts';
import type { DeliveryQueue } from './delivery-queue.ts';
import type { DeliveryQueues } from './delivery-queues.ts';
import type { DeliveryOutcome } from './delivery.ts';
import type { FrozenAgents } from './frozen-agents.ts';
import type { Home } from './home.ts';
import { toDelivery } from './outbox-row.ts';
import { closeGap, markAttempted, readBatch, readNextTime } from './outbox.ts';
import type { Post } from './post.ts';
import type { RetryClock } from './retry-clock.ts';
import type { Route } from './route.ts';
import type { SettledRow } from './settle-rows.ts';
import { settlementOf } from './settlement-of.ts';
import type { Settler } from './settler.ts';
import type { UnderWay } from './under-way.ts';

export interface CarrierOptions {
  readonly db: TrafficDatabase;
  readonly post: Pick<Post, 'deliver' | 'handOver'>;
  readonly home: Pick<Home, 'accept'>;
  readonly queues: DeliveryQueues;
  readonly settler: Pick<Settler, 'settle'>;
  readonly underWay: UnderWay;
  readonly frozen: FrozenAgents;
  readonly wake: () => void;
  readonly onFault: (error: unknown) => void;
  readonly now: () => number;
  readonly random: () => number;
}

/** Takes one batch along a route, and does with what is in it what the answer says. */
export class Carrier {
  readonly #options: CarrierOptions;

  constructor(options: CarrierOptions) {
    this.#options = options;
  }

  /** What is first in these queues; they and the route are busy until then. Never rejects. */
  async run(route: Route, queues: readonly DeliveryQueue[]): Promise<void> {
    const { underWay, onFault, wake } = this.#options;
    route.isBusy = true;
    for (const queue of queues) queue.isBusy = true;
    try {
      await this.#send(route, queues);
    } catch (error) {
      // The database: nothing has been lost, and it is tried again.
      if (underWay.isOpen()) onFault(error);
      this.#delay(route.retry);
    } finally {
      route.isBusy = false;
      for (const queue of queues) this.#options.queues.release(queue);
      wake();
    }
  }

  /** Gives back what is first in the queue of an agent that nobody has any more. Never rejects. */
  async abandon(queue: DeliveryQueue): Promise<void> {
    const { db, queues, settler, underWay, onFault, wake } = this.#options;
    queue.isBusy = true;
    try {
      const all = { now: Infinity, maxRows: limits.maxDeliveries };
      const rows = await underWay.track(readBatch(db, [queue.inbox], { ...all, without: [] }));
      const text = `There is no agent ${queue.inbox} any more`;
      const settlement = { kind: 'REFUSED', code: 'AGENT_UNKNOWN', text } as const;
      await settler.settle(
        rows.map((row) => ({ row, settlement })),
        false,
      );
      if (rows.length === 0) queue.count = 0;
    } catch (error) {
      if (underWay.isOpen()) onFault(error);
      this.#delay(queue.retry);
    } finally {
      queues.release(queue);
      wake();
    }
  }

  async #send(route: Route, queues: readonly DeliveryQueue[]): Promise<void> {
    const { db, frozen, underWay, now } = this.#options;
    const inboxes = queues.map(({ inbox }) => inbox);
    const read = await underWay.track(
      readBatch(db, inboxes, { now: now(), maxRows: route.maxRows, without: frozen.all() }),
    );
    // Some may have been frozen while they were read.
    const rows = read.filter((row) => !frozen.mayNotLeave(row));
    if (rows.length === 0) {
      for (const queue of queues) await this.#waitForFirst(queue);
      return;
    }
    let outcomes: readonly DeliveryOutcome[];
    try {
      outcomes = await frozen.carry(rows, this.#carry(route, rows));
    } catch (error) {
      await this.#failed(route, rows, error);
      return;
    }
    route.retry.reset();
    route.maxRows = limits.maxDeliveries;
    await this.#settle(route, rows, outcomes);
  }

  async #carry(route: Route, rows: readonly OutboxRow[]): Promise<readonly DeliveryOutcome[]> {
    const { post, home, underWay, now } = this.#options;
    const time = now();
    const batch = rows.map((row) => toDelivery(row, time));
    const bring = {
      self: () => underWay.track(home.accept(batch)),
      direct: () => post.deliver(route.node, batch),
      handOver: () => post.handOver(batch),
    };
    const outcomes = await bring[route.kind]();
    if (outcomes.length !== batch.length)
      throw new Error(`Expected ${batch.length} outcomes of ${route.key}, got ${outcomes.length}`);
    // To believe it would lose the message: only the initial node keeps what is for others.
    if (route.kind !== 'handOver' && outcomes.some(({ kind }) => kind === 'QUEUED'))
      throw new Error(`Expected a home to store what it is brought, got QUEUED of ${route.key}`);
    return outcomes;
  }

  /** It may or may not have arrived; or the far end will never take it. */
  async #failed(route: Route, rows: readonly OutboxRow[], error: unknown): Promise<void> {
    const { db, queues, underWay } = this.#options;
    if (!underWay.isOpen()) return;
    if (codeOf(error) === 'BAD_USER_INPUT') {
      if (rows.length === 1) {
        const { message: text } = asError(error);
        return this.#settle(route, rows, [{ kind: 'DENIED', code: 'BAD_USER_INPUT', text }]);
      }
      route.maxRows = 1;
      return;
    }
    this.#delay(route.retry);
    // There may be another way for what would have gone this one.
    for (const queue of queues.all()) if (queue.route === route) queue.route = undefined;
    await underWay.track(markAttempted(db, rows));
  }

  async #settle(
    route: Route,
    rows: readonly OutboxRow[],
    outcomes: readonly DeliveryOutcome[],
  ): Promise<void> {
    const { db, queues, settler, underWay } = this.#options;
    const settled: SettledRow[] = [];
    const blocked = new Set<string>();
    for (const [index, row] of rows.entries()) {
      const outcome = outcomes[index];
      const settlement = outcome && settlementOf(outcome);
      if (settlement) settled.push({ row, settlement });
      else blocked.add(row.inbox);
      const queue = queues.get(row.inbox);
      if (queue && outcome?.kind === 'MOVED') queue.isStale = true;
    }
    await settler.settle(settled, route.kind === 'handOver');
    for (const [index, row] of rows.entries()) {
      if (outcomes[index]?.kind === 'GAP' && underWay.isOpen()) await underWay.track(closeGap(db, row));
    }
    for (const { inbox } of rows) if (!blocked.has(inbox)) queues.get(inbox)?.retry.reset();
    for (const inbox of blocked) this.#delay(queues.get(inbox)?.retry);
  }

  /** All that waits is not to be delivered yet; or there is nothing. */
  async #waitForFirst(queue: DeliveryQueue): Promise<void> {
    const { db, frozen, underWay, now } = this.#options;
    const { count } = queue;
    const next = await underWay.track(readNextTime(db, queue.inbox));
    // What has come meanwhile is not among them.
    if (next === undefined) queue.count -= count;
    // What is first is that of an agent that is moving.
    else if (next <= now() && frozen.all().length > 0)
      queue.retry.waitUntil(now() + limits.moveTickMs, now());
    else queue.retry.waitUntil(next, now());
  }

  #delay(clock: RetryClock | undefined): void {
    const { now, random } = this.#options;
    clock?.failed(now(), random);
  }
}
