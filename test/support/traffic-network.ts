import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createPost } from '../../subgraphs/traffic/create-post.ts';
import type { TrafficDatabase } from '../../subgraphs/traffic/database.ts';
import type { Delivery, DeliveryOutcome } from '../../subgraphs/traffic/delivery.ts';
import { PeerSession } from '../../subgraphs/serve/peer-session.ts';
import type { Post } from '../../subgraphs/traffic/post.ts';
import type { Traffic, TrafficOptions } from '../../subgraphs/traffic/traffic.ts';
import { codedError } from '../../wire/coded-error.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { openTraffic } from './traffic-on-disk.ts';

/** What becomes of a question from one node to another: `lose` before it arrives, `mute` its answer, `double` it. */
export type Fate = 'pass' | 'lose' | 'mute' | 'double';

export interface TrafficNode {
  readonly id: string;
  readonly traffic: Traffic;
  readonly db: TrafficDatabase;
  readonly post: Post;
  /** Lines that `notify` was given, by agent. */
  readonly lines: Map<string, string[]>;
}

export const initialId = 'initial';

/** Nodes of this process, each with its traffic on a file of its own, who ask each other by peer.graphql; the test cuts and mends the ways. */
export class TrafficNetwork {
  /** Where agents live, as the registry has it. */
  readonly homes = new Map<string, { node: string; epoch: number }>();
  /** Pairs of nodes, `from to`, between which nothing goes. */
  readonly cut = new Set<string>();
  /** Nodes that reach the initial node only. */
  readonly hidden = new Set<string>();
  fate: (from: string, to: string) => Fate = () => 'pass';
  /** What a question waits for once it is on its way; of the directory, when it has been answered. */
  gate: (from: string, to: string) => Promise<void> | undefined = () => undefined;
  /** What a node waits for that asks itself for an agent. */
  lookUp: (node: string, agent: string) => Promise<void> | undefined = () => undefined;
  /** Each operation that has been sent: `from to deliver 3`. */
  readonly asked: string[] = [];
  readonly #folder = temporaryFolder();
  readonly #nodes = new Map<string, TrafficNode & { readonly close: () => Promise<void> }>();
  readonly #listeners = new Map<string, Set<(node: string) => void>>();
  readonly #options: Partial<TrafficOptions>;

  constructor(options: Partial<TrafficOptions> = {}) {
    this.#options = options;
    onTestFinished(async () => {
      for (const id of this.#nodes.keys()) await this.stop(id);
    });
  }

  place(agent: string, node: string, epoch = 1): void {
    this.homes.set(agent, { node, epoch });
  }

  /** Starts a node, or starts it again on its file. */
  async start(id: string): Promise<TrafficNode> {
    const post = this.#post(id);
    const lines = new Map<string, string[]>();
    const { traffic, db, close } = await openTraffic(join(this.#folder, `${id}.db`), {
      random: () => 0.1,
      sendWaitMs: 2_000,
      ...this.#options,
      post,
      epochOf: async (agent) => {
        await this.lookUp(id, agent);
        const home = this.homes.get(agent);
        return home?.node === id ? home.epoch : undefined;
      },
      notify: (agent, text) => void lines.set(agent, [...(lines.get(agent) ?? []), text]),
    });
    const node = { id, traffic, db, post, lines, close };
    this.#nodes.set(id, node);
    this.#tellAll(id);
    return node;
  }

  /** Without a word to anybody; what is under way is lost. */
  async stop(id: string): Promise<void> {
    const node = this.#nodes.get(id);
    this.#nodes.delete(id);
    await node?.close();
  }

  node(id: string): TrafficNode {
    const node = this.#nodes.get(id);
    if (!node) throw new Error(`Expected ${id} to run`);
    return node;
  }

  has(id: string): boolean {
    return this.#nodes.has(id);
  }

  sever(one: string, other: string): void {
    for (const way of [`${one} ${other}`, `${other} ${one}`]) this.cut.add(way);
  }

  mend(one: string, other: string): void {
    for (const way of [`${one} ${other}`, `${other} ${one}`]) this.cut.delete(way);
    this.#tell(one, other);
    this.#tell(other, one);
  }

  /** What a node says to another that speaks for itself. */
  async deliverAs(from: string, to: string, batch: readonly Delivery[]): Promise<readonly DeliveryOutcome[]> {
    return this.#post(from).deliver(to, batch);
  }

  handOverAs(from: string, batch: readonly Delivery[]): Promise<readonly DeliveryOutcome[]> {
    return this.#post(from).handOver(batch);
  }

  #post(self: string): Post {
    return createPost({
      self,
      initial: initialId,
      locate: async (agents) => {
        if (self !== initialId && !this.#isOpen(self, initialId)) {
          throw codedError('INITIAL_UNREACHABLE', 'cut');
        }
        await this.gate(self, 'directory');
        return new Map(
          agents.flatMap((agent) => {
            const home = this.homes.get(agent);
            return home ? [[agent, { ...home }] as const] : [];
          }),
        );
      },
      canReach: (node) => !this.#isHidden(self, node) && this.#isOpen(self, node),
      onReach: (listener) => {
        const listeners = this.#listeners.get(self) ?? new Set();
        this.#listeners.set(self, listeners.add(listener));
        return () => void listeners.delete(listener);
      },
      ask: (node, operation) => this.#ask(self, node, operation),
    });
  }

  async #ask(
    from: string,
    to: string,
    { query, variables }: { readonly query: string; readonly variables: Readonly<Record<string, unknown>> },
  ): Promise<unknown> {
    const fate = this.fate(from, to);
    if (!this.#isOpen(from, to) || fate === 'lose') throw codedError('NODE_UNREACHABLE', 'cut');
    const sent = JSON.stringify(variables);
    if (fate === 'double') await this.#run(from, to, query, sent);
    const data = await this.#run(from, to, query, sent);
    if (fate === 'mute' || !this.#isOpen(from, to)) throw codedError('NODE_UNREACHABLE', 'cut');
    return data;
  }

  async #run(from: string, to: string, query: string, sent: string): Promise<unknown> {
    const variables = JSON.parse(sent) as { readonly batch: readonly unknown[] };
    const name = query.includes('handOver') ? 'handOver' : 'deliver';
    this.asked.push(`${from} ${to} ${name} ${variables.batch.length}`);
    await this.gate(from, to);
    const session = new PeerSession({ node: from, isInitial: from === initialId });
    const { data, errors } = await this.node(to).traffic.peer.execute({
      query,
      variables: { ...variables },
      session,
    });
    const [error] = errors ?? [];
    if (error) throw error;
    return JSON.parse(JSON.stringify(data)) as unknown;
  }

  #isOpen(from: string, to: string): boolean {
    return this.#nodes.has(to) && !this.cut.has(`${from} ${to}`);
  }

  #isHidden(one: string, other: string): boolean {
    return one !== initialId && other !== initialId && (this.hidden.has(one) || this.hidden.has(other));
  }

  #tellAll(id: string): void {
    for (const other of this.#listeners.keys()) this.#tell(other, id);
  }

  #tell(listening: string, node: string): void {
    for (const listener of this.#listeners.get(listening) ?? []) listener(node);
  }
}
