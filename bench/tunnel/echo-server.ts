import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';

export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** A WebSocket over TLS that says what it hears: what a link is made of, without the query. */
export async function startEchoServer(
  pair: KeyPair,
): Promise<{ readonly port: number; readonly take: (stream: Duplex) => void }> {
  const http = createHttpServer();
  new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (socket) => {
    socket.on('message', (data: Buffer) => socket.send(data));
  });
  const take = (stream: Duplex): void => {
    const secured = new TLSSocket(stream, { isServer: true, minVersion: 'TLSv1.3', ...pair });
    secured.on('error', () => secured.destroy());
    http.emit('connection', secured);
  };
  const direct = createServer({ noDelay: true }, take).listen(0, '127.0.0.1');
  await once(direct, 'listening');
  return { port: (direct.address() as AddressInfo).port, take };
}
