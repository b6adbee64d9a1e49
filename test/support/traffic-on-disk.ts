import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { migrate } from '../../subgraphs/serve/migrate.ts';
import { openDatabase } from '../../subgraphs/serve/open-database.ts';
import type { TrafficDatabase, TrafficTables } from '../../subgraphs/traffic/database.ts';
import { trafficMigrations } from '../../subgraphs/traffic/migrations.ts';
import { type Traffic, type TrafficOptions, createTraffic } from '../../subgraphs/traffic/traffic.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A node's traffic on a database file, where every agent of ada's lives; whoever opened it closes it. */
export async function openTraffic(
  file: string,
  options: Partial<TrafficOptions> = {},
): Promise<{ readonly traffic: Traffic; readonly db: TrafficDatabase; readonly close: () => Promise<void> }> {
  const database = openDatabase<TrafficTables>(file);
  await migrate(database.db, 'traffic', trafficMigrations);
  const traffic = createTraffic({
    isHome: (agent) => agent.startsWith('ada/'),
    onFault: (error) => {
      throw error;
    },
    ...options,
    db: database.db,
  });
  return {
    traffic,
    db: database.db,
    close: async () => {
      await traffic.close();
      await database.close();
    },
  };
}

/** As `openTraffic`, in a folder of its own; closed when the test has finished. */
export async function trafficOnDisk(options: Partial<TrafficOptions> = {}) {
  const file = join(temporaryFolder(), 'data.db');
  const opened = await openTraffic(file, options);
  onTestFinished(() => opened.close());
  return { ...opened, file };
}
