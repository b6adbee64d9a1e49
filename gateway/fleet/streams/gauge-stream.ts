import type { GraphQLFormattedError } from 'graphql';
import type { Link } from '../../../wire/link.ts';
import { codeOf } from '../../../wire/code-of.ts';
import { errorCodes } from '../../../schema/error-codes.ts';
import type { StreamEvent } from '../../execute/subgraph.ts';
import type { Roster } from '../roster.ts';
import { Interruptible } from './interruptible.ts';
import { NodeGauge } from './node-gauge.ts';
import type { NodeStream } from './node-stream.ts';

export interface GaugeStreamOptions {
  readonly roster: Roster;
  /** Ids of the nodes that are meant, members or not; undefined for all. */
  readonly nodes: ReadonlySet<string> | undefined;
  readonly open: (link: Link) => NodeStream;
  readonly random: () => number;
}

/**
 * The gauges of many nodes as one stream. Nodes that join are added, nodes that leave or drop are missing until they are back. What has not been
 * read yet is kept as the newest event of each key. It ends when it is returned, and with one error when every node that is up refuses the
 * operation itself; once a node has taken it, another's refusal is an event of that node.
 */
export class GaugeStream implements AsyncIterableIterator<StreamEvent> {
  readonly #options: GaugeStreamOptions;
  readonly #gauges = new Map<string, NodeGauge>();
  /** In the order in which the keys came: one that is updated keeps its turn. */
  readonly #unread = new Map<string, StreamEvent>();
  readonly #wait = new Interruptible();
  readonly #stopRoster: () => void;
  /** By node, why the caller is to blame; kept back until it is known whose business that is. */
  readonly #refusals = new Map<string, StreamEvent>();
  #isTaken = false;
  #phase: 'open' | 'ended' = 'open';

  constructor(options: GaugeStreamOptions) {
    this.#options = options;
    this.#stopRoster = options.roster.onChange(({ node }) => this.#follow(node));
    for (const { node } of options.roster.members()) this.#follow(node);
  }

  async next(): Promise<IteratorResult<StreamEvent, undefined>> {
    for (;;) {
      for (const [key, event] of this.#unread) {
        this.#unread.delete(key);
        return { done: false, value: event };
      }
      if (this.#phase === 'ended') return { done: true, value: undefined };
      await this.#wait.interrupted();
    }
  }

  async return(): Promise<IteratorResult<StreamEvent, undefined>> {
    this.#unread.clear();
    this.#end();
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
    this.#refusals.delete(node);
    if (link) {
      const gauge = new NodeGauge({
        link,
        open,
        random,
        onTaken: () => this.#take(),
        onEvent: (event) => this.#keep(event),
        onRefusal: (errors) => this.#refuse(node, errors),
        onOut: () => this.#judge(),
      });
      this.#gauges.set(node, gauge);
    }
    this.#judge();
  }

  #take(): void {
    this.#isTaken = true;
    for (const event of this.#refusals.values()) this.#keep(event);
    this.#refusals.clear();
  }

  #refuse(node: string, errors: readonly GraphQLFormattedError[]): void {
    const event = { result: { data: null, errors }, key: node };
    if (this.#isTaken || !errors.some(isForCaller)) this.#keep(event);
    else this.#refusals.set(node, event);
  }

  /** Ends the stream when all who could have taken the operation have refused it. */
  #judge(): void {
    const [refusal] = this.#refusals.values();
    if (!refusal || [...this.#gauges.values()].some((gauge) => gauge.mayTake)) return;
    this.#unread.clear();
    this.#unread.set('', { result: refusal.result });
    this.#end();
  }

  #keep(event: StreamEvent): void {
    this.#unread.set(event.key ?? '', event);
    this.#wait.interrupt();
  }

  #end(): void {
    this.#phase = 'ended';
    this.#stopRoster();
    for (const gauge of this.#gauges.values()) gauge.close();
    this.#gauges.clear();
    this.#refusals.clear();
    this.#wait.interrupt();
  }
}

function isForCaller(error: GraphQLFormattedError): boolean {
  const code = codeOf(error);
  return code !== undefined && errorCodes[code][0] === 'caller';
}
