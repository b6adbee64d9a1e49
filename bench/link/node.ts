import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createExecutableShape } from '../../subgraphs/serve/create-executable-shape.ts';
import { createLinkServer } from '../../subgraphs/serve/create-link-server.ts';
import { createNodeDoor } from '../../port/node-door.ts';
import { openPort } from '../../port/open-port.ts';
import { LINK_PATH } from '../../wire/link-vocabulary.ts';
import { newIdentity } from '../new-identity.ts';
import { createShapeEndpoint } from '../../subgraphs/serve/create-shape-endpoint.ts';

// A node in a process of its own, with one subgraph over both ways: says its port, and its CPU time when it is asked.
const rows = Array.from({ length: 10 }, (_, at) => ({
  id: `n1/ada/npc/guard-${at}`,
  name: `guard-${at}`,
  owner: 'ada',
  health: at * 10,
}));

const shape = createExecutableShape({
  name: 'bench',
  sdl: 'type Query { rows(first: Int = 10): [Row] } type Row { id: ID! name: String owner: String health: Int }',
  resolvers: { Query: { rows: (_: unknown, { first }: { first: number }) => rows.slice(0, first) } },
  onFault: (error) => console.error(error),
});
// Over HTTP anybody may ask; the link is what nodes have, mutual TLS.
let initial = '';
const links = createLinkServer({
  node: 'n1',
  recognise: (key) => (key?.fingerprint === initial ? { node: 'initial', isInitial: true } : undefined),
  shapes: [shape],
});
const door = createNodeDoor((await newIdentity()).certificate, [
  { path: LINK_PATH, handleUpgrade: (request, socket, head) => links.handleUpgrade(request, socket, head) },
]);
const endpoint = createShapeEndpoint({ shape });
const server = createServer((request, response) => void endpoint.handleRequest(request, response));
server.listen(0, '127.0.0.1');
const { port: linkPort } = await openPort({
  port: 0,
  host: '127.0.0.1',
  guests: { node: (socket) => door.accept(socket) },
});
process.on('message', (message) => {
  if (typeof message === 'object' && message !== null && 'initial' in message) {
    initial = String(message.initial);
    process.send?.({ port: (server.address() as AddressInfo).port, linkPort });
    return;
  }
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.on('disconnect', () => process.exit());
