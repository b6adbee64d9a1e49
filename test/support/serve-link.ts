import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLinkServer } from '../../subgraphs/serve/create-link-server.ts';
import { createLinkShape } from './link-shape.ts';

// A node in a process of its own: says its port, and stays until it is ended.
const links = createLinkServer({
  node: 'n1',
  recognise: () => ({ node: 'initial', isInitial: true }),
  shapes: [createLinkShape().shape],
});
const server = createServer();
server.on('upgrade', (request, socket, head) => links.handleUpgrade(request, socket, head));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
