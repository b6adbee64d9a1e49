import type { TrafficDatabase } from './database.ts';
import type { Post } from './post.ts';
import { Route } from './route.ts';

export interface RoutesOptions {
  readonly db: TrafficDatabase;
  readonly post: Pick<Post, 'self' | 'initial' | 'canReach'>;
  readonly now: () => number;
}

/** The ways by which messages leave, and which of them is whose. */
export class Routes {
  readonly #options: RoutesOptions;
  readonly #byKey = new Map<string, Route>();
  /** Agents to whom everything goes through the initial node, which has earlier messages of ours. */
  readonly #detours = new Set<string>();

  constructor(options: RoutesOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const rows = await this.#options.db.selectFrom('detours').selectAll().execute();
    for (const { inbox } of rows) this.#detours.add(inbox);
  }

  all(): Iterable<Route> {
    return this.#byKey.values();
  }

  /** To an agent on that node. */
  to(node: string, inbox: string): Route {
    const { post, now } = this.#options;
    if (node === post.self) return this.toSelf(inbox);
    const direct = this.#get('direct', node);
    if (post.self === post.initial) return direct;
    const isOpen = post.canReach(node) && direct.retry.isDue(now());
    return isOpen && !this.#detours.has(inbox) ? direct : this.#get('handOver', post.initial);
  }

  /** To an agent that lives here; it may have come when the initial node had messages of ours for it already. */
  toSelf(inbox: string): Route {
    const { post } = this.#options;
    const isDetour = post.self !== post.initial && this.#detours.has(inbox);
    return isDetour ? this.#get('handOver', post.initial) : this.#get('self', post.self);
  }

  /** Whether something may get to its other end now. */
  canPass({ kind, node }: Route): boolean {
    return kind === 'self' || this.#options.post.canReach(node);
  }

  /** The initial node has messages of ours for this agent, or has none any more; that is in the table too. */
  noteDetour(inbox: string, isBegun: boolean): void {
    if (isBegun) this.#detours.add(inbox);
    else this.#detours.delete(inbox);
  }

  /** That node can be reached again. */
  reached(node: string): void {
    for (const route of this.#byKey.values()) if (route.node === node) route.retry.reset();
  }

  #get(kind: Route['kind'], node: string): Route {
    const fresh = new Route(kind, node);
    const route = this.#byKey.get(fresh.key) ?? fresh;
    this.#byKey.set(route.key, route);
    return route;
  }
}
