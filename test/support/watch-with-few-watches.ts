import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { migrate } from '../../subgraphs/serve/migrate.ts';
import { openDatabase } from '../../subgraphs/serve/open-database.ts';
import type { WorldTables } from '../../subgraphs/world/database.ts';
import { worldMigrations } from '../../subgraphs/world/migrations.ts';
import { createWorld } from '../../subgraphs/world/subgraph.ts';
import { noMail } from './no-mail.ts';

// A process of its own, started where the system gives few file watches: saves the file it is given in the folder it is given, and ends well
// once the graph has it.
const [folder = '', path = ''] = process.argv.slice(2);
const database = openDatabase<WorldTables>(join(folder, 'data.db'));
const { db } = database;
await migrate(db, 'world', worldMigrations);
const world = await createWorld({
  node: 'main',
  folder,
  db,
  claimAgent: async () => ({ epoch: 1 }),
  releaseAgent: async () => undefined,
  mail: noMail(db),
  unread: async () => 0,
  messagesPerSecond: () => 0,
  log: pino({}, pino.destination(1)),
  onEntityFile(change) {
    if (change.path === path && change.outcome === 'STORED') void world.close().then(() => database.close());
  },
});
setImmediate(() => writeFileSync(join(folder, path), '{}'));
