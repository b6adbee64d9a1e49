import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { RegistryTables } from '../subgraphs/registry/database.ts';
import { registryMigrations } from '../subgraphs/registry/migrations.ts';
import { migrate } from '../subgraphs/serve/migrate.ts';
import { type OpenDatabase, openDatabase } from '../subgraphs/serve/open-database.ts';
import type { TrafficTables } from '../subgraphs/traffic/database.ts';
import { trafficMigrations } from '../subgraphs/traffic/migrations.ts';
import { type MovingTables, movingMigrations } from './moving/moving-tables.ts';
import type { WorldTables } from '../subgraphs/world/database.ts';
import { worldMigrations } from '../subgraphs/world/migrations.ts';

/** The tables that every node has. */
type NodeTables = WorldTables & TrafficTables & MovingTables;
export type NodeDatabase = Kysely<NodeTables>;

const file = 'data.db';

/** Opens the data.db of a node, brought up to date. Rejects for a damaged or a newer one, and leaves it as it is. */
export async function openNodeTables(folder: string): Promise<OpenDatabase<NodeTables>> {
  return open<NodeTables>(folder, async ({ db }) => {
    await migrate(db, 'world', worldMigrations);
    await migrate(db, 'traffic', trafficMigrations);
    await migrate(db, 'moving', movingMigrations);
  });
}

/** As `openNodeTables`, of an initial node. */
export async function openInitialTables(folder: string): Promise<OpenDatabase<NodeTables & RegistryTables>> {
  return open<NodeTables & RegistryTables>(folder, async ({ db }) => {
    await migrate(db, 'registry', registryMigrations);
    await migrate(db, 'world', worldMigrations);
    await migrate(db, 'traffic', trafficMigrations);
    await migrate(db, 'moving', movingMigrations);
  });
}

/** Only the tables of people and nodes, beside a running initial node too. */
export async function openRegistryTables(folder: string): Promise<OpenDatabase<RegistryTables>> {
  return open<RegistryTables>(folder, ({ db }) => migrate(db, 'registry', registryMigrations));
}

async function open<Tables>(
  folder: string,
  prepare: (database: OpenDatabase<Tables>) => Promise<void>,
): Promise<OpenDatabase<Tables>> {
  // It holds people's sessions and what agents remember: for its owner only.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = openDatabase<Tables>(join(folder, file));
  try {
    await prepare(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
