import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { median } from '../table.ts';
import { sendUp, transferBytes, wish } from './service.ts';

const requestsPerRun = 2_000;
const atOnce = 16;
const turns = 1_000;
/** An ordinary query and its answer are about as large. */
const turnBytes = 1_000;

/** What visitors of a port see; the port is the proxy's, or the service's own. */
export interface Visits {
  readonly upMbPerSecond: number;
  readonly downMbPerSecond: number;
  readonly requestsPerSecond: number;
  /** There and back on an open connection. */
  readonly turnMs: number;
}

export async function measureVisits(port: number): Promise<Visits> {
  return {
    upMbPerSecond: await throughput(port, async (socket) => {
      sendUp(socket);
      await once(socket.resume(), 'end');
    }),
    downMbPerSecond: await throughput(port, async (socket) => {
      socket.write(wish.down);
      await once(socket.resume(), 'end');
    }),
    requestsPerSecond: await requestRate(port),
    turnMs: await turnTime(port),
  };
}

export async function visit(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** One turn of a visitor that stays. */
export async function ask(socket: Socket, text: string): Promise<void> {
  socket.write(text);
  for (let got = 0; got < text.length;) {
    const [data] = (await once(socket, 'data')) as [Buffer];
    got += data.length;
    if (text.startsWith(wish.echo) && got === text.length - 1) return;
  }
}

async function throughput(port: number, carry: (socket: Socket) => Promise<void>): Promise<number> {
  const socket = await visit(port);
  const startedAt = performance.now();
  await carry(socket);
  const seconds = (performance.now() - startedAt) / 1_000;
  socket.destroy();
  return transferBytes / 1_048_576 / seconds;
}

async function requestRate(port: number): Promise<number> {
  let left = requestsPerRun;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const socket = await visit(port);
      await ask(socket, `${wish.echo}hello`);
      socket.destroy();
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, worker));
  return requestsPerRun / ((performance.now() - startedAt) / 1_000);
}

async function turnTime(port: number): Promise<number> {
  const socket = await visit(port);
  await ask(socket, `${wish.echo}hello`);
  const text = 'x'.repeat(turnBytes);
  const times: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const startedAt = performance.now();
    await ask(socket, text);
    times.push(performance.now() - startedAt);
  }
  socket.destroy();
  return median(times);
}
