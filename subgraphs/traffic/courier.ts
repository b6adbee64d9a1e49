import { GraphQLError } from 'graphql';
import { limits } from '../../schema/limits.ts';
import type { OutboxRow, TrafficDatabase } from './database.ts';
import type { DeadLetters } from './dead-letters.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import type { AgentPlace, Delivery, DeliveryOutcome } from './delivery.ts';
import { expireRows } from './expire-rows.ts';
import { HomeFinder } from './home-finder.ts';
import type { Home } from './home.ts';
import { toDelivery } from './outbox-row.ts';
import { markAttempted, readBatch, readExpired, readNextTime, readQueueSizes } from './outbox.ts';
import type { Post } from './post.ts';
import { RetryClock } from './retry-clock.ts';
import { Route } from './route.ts';
import { type Aftermath, type SettledRow, type Settlement, settleRows } from './settle-rows.ts';
import { SettlementListeners } from './settlement-listeners.ts';
import type { QueueSize } from './take-custody.ts';
import { UnderWay } from './under-way.ts';

export interface CourierOptions {
  readonly db: TrafficDatabase;
  readonly post: Post;
  readonly home: Pick<Home, 'accept'>;
  readonly deadLetters: DeadLetters;
  readonly epochOf: (agent: string) => Promise<number | undefined>;
  /** Told of what should not happen; the courier goes on. */
  readonly onFault: (error: unknown) => void;
  readonly now: () => number;
  readonly random: () => number;
  /** How often what has waited for too long is looked for. */
  readonly expiryCheckMs: number;
}

/**
 * Brings what is in the outbox to its recipients: in order for each recipient, one batch at a time on each route, again until there is an answer.
 * A message is handed to its home directly where that can be reached, else to the initial node, and then everything for that agent goes the same way
 * until the initial node has none of it left. What is sent twice is recognised at the home.
 */
export class Courier {
  readonly #options: CourierOptions;
  readonly #queues = new Map<string, DeliveryQueue>();
  readonly #routes = new Map<string, Route>();
  /** Agents to whom everything goes through the initial node, which has earlier messages of ours. */
  readonly #detours = new Set<string>();
  readonly #listeners = new SettlementListeners();
  readonly #underWay = new UnderWay();
  readonly #homes: HomeFinder;
  #phase: 'new' | 'open' | 'closed' = 'new';
  #isTurning = false;
  #isLookingUp = false;
  /** As of when it was last looked what is due. */
  #turnedAt = 0;
  #hasNews = false;
  #timer: NodeJS.Timeout | undefined;
  #expiryTimer: NodeJS.Timeout | undefined;
  #stopListening: (() => void) | undefined;

  constructor(options: CourierOptions) {
    this.#options = options;
    this.#homes = new HomeFinder(options);
  }

  /** Takes up what is in the outbox; nothing is delivered before. */
  async open(): Promise<void> {
    const { db, post, expiryCheckMs } = this.#options;
    for (const [inbox, size] of await readQueueSizes(db)) {
      const queue = new DeliveryQueue(inbox, size);
      this.#queues.set(inbox, queue);
      // Any of the first may have been on its way when the process ended.
      const first = await readBatch(db, [inbox], { now: Infinity, maxRows: limits.maxDeliveries });
      await markAttempted(db, first);
    }
    for (const { inbox } of await db.selectFrom('detours').selectAll().execute()) this.#detours.add(inbox);
    this.#phase = 'open';
    this.#stopListening = post.onReach((node) => this.#reached(node));
    this.#expiryTimer = setInterval(() => void this.#expire(), expiryCheckMs);
    this.#expiryTimer.unref();
    this.#wake();
  }

  /** What waits for a recipient; undefined when nothing does. */
  queueOf(inbox: string): QueueSize | undefined {
    return this.#queues.get(inbox);
  }

  /** A row has come into the outbox, and is on the disk. */
  added(inbox: string, bytes: number): void {
    const queue = this.#queues.get(inbox) ?? new DeliveryQueue(inbox);
    this.#queues.set(inbox, queue);
    queue.count += 1;
    queue.bytes += bytes;
    // It may have been waiting only for what may not be delivered yet.
    if (!queue.retry.hasFailed) queue.retry.reset();
    this.#wake();
  }

  /** Calls back once when it is known what became of a row of the outbox, unless the returned function is called before. */
  onSettled(position: number, listener: (settlement: Settlement) => void): () => void {
    return this.#listeners.listen(position, listener);
  }

  /** Delivers nothing more; resolves when nothing is being read or written. What is in the outbox stays there. Idempotent. */
  async close(): Promise<void> {
    this.#phase = 'closed';
    this.#stopListening?.();
    clearTimeout(this.#timer);
    clearInterval(this.#expiryTimer);
    await this.#underWay.ended();
  }

  /** Something may be delivered now that could not be before. */
  #wake(): void {
    this.#hasNews = true;
    if (this.#isTurning || this.#phase !== 'open') return;
    this.#isTurning = true;
    void this.#turnWhileNews();
  }

  /** Never rejects. */
  async #turnWhileNews(): Promise<void> {
    while (this.#hasNews && this.#isOpen()) {
      this.#hasNews = false;
      this.#turnedAt = this.#options.now();
      try {
        await this.#turn(this.#turnedAt);
      } catch (error) {
        if (this.#isOpen()) this.#options.onFault(error);
        this.#delay(this.#homes.retry);
      }
    }
    // In the same step as the last look at the news, lest some that comes in between be overlooked.
    this.#isTurning = false;
    this.#setTimer();
  }

  /** Sends each queue that is due on its way, where that way is free. */
  async #turn(now: number): Promise<void> {
    const { post, epochOf } = this.#options;
    const due = [...this.#queues.values()].filter((queue) => isDue(queue, now)).slice(0, limits.maxPageSize);
    if (due.length === 0) return;
    const epochs = await this.#underWay.track(Promise.all(due.map(({ inbox }) => epochOf(inbox))));
    const here = due.filter((_, index) => epochs[index] !== undefined);
    this.#dispatch(new Map(here.map((queue) => [queue, this.#route('self', post.self)])));
    const elsewhere = due.filter((_, index) => epochs[index] === undefined);
    // Not waited for: what is delivered here needs nobody else.
    if (elsewhere.length > 0 && !this.#isLookingUp) void this.#lookUpAndDispatch(elsewhere);
  }

  async #lookUpAndDispatch(queues: readonly DeliveryQueue[]): Promise<void> {
    this.#isLookingUp = true;
    const homes = await this.#homes.find(queues);
    this.#isLookingUp = false;
    if (!homes || !this.#isOpen()) return this.#setTimer();
    const routes = new Map<DeliveryQueue, Route>();
    for (const queue of queues) {
      const home = homes.get(queue.inbox);
      if (home) routes.set(queue, this.#routeTo(home, queue.inbox));
      else if (!queue.isBusy) void this.#abandon(queue);
    }
    this.#dispatch(routes);
    // Some may have become due meanwhile.
    this.#wake();
  }

  #dispatch(found: ReadonlyMap<DeliveryQueue, Route>): void {
    const now = this.#options.now();
    const routes = new Map<Route, DeliveryQueue[]>();
    for (const [queue, route] of found) {
      queue.route = route;
      if (route.isBusy || queue.isBusy || route.retry.at > now) continue;
      const beside = routes.get(route);
      if (beside) beside.push(queue);
      else routes.set(route, [queue]);
    }
    for (const [route, queues] of routes) {
      // Not tried where it cannot arrive, so that it is known that nothing has. Whoever comes back is told of; the clock is for when it is not.
      if (route.kind !== 'self' && !this.#options.post.canReach(route.node)) this.#delay(route.retry);
      // Each has at least one message, so that more would find no room in the batch.
      else if (this.#isOpen()) void this.#run(route, queues.slice(0, route.maxRows));
    }
  }

  #routeTo({ node }: AgentPlace, inbox: string): Route {
    const { post, now } = this.#options;
    if (node === post.self) return this.#route('self', node);
    const direct = this.#route('direct', node);
    if (post.self === post.initial) return direct;
    const isOpen = post.canReach(node) && direct.retry.at <= now();
    return isOpen && !this.#detours.has(inbox) ? direct : this.#route('handOver', post.initial);
  }

  #route(kind: Route['kind'], node: string): Route {
    const fresh = new Route(kind, node);
    const route = this.#routes.get(fresh.key) ?? fresh;
    this.#routes.set(route.key, route);
    return route;
  }

  async #run(route: Route, queues: readonly DeliveryQueue[]): Promise<void> {
    const { onFault } = this.#options;
    route.isBusy = true;
    for (const queue of queues) queue.isBusy = true;
    try {
      await this.#send(route, queues);
    } catch (error) {
      // The database: nothing has been lost, and it is tried again.
      if (this.#isOpen()) onFault(error);
      this.#delay(route.retry);
    } finally {
      route.isBusy = false;
      for (const queue of queues) {
        queue.isBusy = false;
        // Whoever comes next has its turn before.
        if (this.#queues.delete(queue.inbox) && queue.count > 0) this.#queues.set(queue.inbox, queue);
      }
      this.#wake();
    }
  }

  async #send(route: Route, queues: readonly DeliveryQueue[]): Promise<void> {
    const { db, now } = this.#options;
    const inboxes = queues.map(({ inbox }) => inbox);
    const rows = await this.#underWay.track(readBatch(db, inboxes, { now: now(), maxRows: route.maxRows }));
    if (rows.length === 0) {
      for (const queue of queues) await this.#waitForFirst(queue);
      return;
    }
    let outcomes: readonly DeliveryOutcome[];
    try {
      outcomes = await this.#carry(route, rows);
    } catch (error) {
      await this.#failed(route, rows, error);
      return;
    }
    route.retry.reset();
    route.maxRows = limits.maxDeliveries;
    await this.#settle(route, rows, outcomes);
  }

  async #carry(route: Route, rows: readonly OutboxRow[]): Promise<readonly DeliveryOutcome[]> {
    const { post, home, now } = this.#options;
    const time = now();
    const batch: readonly Delivery[] = rows.map((row) => toDelivery(row, time));
    const outcomes = await this.#choose(route, batch, { post, home });
    if (outcomes.length === batch.length) return outcomes;
    throw new Error(`Expected ${batch.length} outcomes of ${route.key}, got ${outcomes.length}`);
  }

  #choose(
    route: Route,
    batch: readonly Delivery[],
    { post, home }: Pick<CourierOptions, 'post' | 'home'>,
  ): Promise<readonly DeliveryOutcome[]> {
    switch (route.kind) {
      case 'self':
        return this.#underWay.track(home.accept(batch));
      case 'direct':
        return post.deliver(route.node, batch);
      case 'handOver':
        return post.handOver(batch);
    }
  }

  /** It may or may not have arrived; or the far end will never take it. */
  async #failed(route: Route, rows: readonly OutboxRow[], error: unknown): Promise<void> {
    if (!this.#isOpen()) return;
    if (error instanceof GraphQLError && error.extensions['code'] === 'BAD_USER_INPUT') {
      if (rows.length === 1) {
        return this.#settle(route, rows, [{ kind: 'DENIED', code: 'BAD_USER_INPUT', text: error.message }]);
      }
      route.maxRows = 1;
      return;
    }
    this.#delay(route.retry);
    // There may be another way for what would have gone this one.
    for (const queue of this.#queues.values()) if (queue.route === route) queue.route = undefined;
    await this.#underWay.track(markAttempted(this.#options.db, rows));
  }

  async #settle(
    route: Route,
    rows: readonly OutboxRow[],
    outcomes: readonly DeliveryOutcome[],
  ): Promise<void> {
    const settled: SettledRow[] = [];
    const blocked = new Set<string>();
    for (const [index, row] of rows.entries()) {
      const outcome = outcomes[index];
      const settlement = outcome && settlementOf(outcome);
      if (settlement) settled.push({ row, settlement });
      else blocked.add(row.inbox);
      const queue = this.#queues.get(row.inbox);
      if (queue && outcome?.kind === 'MOVED') queue.isStale = true;
    }
    await this.#finish(settled, route.kind === 'handOver');
    for (const { inbox } of rows) {
      const queue = this.#queues.get(inbox);
      if (!blocked.has(inbox)) queue?.retry.reset();
    }
    for (const inbox of blocked) this.#delay(this.#queues.get(inbox)?.retry);
  }

  async #finish(settled: readonly SettledRow[], isHandedOver: boolean): Promise<void> {
    const { db, now } = this.#options;
    if (settled.length === 0 || !this.#isOpen()) return;
    const commit = db
      .transaction()
      .execute((transaction) => settleRows(transaction, settled, { now: now(), isHandedOver }));
    const aftermath = await this.#underWay.track(commit);
    for (const { row, settlement } of settled) {
      this.#removed(row);
      if (isHandedOver && settlement.kind === 'QUEUED') this.#detours.add(row.inbox);
      if (isHandedOver && settlement.kind === 'STORED') this.#detours.delete(row.inbox);
      this.#listeners.tell(row.position, settlement);
    }
    this.#follow(aftermath);
  }

  /** Nobody has the agent any more. */
  async #abandon(queue: DeliveryQueue): Promise<void> {
    const { db, onFault } = this.#options;
    queue.isBusy = true;
    try {
      const rows = await this.#underWay.track(
        readBatch(db, [queue.inbox], { now: Infinity, maxRows: limits.maxDeliveries }),
      );
      const text = `There is no agent ${queue.inbox} any more`;
      const settlement = { kind: 'REFUSED', code: 'AGENT_UNKNOWN', text } as const;
      await this.#finish(
        rows.map((row) => ({ row, settlement })),
        false,
      );
      if (rows.length === 0) queue.count = 0;
    } catch (error) {
      if (this.#isOpen()) onFault(error);
      this.#delay(queue.retry);
    } finally {
      queue.isBusy = false;
      if (queue.count <= 0) this.#queues.delete(queue.inbox);
      this.#wake();
    }
  }

  async #expire(): Promise<void> {
    const { db, now, onFault } = this.#options;
    if (this.#queues.size === 0 || !this.#isOpen()) return;
    try {
      const expired = await this.#underWay.track(readExpired(db, now()));
      const queues = new Set(expired.flatMap(({ inbox }) => this.#queues.get(inbox) ?? []));
      const free = [...queues].filter(({ isBusy }) => !isBusy);
      if (free.length === 0 || !this.#isOpen()) return;
      for (const queue of free) queue.isBusy = true;
      try {
        const inboxes = new Set(free.map(({ inbox }) => inbox));
        await this.#expireRows(expired.filter(({ inbox }) => inboxes.has(inbox)));
      } finally {
        for (const queue of free) queue.isBusy = false;
        this.#wake();
      }
    } catch (error) {
      if (this.#isOpen()) onFault(error);
    }
  }

  async #expireRows(rows: readonly OutboxRow[]): Promise<void> {
    const { db, now } = this.#options;
    // Some may have been delivered since they were read; their queues are ours now.
    const still = await this.#underWay.track(
      db
        .selectFrom('outbox')
        .selectAll()
        .where(
          'position',
          'in',
          rows.map(({ position }) => position),
        )
        .execute(),
    );
    if (!this.#isOpen()) return;
    const aftermath = await this.#underWay.track(
      db.transaction().execute((transaction) => expireRows(transaction, still, now())),
    );
    for (const row of still) {
      const queue = this.#queues.get(row.inbox);
      if (row.number === null) this.#removed(row);
      else if (queue) queue.bytes -= row.bytes;
      this.#listeners.tell(row.position, {
        kind: 'REFUSED',
        code: row.attempted ? 'DELIVERY_UNKNOWN' : 'EXPIRED',
        text: 'It waited for too long',
      });
    }
    this.#follow(aftermath);
  }

  #removed(row: OutboxRow): void {
    const queue = this.#queues.get(row.inbox);
    if (!queue) return;
    queue.count -= 1;
    queue.bytes -= row.bytes;
  }

  #follow({ mailboxes, bounced }: Aftermath): void {
    this.#options.deadLetters.ring(mailboxes);
    for (const { inbox, bytes } of bounced) this.added(inbox, bytes);
  }

  /** All that waits is not to be delivered yet; or there is nothing. */
  async #waitForFirst(queue: DeliveryQueue): Promise<void> {
    const next = await this.#underWay.track(readNextTime(this.#options.db, queue.inbox));
    if (next === undefined) queue.count = 0;
    else queue.retry.waitUntil(next);
  }

  #reached(node: string): void {
    for (const route of this.#routes.values()) if (route.node === node) route.retry.reset();
    // It may be the better way for what goes another one now.
    for (const queue of this.#queues.values()) queue.route = undefined;
    if (node === this.#options.post.initial) this.#homes.retry.reset();
    this.#wake();
  }

  #delay(clock: RetryClock | undefined): void {
    const { now, random } = this.#options;
    clock?.failed(now(), random);
  }

  /** Wakes when the next queue or route may be tried again. */
  #setTimer(): void {
    clearTimeout(this.#timer);
    if (this.#queues.size === 0 || !this.#isOpen()) return;
    const clocks = [
      ...[...this.#queues.values()].filter(({ isBusy }) => !isBusy).map(({ retry }) => retry.at),
      ...[...this.#routes.values()].map(({ retry }) => retry.at),
      this.#homes.retry.at,
      // What had passed then has been looked at; what has passed since has not.
    ].filter((at) => at > this.#turnedAt);
    if (clocks.length === 0) return;
    const delayMs = Math.max(0, Math.min(...clocks) - this.#options.now());
    this.#timer = setTimeout(() => this.#wake(), delayMs);
    this.#timer.unref();
  }

  // A method, as the compiler does not expect a field to change during an await.
  #isOpen(): boolean {
    return this.#phase === 'open';
  }
}

/** Whether it may be worth while to look for a way. */
function isDue({ isBusy, isStale, retry, route }: DeliveryQueue, now: number): boolean {
  if (isBusy || retry.at > now) return false;
  return isStale || !route || (!route.isBusy && route.retry.at <= now);
}

/** What an outcome settles; undefined when it has to be tried again. */
function settlementOf(outcome: DeliveryOutcome): Settlement | undefined {
  switch (outcome.kind) {
    case 'STORED':
      return { kind: 'STORED', sequence: outcome.sequence };
    case 'QUEUED':
      return { kind: 'QUEUED' };
    case 'REFUSED':
    case 'DENIED':
      return { kind: 'REFUSED', code: outcome.code, text: outcome.text };
    case 'GAP':
    case 'MOVED':
      return undefined;
  }
}
