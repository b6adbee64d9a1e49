import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import {
  type WebSocketEdge,
  type WebSocketEdgeOptions,
  createWebSocketEdge,
} from '../../gateway/edge/websocket-edge.ts';

export interface TestWebSocketServer {
  readonly url: string;
  readonly port: number;
  readonly edge: WebSocketEdge;
  close(): Promise<void>;
}

/** The edge behind a real HTTP server on a free port. Whoever starts it closes it. */
export async function startWebSocketServer(options: WebSocketEdgeOptions): Promise<TestWebSocketServer> {
  const edge = createWebSocketEdge(options);
  const server = createServer();
  server.on('upgrade', (request, socket, head) => edge.handleUpgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/graphql`,
    port,
    edge,
    close: async () => {
      await edge.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

export interface Message {
  readonly id?: string;
  readonly type: string;
  readonly payload?: unknown;
}

/** A WebSocket that says exactly what the test tells it to, and forgets nothing that comes. */
export interface RawClient {
  readonly socket: WebSocket;
  send(message: Message | string): void;
  /** The next message, waiting for it. */
  next(): Promise<Message>;
  /** Messages that have come and have not been asked for. */
  readonly unread: readonly Message[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

export interface RawClientOptions {
  /** null for none. */
  readonly protocol?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly autoPong?: boolean;
  /** PEM of the certificate to trust, for wss. */
  readonly ca?: string;
}

/** Resolves when the socket is open; the test closes it, or the server does. */
export async function openRawClient(url: string, options: RawClientOptions = {}): Promise<RawClient> {
  const { protocol = 'graphql-transport-ws', headers = {}, autoPong = true, ca } = options;
  const socket = new WebSocket(url, protocol ?? [], { headers, autoPong, ...(ca ? { ca } : {}) });
  const unread: Message[] = [];
  let wake: (() => void) | undefined;
  socket.on('message', (data: Buffer) => {
    unread.push(JSON.parse(data.toString()) as Message);
    wake?.();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  await once(socket, 'open');
  socket.on('error', () => undefined);
  return {
    socket,
    unread,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: async () => {
      for (;;) {
        const message = unread.shift();
        if (message) return message;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

/** A raw client that is past connection_init. */
export async function openReadyClient(url: string, options: RawClientOptions = {}): Promise<RawClient> {
  const client = await openRawClient(url, options);
  client.send({ type: 'connection_init' });
  const { type } = await client.next();
  if (type !== 'connection_ack') throw new Error(`Expected connection_ack, got ${type}`);
  return client;
}
