import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createExecutableShape } from '../../subgraphs/serve/create-executable-shape.ts';
import { createLinkServer } from '../../subgraphs/serve/create-link-server.ts';
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
  directives: '',
  resolvers: { Query: { rows: (_: unknown, { first }: { first: number }) => rows.slice(0, first) } },
  onFault: (error) => console.error(error),
});
const links = createLinkServer({ node: 'n1', secret: () => 'bench', shapes: [shape] });
const endpoint = createShapeEndpoint({ shape });
const server = createServer((request, response) => void endpoint.handleRequest(request, response));
server.on('upgrade', (request, socket, head) => links.handleUpgrade(request, socket, head));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.on('disconnect', () => process.exit());
