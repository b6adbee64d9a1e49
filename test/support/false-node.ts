import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

/** What a message of the gateway is answered with, word for word. */
export type Reply = (message: { readonly type: string; readonly id?: string }, socket: WebSocket) => void;

export interface FalseNode {
  readonly port: number;
  /** Connections that there have been. */
  readonly connections: () => number;
}

/** Something at a node's address that keeps to the protocol only as far as the test wants it to. */
export async function startFalseNode(reply: Reply): Promise<FalseNode> {
  let connections = 0;
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: () => 'graphql-transport-ws',
  });
  server.on('connection', (socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => reply(JSON.parse(data.toString()), socket));
  });
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, connections: () => connections };
}

/** Lets the gateway in as the node should, and answers everything else by `reply`. */
export function afterWelcome(reply: Reply, welcome: unknown = { node: 'n1', shapes: {} }): Reply {
  return (message, socket) => {
    if (message.type === 'connection_init') {
      socket.send(JSON.stringify({ type: 'connection_ack', payload: welcome }));
    } else reply(message, socket);
  };
}
