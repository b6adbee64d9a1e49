import { limits } from '../../schema/limits.ts';
import { Carrier } from './carrier.ts';
import type { TrafficDatabase } from './database.ts';
import type { DeadLetters } from './dead-letters.ts';
import { DeliveryQueues } from './delivery-queues.ts';
import { Dispatcher } from './dispatcher.ts';
import { type EndWaitsOptions, endWaits } from './end-waits.ts';
import { HomeFinder } from './home-finder.ts';
import type { FrozenAgents } from './frozen-agents.ts';
import type { Home } from './home.ts';
import { markAttempted, readBatch, readQueueSizes } from './outbox.ts';
import type { Post } from './post.ts';
import { Routes } from './routes.ts';
import type { Settlement } from './settle-rows.ts';
import { Settler } from './settler.ts';
import type { QueueSize } from './take-custody.ts';
import { TurnLoop } from './turn-loop.ts';
import { UnderWay } from './under-way.ts';

export interface CourierOptions {
  readonly db: TrafficDatabase;
  readonly post: Post;
  readonly home: Pick<Home, 'accept'>;
  readonly deadLetters: DeadLetters;
  readonly frozen: FrozenAgents;
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
  readonly #queues = new DeliveryQueues();
  readonly #underWay = new UnderWay();
  readonly #routes: Routes;
  readonly #homes: HomeFinder;
  readonly #settler: Settler;
  readonly #loop: TurnLoop;
  readonly #waits: EndWaitsOptions;
  #expiryTimer: NodeJS.Timeout | undefined;
  #stopListening: (() => void) | undefined;

  constructor(options: CourierOptions) {
    const { now, random, onFault } = options;
    this.#options = options;
    this.#routes = new Routes(options);
    this.#homes = new HomeFinder(options);
    const wake = () => this.#loop.wake();
    const tools = { ...options, queues: this.#queues, routes: this.#routes, underWay: this.#underWay, wake };
    this.#settler = new Settler(tools);
    const carrier = new Carrier({ ...tools, settler: this.#settler });
    const setTimer = () => this.#loop.setTimer();
    const dispatcher = new Dispatcher({ ...tools, homes: this.#homes, carrier, setTimer });
    this.#loop = new TurnLoop({
      turn: (time) => dispatcher.turn(time),
      times: () => this.#times(),
      onFailedTurn: (error) => {
        if (this.#underWay.isOpen()) onFault(error);
        this.#homes.retry.failed(now(), random);
      },
      isOpen: () => this.#underWay.isOpen(),
      now,
    });
    this.#waits = { ...tools, settler: this.#settler };
  }

  /** Takes up what is in the outbox; nothing is delivered before. */
  async open(): Promise<void> {
    const { db, post, expiryCheckMs } = this.#options;
    for (const [inbox, size] of await readQueueSizes(db)) {
      this.#queues.found(inbox, size);
      // Any of the first may have been on its way when the process ended.
      const first = await readBatch(db, [inbox], { now: 0, maxRows: limits.maxDeliveries, without: [] });
      await markAttempted(db, first);
    }
    await this.#routes.open();
    this.#underWay.open();
    this.#stopListening = post.onReach((node) => this.#reached(node));
    this.#expiryTimer = setInterval(() => void endWaits(this.#waits), expiryCheckMs);
    this.#expiryTimer.unref();
    this.#loop.wake();
  }

  /** What waits for a recipient; undefined when nothing does. */
  queueOf(inbox: string): QueueSize | undefined {
    return this.#queues.get(inbox);
  }

  /** A row has come into the outbox, and is on the disk. */
  added(inbox: string, bytes: number): void {
    this.#queues.added(inbox, bytes);
    this.#loop.wake();
  }

  /** These rows are another node's now; they are not in the outbox any more. */
  removed(rows: readonly { readonly inbox: string; readonly bytes: number }[]): void {
    for (const row of rows) this.#queues.removed(row);
  }

  /** The initial node has messages of ours for this agent, as the node from which their sender came has said. */
  noteDetour(inbox: string): void {
    this.#routes.noteDetour(inbox, true);
  }

  /** An agent may be found elsewhere than before, or again: what waits for it, or of it, is tried at once. */
  homeChanged(agent: string | undefined): void {
    for (const queue of this.#queues.all()) {
      if (agent !== undefined && queue.inbox !== agent) continue;
      queue.retry.reset();
      queue.isStale = true;
    }
    this.#loop.wake();
  }

  /** Calls back once when it is known what became of a row of the outbox, unless the returned function is called before. */
  onSettled(position: number, listener: (settlement: Settlement) => void): () => void {
    return this.#settler.onSettled(position, listener);
  }

  /** Delivers nothing more; resolves when nothing is being read or written. What is in the outbox stays there. Idempotent. */
  close(): Promise<void> {
    this.#stopListening?.();
    this.#loop.close();
    clearInterval(this.#expiryTimer);
    return this.#underWay.close();
  }

  #reached(node: string): void {
    this.#routes.reached(node);
    // It may be the better way for what goes another one now.
    for (const queue of this.#queues.all()) queue.route = undefined;
    if (node === this.#options.post.initial) this.#homes.retry.reset();
    this.#loop.wake();
  }

  /** When the next queue or route may be tried again. */
  *#times(): Iterable<number> {
    if (this.#queues.isEmpty) return;
    for (const { isBusy, retry } of this.#queues.all()) if (!isBusy) yield retry.at;
    for (const { retry } of this.#routes.all()) yield retry.at;
    yield this.#homes.retry.at;
  }
}
