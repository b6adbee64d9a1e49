import type { Carrier } from './carrier.ts';
import type { DeliveryQueue } from './delivery-queue.ts';
import type { DeliveryQueues } from './delivery-queues.ts';
import type { HomeFinder } from './home-finder.ts';
import type { Route } from './route.ts';
import type { Routes } from './routes.ts';
import type { UnderWay } from './under-way.ts';

export interface DispatcherOptions {
  readonly queues: DeliveryQueues;
  readonly routes: Routes;
  readonly homes: HomeFinder;
  readonly carrier: Pick<Carrier, 'run' | 'abandon'>;
  readonly underWay: UnderWay;
  readonly epochOf: (agent: string) => Promise<number | undefined>;
  readonly wake: () => void;
  readonly setTimer: () => void;
  readonly now: () => number;
  readonly random: () => number;
}

/** Finds a way for what is due, and sends it where that way is free. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  #isLookingUp = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  async turn(now: number): Promise<void> {
    const { queues, routes, underWay, epochOf } = this.#options;
    const due = queues.due(now);
    if (due.length === 0) return;
    const epochs = await underWay.track(Promise.all(due.map(({ inbox }) => epochOf(inbox))));
    const here = due.filter((_, index) => epochs[index] !== undefined);
    this.#dispatch(new Map(here.map((queue) => [queue, routes.toSelf(queue.inbox)])));
    const elsewhere = due.filter((_, index) => epochs[index] === undefined);
    // Not waited for: what is delivered here needs nobody else.
    if (elsewhere.length > 0 && !this.#isLookingUp) void this.#lookUpAndDispatch(elsewhere);
  }

  async #lookUpAndDispatch(queues: readonly DeliveryQueue[]): Promise<void> {
    const { homes, routes, carrier, underWay, wake, setTimer } = this.#options;
    this.#isLookingUp = true;
    const places = await homes.find(queues);
    this.#isLookingUp = false;
    if (!places || !underWay.isOpen()) return setTimer();
    const found = new Map<DeliveryQueue, Route>();
    for (const queue of queues) {
      const place = places.get(queue.inbox);
      if (place) found.set(queue, routes.to(place.node, queue.inbox));
      else if (!queue.isBusy) void carrier.abandon(queue);
    }
    this.#dispatch(found);
    // Some may have become due meanwhile.
    wake();
  }

  #dispatch(found: ReadonlyMap<DeliveryQueue, Route>): void {
    const { routes, carrier, underWay, now, random } = this.#options;
    const time = now();
    const batches = new Map<Route, DeliveryQueue[]>();
    for (const [queue, route] of found) {
      queue.route = route;
      if (route.isBusy || queue.isBusy || !route.retry.isDue(time)) continue;
      const beside = batches.get(route);
      if (beside) beside.push(queue);
      else batches.set(route, [queue]);
    }
    for (const [route, queues] of batches) {
      // Not tried where it cannot arrive, so that it is known that nothing has. Whoever comes back is told of; the clock is for when it is not.
      if (!routes.canPass(route)) route.retry.failed(now(), random);
      // Each has at least one message, so that more would find no room in the batch.
      else if (underWay.isOpen()) void carrier.run(route, queues.slice(0, route.maxRows));
    }
  }
}
