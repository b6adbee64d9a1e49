import { once } from 'node:events';
import { WebSocket } from 'ws';
import { feedQuery, nowUs } from './feed-shape.ts';

export type SubscribersCommand =
  | { readonly kind: 'connect'; readonly port: number; readonly count: number; readonly paused: number }
  /** From here on, until every subscriber that reads has had so many more events. */
  | { readonly kind: 'count'; readonly events: number }
  | { readonly kind: 'resume' };

export type SubscribersReport =
  | { readonly kind: 'connected' | 'resumed' }
  | {
      readonly kind: 'counted';
      /** Over all subscribers. */
      readonly events: number;
      /** Between the first event and the last. */
      readonly seconds: number;
      readonly p50Ms: number;
      readonly p99Ms: number;
    };

interface Subscriber {
  readonly socket: WebSocket;
  received: number;
}

const subscribers: Subscriber[] = [];
let paused: Subscriber[] = [];
let delays: number[] = [];
/** Events that are still to come, over all subscribers. */
let missing = 0;
let firstAt = 0;

// The bench is gone: nothing is left behind.
process.on('disconnect', () => process.exit());
process.on('message', (command: SubscribersCommand) => void obey(command));

async function obey(command: SubscribersCommand): Promise<void> {
  switch (command.kind) {
    case 'connect':
      return connect(command);
    case 'count':
      delays = [];
      missing = command.events * subscribers.length;
      return;
    case 'resume':
      for (const { socket } of paused) socket.resume();
      await Promise.all(paused.map((subscriber) => caughtUp(subscriber)));
      return send({ kind: 'resumed' });
  }
}

function send(report: SubscribersReport): void {
  process.send?.(report);
}

async function connect({ port, count, paused: pausedCount }: SubscribersCommand & { kind: 'connect' }) {
  const all = await Promise.all(Array.from({ length: count }, () => open(port)));
  paused = all.slice(0, pausedCount);
  for (const { socket } of paused) socket.pause();
  subscribers.push(...all.slice(pausedCount));
  send({ kind: 'connected' });
}

async function open(port: number): Promise<Subscriber> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', {
    perMessageDeflate: false,
  });
  await once(socket, 'open');
  const acknowledged = once(socket, 'message');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await acknowledged;
  const subscriber: Subscriber = { socket, received: 0 };
  socket.on('message', (data: Buffer) => {
    subscriber.received += 1;
    const now = nowUs();
    if (delays.length === 0) firstAt = now;
    delays.push(now - sentAtOf(data));
    missing -= 1;
    if (missing === 0) send(counted());
  });
  // As long an id as the client of graphql-ws makes.
  socket.send(JSON.stringify({ id: crypto.randomUUID(), type: 'subscribe', payload: { query: feedQuery } }));
  return subscriber;
}

const mark = Buffer.from('"sentAt":');

/** Without parsing all of it: subscribers must not be what is measured. */
function sentAtOf(data: Buffer): number {
  const start = data.indexOf(mark) + mark.length;
  return Number.parseInt(data.toString('latin1', start, start + 16), 10);
}

function counted(): SubscribersReport {
  const seconds = (nowUs() - firstAt) / 1_000_000;
  const sorted = Float64Array.from(delays).sort();
  const at = (part: number): number => (sorted[Math.floor(sorted.length * part)] ?? 0) / 1_000;
  return { kind: 'counted', events: delays.length, seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function caughtUp(subscriber: Subscriber): Promise<void> {
  const wanted = Math.min(...subscribers.map(({ received }) => received));
  while (subscriber.received < wanted) await once(subscriber.socket, 'message');
}
