import { type ChildProcess, fork } from 'node:child_process';
import type { ServerCommand, ServerReport } from './feed-server.ts';
import type { SubscribersCommand, SubscribersReport } from './feed-subscribers.ts';

const servers = ['ours', 'graphql-ws'] as const;
type ServerKind = (typeof servers)[number];

export interface FeedBenchOptions {
  /** How much is delivered in one measurement. */
  readonly deliveries?: number;
  readonly rounds?: number;
  readonly print?: (line: string) => void;
}

interface Run {
  readonly eventsPerSecond: number;
  readonly cpuUsPerEvent: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly kilobytesPerSubscriber: number;
}

/**
 * One publisher and many subscribers over real WebSockets: the whole gateway (fleet, executor, hub, edge) beside a bare graphql-ws server over
 * graphql-js. Servers and subscribers are processes of their own. Rounds alternate, and the best of each server counts, as the machine has other work.
 */
export async function benchFeed(options: FeedBenchOptions = {}): Promise<void> {
  const { deliveries = 60_000, rounds = 2, print = console.log } = options;
  print('feed: events delivered per second, delay at a fixed rate, server memory per subscriber');
  for (const subscribers of [1, 100, 1_000]) {
    const runs: Record<ServerKind, Run[]> = { ours: [], 'graphql-ws': [] };
    for (let round = 0; round < rounds; round += 1) {
      for (const server of servers) runs[server].push(await measure(server, subscribers, deliveries));
    }
    const ours = best(runs.ours);
    const peer = best(runs['graphql-ws']);
    // One subscriber's memory would be that of the plan, which is there once.
    const memory = (run: Run): string =>
      subscribers === 1 ? '' : `, ${run.kilobytesPerSubscriber.toFixed(1)} KB per subscriber`;
    print(`${subscribers} subscriber${subscribers === 1 ? '' : 's'}`);
    print(`  ours       ${describe(ours)}${memory(ours)}`);
    print(`  graphql-ws ${describe(peer)}${memory(peer)}`);
    print(
      `  ratio      ${(ours.eventsPerSecond / peer.eventsPerSecond).toFixed(2)} times the events, ` +
        `${(ours.p99Ms / peer.p99Ms).toFixed(2)} of the p99 delay, ` +
        `${(ours.cpuUsPerEvent / peer.cpuUsPerEvent).toFixed(2)} of the server's CPU per event`,
    );
  }
  for (const server of servers) print(`paused reader, ${server}: ${await measurePaused(server)}`);
}

function best(runs: readonly Run[]): Run {
  const least = (of: (run: Run) => number): number => Math.min(...runs.map(of));
  return {
    eventsPerSecond: Math.max(...runs.map((run) => run.eventsPerSecond)),
    cpuUsPerEvent: least((run) => run.cpuUsPerEvent),
    p50Ms: least((run) => run.p50Ms),
    p99Ms: least((run) => run.p99Ms),
    kilobytesPerSubscriber: least((run) => run.kilobytesPerSubscriber),
  };
}

function describe(run: Run): string {
  return [
    `${Math.round(run.eventsPerSecond).toLocaleString('en')} events/s`,
    `${run.cpuUsPerEvent.toFixed(1)} µs CPU each`,
    `p50 ${run.p50Ms.toFixed(2)} ms`,
    `p99 ${run.p99Ms.toFixed(2)} ms`,
  ].join(', ');
}

const bodyLength = 200;
/** Deliveries per second at which the delay is taken: what either server does easily. */
const calmRate = 5_000;

async function measure(kind: ServerKind, count: number, deliveries: number): Promise<Run> {
  const stage = await openStage(kind, { count, paused: 0, bodyLength });
  try {
    const events = Math.ceil(deliveries / count);
    // Both get as warm as they become in service.
    await stage.deliver(events, { kind: 'publishAll', events });
    const flood = await stage.deliver(events, { kind: 'publishAll', events });
    const intervalMs = Math.max(1, Math.round((1_000 * count) / calmRate));
    const calm = await stage.deliver(Math.ceil(2_000 / intervalMs), { kind: 'publishEvery', intervalMs });
    return {
      eventsPerSecond: flood.events / flood.seconds,
      cpuUsPerEvent: flood.cpuUs / flood.events,
      p50Ms: calm.p50Ms,
      p99Ms: calm.p99Ms,
      kilobytesPerSubscriber: stage.bytesOfSubscribers / count / 1_024,
    };
  } finally {
    stage.close();
  }
}

/** One reader that reads and one that does not, and 40 MB for each. */
async function measurePaused(server: ServerKind): Promise<string> {
  const stage = await openStage(server, { count: 2, paused: 1, bodyLength: 4_000 });
  try {
    const before = await stage.server.ask({ kind: 'measure' });
    await stage.deliver(10_000, { kind: 'publishAll', events: 10_000 });
    const after = await stage.server.ask({ kind: 'measure' });
    const megabytes = (after.memoryBytes - before.memoryBytes) / 1_048_576;
    stage.subscribers.tell({ kind: 'resume' });
    await stage.subscribers.answer('resumed');
    // The publisher itself keeps its rows, the same in both.
    return `server heap +${megabytes.toFixed(1)} MB with 10,000 events of 4 KB unread; all of them read after resuming`;
  } finally {
    stage.close();
  }
}

interface StageOptions {
  readonly count: number;
  readonly paused: number;
  readonly bodyLength: number;
}

/** A server and its subscribers, connected. */
async function openStage(kind: ServerKind, { count, paused, bodyLength: length }: StageOptions) {
  const server = new Server();
  const subscribers = new Subscribers();
  const empty = await server.ask({ kind: 'listen', server: kind, bodyLength: length });
  subscribers.tell({ kind: 'connect', port: empty.port, count, paused });
  await subscribers.answer('connected');
  const connected = await server.ask({ kind: 'measure' });
  return {
    server,
    subscribers,
    bytesOfSubscribers: connected.memoryBytes - empty.memoryBytes,
    /** Publishes until every subscriber that reads has had so many events more. */
    deliver: async (events: number, publishing: ServerCommand) => {
      const before = await server.ask({ kind: 'measure' });
      subscribers.tell({ kind: 'count', events });
      const counted = subscribers.answer('counted');
      server.tell(publishing);
      const result = await counted;
      const after = await server.ask({ kind: 'rest' });
      return { ...result, cpuUs: after.cpuUs - before.cpuUs };
    },
    close: () => {
      server.close();
      subscribers.close();
    },
  };
}

function start(file: string, execArgv: readonly string[] = []): ChildProcess {
  return fork(new URL(file, import.meta.url), { execArgv: ['--import', 'tsx', ...execArgv] });
}

class Server {
  readonly #process = start('./feed-server.ts', ['--expose-gc']);

  tell(command: ServerCommand): void {
    this.#process.send(command);
  }

  ask(command: ServerCommand): Promise<ServerReport> {
    return new Promise((resolve) => {
      this.#process.once('message', (report) => resolve(report as ServerReport));
      this.#process.send(command);
    });
  }

  close(): void {
    this.#process.kill();
  }
}

type AnswerOf<K extends SubscribersReport['kind']> = Extract<SubscribersReport, { readonly kind: K }>;

class Subscribers {
  readonly #process = start('./feed-subscribers.ts');

  tell(command: SubscribersCommand): void {
    this.#process.send(command);
  }

  answer<K extends SubscribersReport['kind']>(kind: K): Promise<AnswerOf<K>> {
    return new Promise((resolve) => {
      const look = (report: SubscribersReport): void => {
        if (report.kind !== kind) return;
        this.#process.off('message', look);
        resolve(report as AnswerOf<K>);
      };
      this.#process.on('message', look);
    });
  }

  close(): void {
    this.#process.kill();
  }
}
