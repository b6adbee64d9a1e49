import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { WebSocket } from 'ws';
import { median } from '../table.ts';

const rounds = 5;
const turnsPerRound = 400;
/** An ordinary query and its answer are about as large. */
const message = 'x'.repeat(1_000);

/** Milliseconds there and back over TLS and a WebSocket: through a channel and straight to the port, in turns. */
export async function measureTurns(
  channel: Duplex,
  port: number,
): Promise<{ readonly throughMs: number; readonly directMs: number }> {
  const through = await openSocket(channel);
  const direct = await openSocket(connectTcp({ port, host: '127.0.0.1', noDelay: true }));
  const times = { through: [] as number[], direct: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.direct.push(...(await turns(direct)));
    times.through.push(...(await turns(through)));
  }
  through.terminate();
  direct.terminate();
  return { throughMs: median(times.through), directMs: median(times.direct) };
}

async function openSocket(stream: Duplex): Promise<WebSocket> {
  const socket = new WebSocket('ws://node/', {
    perMessageDeflate: false,
    createConnection: () => connect({ socket: stream, rejectUnauthorized: false, minVersion: 'TLSv1.3' }),
  });
  await once(socket, 'open');
  return socket;
}

async function turns(socket: WebSocket): Promise<number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < turnsPerRound; turn += 1) {
    const startedAt = performance.now();
    socket.send(message);
    await once(socket, 'message');
    times.push(performance.now() - startedAt);
  }
  return times;
}
