import type { Link } from '../../../wire/link.ts';
import type { StreamEvent } from '../../execute/subgraph.ts';
import type { Roster } from '../roster.ts';
import { Backoff } from './backoff.ts';
import { Interruptible } from './interruptible.ts';
import type { NodeStream } from './node-stream.ts';

export interface GaugeStreamOptions {
  readonly roster: Roster;
  /** Ids of the nodes that are meant, members or not; undefined for all. */
  readonly nodes: ReadonlySet<string> | undefined;
  readonly open: (link: Link) => NodeStream;
  readonly random: () => number;
}

/**
 * The gauges of many nodes as one stream. Nodes that join are added, nodes that leave or drop are missing until they are back; it ends only when
 * it is returned. What has not been read yet is kept as the newest event of each key.
 */
export class GaugeStream implements AsyncIterableIterator<StreamEvent> {
  readonly #options: GaugeStreamOptions;
  readonly #gauges = new Map<string, NodeGauge>();
  /** In the order in which the keys came: one that is updated keeps its turn. */
  readonly #unread = new Map<string, StreamEvent>();
  readonly #wait = new Interruptible();
  readonly #stopRoster: () => void;
  #phase: 'open' | 'returned' = 'open';

  constructor(options: GaugeStreamOptions) {
    this.#options = options;
    this.#stopRoster = options.roster.onChange(({ node }) => this.#follow(node));
    for (const { node } of options.roster.members()) this.#follow(node);
  }

  async next(): Promise<IteratorResult<StreamEvent, undefined>> {
    while (this.#phase === 'open') {
      for (const [key, event] of this.#unread) {
        this.#unread.delete(key);
        return { done: false, value: event };
      }
      await this.#wait.interrupted();
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<StreamEvent, undefined>> {
    this.#phase = 'returned';
    this.#stopRoster();
    for (const gauge of this.#gauges.values()) gauge.close();
    this.#gauges.clear();
    this.#unread.clear();
    this.#wait.interrupt();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #follow(node: string): void {
    const { roster, nodes, open, random } = this.#options;
    if (nodes && !nodes.has(node)) return;
    const link = roster.get(node);
    const known = this.#gauges.get(node);
    if (known?.link === link) return;
    known?.close();
    this.#gauges.delete(node);
    if (!link) return;
    const onEvent = (event: StreamEvent): void => this.#keep(event);
    this.#gauges.set(node, new NodeGauge({ link, open, random, onEvent }));
  }

  #keep(event: StreamEvent): void {
    this.#unread.set(event.key ?? '', event);
    this.#wait.interrupt();
  }
}

interface NodeGaugeOptions extends Pick<GaugeStreamOptions, 'open' | 'random'> {
  readonly link: Link;
  readonly onEvent: (event: StreamEvent) => void;
}

/** One node's stream, open whenever its link is up. */
class NodeGauge {
  readonly link: Link;
  readonly #options: NodeGaugeOptions;
  readonly #wait = new Interruptible();
  readonly #backoff: Backoff;
  readonly #stopLink: () => void;
  #phase: 'open' | 'closed' = 'open';

  constructor(options: NodeGaugeOptions) {
    this.link = options.link;
    this.#options = options;
    this.#backoff = new Backoff(options.random);
    this.#stopLink = options.link.onStateChange(() => this.#wait.interrupt());
    void this.#run();
  }

  close(): void {
    this.#phase = 'closed';
    this.#stopLink();
    this.#wait.interrupt();
  }

  async #run(): Promise<void> {
    while (this.#isOpen()) {
      if (this.link.state !== 'UP') {
        await this.#wait.interrupted();
        continue;
      }
      const stream = this.#options.open(this.link);
      const outcome = await this.#read(stream);
      stream.close();
      if (!this.#isOpen()) return;
      // Asking again would bring the same answer, until the node has been restarted.
      if (outcome === 'refused') await this.#wait.interrupted();
      else await this.#wait.sleep(this.#backoff.nextMs());
    }
  }

  async #read(stream: NodeStream): Promise<'refused' | 'lost'> {
    for (;;) {
      const pending = stream.next();
      let step = await this.#wait.first(pending);
      while (!step) {
        if (!this.#isOpen() || this.link.state !== 'UP') return 'lost';
        step = await this.#wait.first(pending);
      }
      if (step.kind === 'lost') return 'lost';
      const { node } = this.link;
      if (step.kind === 'refused') {
        this.#options.onEvent({ result: { data: null, errors: step.errors }, key: node });
        return 'refused';
      }
      if (step.mark !== undefined) this.#backoff.reset();
      this.#options.onEvent({ result: step.result, key: step.mark ?? node });
    }
  }

  // A method, as the compiler does not expect a field to change during an await.
  #isOpen(): boolean {
    return this.#phase === 'open';
  }
}
