import { pino } from 'pino';
import { join } from 'node:path';
import { migrate } from '../../subgraphs/serve/migrate.ts';
import { openDatabase } from '../../subgraphs/serve/open-database.ts';
import type { WorldTables } from '../../subgraphs/world/database.ts';
import { worldMigrations } from '../../subgraphs/world/migrations.ts';
import { createWorld } from '../../subgraphs/world/subgraph.ts';
import { noMail } from './no-mail.ts';

// A process of its own: a world in the folder it is given, in which the entity alice/npc/guide counts up. Says each number once it has been
// acknowledged, and goes on until it is killed.
const folder = process.argv[2] ?? '';
const { db } = openDatabase<WorldTables>(join(folder, 'data.db'));
await migrate(db, 'world', worldMigrations);
const { shape } = await createWorld({
  node: 'main',
  folder,
  db,
  claimAgent: async () => ({ epoch: 1 }),
  releaseAgent: async () => undefined,
  mail: noMail(db),
  unread: async () => 0,
  messagesPerSecond: () => 0,
  log: pino({ level: 'silent' }),
});
const viewer = { username: 'alice', role: 'DEVELOPER' } as const;
const query = 'mutation ($data: JSON!) { updateEntity(id: "main/alice/npc/guide", data: $data) { id } }';
for (let count = 1; ; count += 1) {
  const { errors } = await shape.execute({ query, variables: { data: dataFor(count) }, viewer });
  if (errors) throw new Error(JSON.stringify(errors));
  process.send?.(count);
}

/** Long, so that a write takes a while. */
function dataFor(count: number): unknown {
  return { count, description: String(count).padStart(5, '0').repeat(2_000) };
}
