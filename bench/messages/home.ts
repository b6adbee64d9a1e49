import { createNodeDoor } from '../../port/node-door.ts';
import { openPort } from '../../port/open-port.ts';
import { createLinkServer } from '../../subgraphs/serve/create-link-server.ts';
import { migrate } from '../../subgraphs/serve/migrate.ts';
import { openDatabase } from '../../subgraphs/serve/open-database.ts';
import { createPost } from '../../subgraphs/traffic/create-post.ts';
import type { TrafficTables } from '../../subgraphs/traffic/database.ts';
import { trafficMigrations } from '../../subgraphs/traffic/migrations.ts';
import { openTraffic } from '../../subgraphs/traffic/traffic.ts';
import { LINK_PATH } from '../../wire/link-vocabulary.ts';
import { newIdentity } from '../new-identity.ts';

// The home of ada's agents in a process of its own, which another node, where bob's agents live, brings messages by a link. Says its port,
// and its CPU time when it is asked.
const [, , file = '', senderKey = ''] = process.argv;
const { db } = openDatabase<TrafficTables>(file);
await migrate(db, 'traffic', trafficMigrations);
const traffic = await openTraffic({
  db,
  post: createPost({
    self: 'home',
    initial: 'initial',
    locate: async (agents) => new Map(agents.map((agent) => [agent, { node: 'sender', epoch: 1 }])),
    canReach: () => false,
    onReach: () => () => undefined,
    ask: () => Promise.reject(new Error('Expected to be asked only')),
  }),
  epochOf: async (agent) => (agent.startsWith('ada/') ? 1 : undefined),
  notify: () => undefined,
  onFault: (error) => console.error(error),
});
const links = createLinkServer({
  node: 'home',
  recognise: (key) => (key?.fingerprint === senderKey ? { node: 'sender', isInitial: false } : undefined),
  shapes: [],
  peerShapes: [traffic.peer],
});
const door = createNodeDoor((await newIdentity()).certificate, [
  { path: LINK_PATH, handleUpgrade: (request, socket, head) => links.handleUpgrade(request, socket, head) },
]);
const { port } = await openPort({
  port: 0,
  host: '127.0.0.1',
  guests: { node: (socket) => door.accept(socket) },
});
process.send?.(port);
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.on('disconnect', () => process.exit());
