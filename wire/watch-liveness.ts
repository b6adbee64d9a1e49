import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { limits } from '../schema/limits.ts';

export interface LivenessOptions {
  /** Silence after which a ping goes out; defaults to `limits.linkPingMs`. */
  readonly pingMs?: number | undefined;
  /** What the pong may take; defaults to `limits.linkPongMs`. */
  readonly pongMs?: number | undefined;
  readonly now?: (() => number) | undefined;
  readonly onLatency?: ((latencyMs: number) => void) | undefined;
}

/**
 * Pings an open WebSocket now and at intervals, with the frames of RFC 6455 (which `ws` answers by itself, and which cost no JSON), and destroys it when
 * the pong stays out: a frozen peer would not answer a close handshake either. Ends with the socket.
 * @param carrier what the WebSocket runs on: while bytes arrive there, a pong may be waiting behind a large message
 */
export function watchLiveness(socket: WebSocket, carrier: Socket, options: LivenessOptions = {}): void {
  const { pingMs = limits.linkPingMs, pongMs = limits.linkPongMs } = options;
  const { now = () => performance.now(), onLatency } = options;
  let pingedAt: number | undefined;
  let bytesSeen = 0;
  let timer: NodeJS.Timeout | undefined;

  const ping = (): void => {
    if (socket.readyState !== socket.OPEN) return;
    pingedAt = now();
    socket.ping();
    awaitPong();
  };
  const awaitPong = (): void => {
    bytesSeen = carrier.bytesRead;
    timer = setTimeout(() => {
      if (carrier.bytesRead === bytesSeen) socket.terminate();
      else awaitPong();
    }, pongMs);
  };
  socket.on('pong', () => {
    if (pingedAt === undefined) return;
    onLatency?.(now() - pingedAt);
    pingedAt = undefined;
    clearTimeout(timer);
    timer = setTimeout(ping, pingMs);
  });
  socket.once('close', () => clearTimeout(timer));
  ping();
}
