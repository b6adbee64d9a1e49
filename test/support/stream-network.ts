import { type FormattedExecutionResult, parse } from 'graphql';
import type { Directory } from '../../gateway/fleet/directory.ts';
import { readFleetShape } from '../../gateway/fleet/directives.ts';
import { NodeVersions } from '../../gateway/fleet/node-versions.ts';
import { type PreparedStream, prepareFleetStream } from '../../gateway/fleet/streams/prepare-fleet-stream.ts';
import { createNetworkReport } from '../../gateway/execute/network-report.ts';
import type { RequestContext } from '../../gateway/execute/request-context.ts';
import { createRoster } from '../../gateway/links/roster.ts';
import { readSdl } from '../../schema/read-sdl.ts';
import { createExecutableShape } from '../../subgraphs/serve/create-executable-shape.ts';
import { followTable } from '../../subgraphs/serve/follow-table.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import type { Link, LinkRequest, LinkState } from '../../wire/link.ts';
import { createLocalLink } from '../../wire/local-link.ts';

export const streamSdl = /* GraphQL */ `
  type Query {
    hello: String
  }
  type Subscription {
    messages(agent: ID!, after: String): MessageEvent @route(by: "agent", via: "DIRECTORY") @feed
    gauges(nodes: [ID!], intervalMs: Int = 1000): Gauge @scatter(merge: "LIST") @latest(key: "node.id")
    ticks(node: ID!): Tick @route(by: "node")
    letters(from: ID, after: String): MessageEvent
      @route(by: "from", via: "DIRECTORY", otherwise: "INITIAL")
      @feed
  }
  type Node @key(fields: "id") @shard(by: "id", via: "NODE") {
    id: ID!
  }
  type MessageEvent {
    cursor: String!
    body: Int
  }
  type Gauge {
    node: Node
    value: Int
  }
  type Tick {
    count: Int
  }
`;

export interface Message {
  readonly sequence: number;
  readonly body: number;
}

/** The inboxes of all agents, each served by the one node that is its home; they move as a whole. */
export interface Inboxes {
  publish(agent: string, body: number): void;
  homeOf(agent: string): string | undefined;
  readonly directory: Directory;
  /** Changes the home and tells whoever watches. undefined: nobody has claimed it any more. */
  move(agent: string, node: string | undefined): void;
  rowsOf(agent: string): Message[];
  onNews(listener: () => void): () => void;
}

export function createInboxes(): Inboxes {
  const homes = new Map<string, string>();
  const rows = new Map<string, Message[]>();
  const news = new Set<() => void>();
  const watchers = new Set<(agent: string) => void>();
  const rowsOf = (agent: string): Message[] => {
    const known = rows.get(agent) ?? [];
    rows.set(agent, known);
    return known;
  };
  return {
    rowsOf,
    homeOf: (agent) => homes.get(agent),
    publish: (agent, body) => {
      rowsOf(agent).push({ sequence: rowsOf(agent).length + 1, body });
      for (const listener of news) listener();
    },
    move: (agent, node) => {
      if (node === undefined) homes.delete(agent);
      else homes.set(agent, node);
      for (const watcher of watchers) watcher(agent);
    },
    onNews: (listener) => {
      news.add(listener);
      return () => void news.delete(listener);
    },
    directory: {
      locate: async (agents) =>
        new Map(
          agents.flatMap((agent) => {
            const node = homes.get(agent);
            return node === undefined ? [] : [[agent, { node, epoch: 1 }] as const];
          }),
        ),
      onChange: (listener) => {
        watchers.add(listener);
        return () => void watchers.delete(listener);
      },
    },
  };
}

export function cursorOf(sequence: number): string {
  return String(sequence).padStart(8, '0');
}

export interface NodeShape {
  readonly shape: ExecutableShape;
  /** `after` of each feed that was opened here. */
  readonly openedAfter: (string | undefined)[];
  /** A sample for all who watch the gauge of this node; `as` another node's, if it lies. */
  sample(value: number, as?: string): void;
  /** Ends every feed that is open here, as a node does that stops. */
  endFeeds(): void;
  /** Watchers of the gauge. */
  readonly watchers: number;
}

/** What one node publishes. */
export function createNodeShape(node: string, inboxes: Inboxes, sdl = streamSdl): NodeShape {
  const openedAfter: (string | undefined)[] = [];
  const gauges = new Set<(value: unknown) => void>();
  let feeds = new AbortController();
  const shape = createExecutableShape({
    name: 'traffic',
    sdl: `${sdl}\n${readSdl('fleet')}`,
    onFault: (error) => {
      throw error;
    },
    resolvers: {
      Subscription: {
        messages: {
          subscribe: (_: unknown, { agent, after }: { agent: string; after?: string }) => {
            if (inboxes.homeOf(agent) !== node) throw codedError('MOVED', `${agent} is not here`);
            if (after !== undefined && !/^\d{8}$|^now$/.test(after))
              throw codedError('BAD_CURSOR', 'No cursor');
            openedAfter.push(after);
            const rows = inboxes.rowsOf(agent);
            return followTable({
              position: after === 'now' ? rows.length : Number(after ?? 0),
              readBeyond: async (position) => rows.filter(({ sequence }) => sequence > position).slice(0, 3),
              positionOf: ({ sequence }) => sequence,
              present: ({ sequence, body }) => ({ messages: { cursor: cursorOf(sequence), body } }),
              onNews: (wake) => inboxes.onNews(wake),
              signals: [feeds.signal],
            });
          },
        },
        gauges: {
          subscribe: (_: unknown, { intervalMs }: { intervalMs: number }) => {
            if (intervalMs < 250) throw codedError('BAD_USER_INPUT', 'Expected intervalMs from 250');
            return listen(gauges);
          },
        },
        letters: {
          subscribe: async function* (_: unknown, { from }: { from?: string | null }) {
            yield { letters: { cursor: `${node} ${from ?? 'nobody'}`, body: 1 } };
            await new Promise(() => undefined);
          },
        },
        ticks: {
          async *subscribe() {
            for (let count = 1; count <= 3; count += 1) yield { ticks: { count } };
          },
        },
      },
    },
  });
  return {
    shape,
    openedAfter,
    sample: (value, as = node) => {
      for (const give of gauges) give({ gauges: { node: { id: as }, value } });
    },
    endFeeds: () => {
      feeds.abort();
      feeds = new AbortController();
    },
    get watchers() {
      return gauges.size;
    },
  };
}

function listen(listeners: Set<(value: unknown) => void>): AsyncIterableIterator<unknown> {
  const values: unknown[] = [];
  let wake: (() => void) | undefined;
  let isClosed = false;
  const give = (value: unknown): void => {
    values.push(value);
    wake?.();
  };
  listeners.add(give);
  return {
    async next() {
      for (;;) {
        if (isClosed) return { done: true, value: undefined };
        if (values.length > 0) return { done: false, value: values.shift() };
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    async return() {
      isClosed = true;
      listeners.delete(give);
      wake?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

export interface SwitchLink extends Link {
  /** Loses the connection, with all that is under way; nothing goes through until `restore`. */
  cut(): void;
  restore(): void;
}

/** A link to this process that can be cut and comes back when the test says so. */
export function createSwitchLink(node: string, shapes: readonly ExecutableShape[]): SwitchLink {
  let inner = createLocalLink({ node, shapes });
  let state: LinkState = 'UP';
  const listeners = new Set<(state: LinkState) => void>();
  const become = (next: LinkState): void => {
    state = next;
    for (const listener of listeners) listener(next);
  };
  return {
    node,
    get state() {
      return state;
    },
    sdl: (shape) => inner.sdl(shape),
    execute: (request: LinkRequest): Promise<FormattedExecutionResult> => inner.execute(request),
    subscribe: (request: LinkRequest) => inner.subscribe(request),
    onStateChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    cut: () => {
      if (state !== 'UP') return;
      void inner.close();
      become('CONNECTING');
    },
    restore: () => {
      if (state !== 'CONNECTING') return;
      inner = createLocalLink({ node, shapes });
      become('UP');
    },
    close: async () => {
      await inner.close();
      become('CLOSED');
    },
  };
}

/** Nodes of this process with what a fleet needs to stream from them. Backoff waits no time. */
export function createStreamNetwork() {
  const inboxes = createInboxes();
  const roster = createRoster({
    onFault: (fault) => {
      throw fault;
    },
  });
  const shape = readFleetShape({ name: 'traffic', sdl: `${streamSdl}\n${readSdl('fleet')}` }, 'n1');
  const versions = new NodeVersions(shape);
  return {
    inboxes,
    roster,
    addNode: (node: string, sdl?: string) => {
      const published = createNodeShape(node, inboxes, sdl);
      const link = createSwitchLink(node, [published.shape]);
      roster.add(link);
      return { ...published, link, node: published };
    },
    prepare: (query: string): PreparedStream =>
      prepareFleetStream({
        fetch: {
          subgraph: 'traffic',
          kind: 'subscription',
          document: parse(query),
          text: query,
          isEntityFetch: false,
        },
        shape,
        roster,
        directory: inboxes.directory,
        versions,
        random: () => 0,
      }),
  };
}

export function createStreamContext(): RequestContext {
  return { viewer: undefined, deadline: Infinity, signal: undefined, network: createNetworkReport() };
}
