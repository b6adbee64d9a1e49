import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { migrate } from '../../subgraphs/serve/migrate.ts';
import { openDatabase } from '../../subgraphs/serve/open-database.ts';
import type { TrafficDatabase, TrafficTables } from '../../subgraphs/traffic/database.ts';
import { trafficMigrations } from '../../subgraphs/traffic/migrations.ts';
import { createPost } from '../../subgraphs/traffic/create-post.ts';
import type { Post } from '../../subgraphs/traffic/post.ts';
import {
  type Traffic,
  type TrafficOptions,
  openTraffic as openTrafficOn,
} from '../../subgraphs/traffic/traffic.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A node's traffic on a database file, where every agent of ada's lives; whoever opened it closes it. */
export async function openTraffic(
  file: string,
  options: Partial<TrafficOptions> = {},
): Promise<{ readonly traffic: Traffic; readonly db: TrafficDatabase; readonly close: () => Promise<void> }> {
  const database = openDatabase<TrafficTables>(file);
  await migrate(database.db, 'traffic', trafficMigrations);
  const traffic = await openTrafficOn({
    post: lonePost(),
    epochOf: async (agent) => (agent.startsWith('ada/') ? 1 : undefined),
    notify: () => undefined,
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

/** The post of a network with one node, on which ada and eve have claimed agents. */
function lonePost(): Post {
  return createPost({
    self: 'main',
    initial: 'main',
    locate: async (agents) => {
      const claimed = agents.filter((agent) => agent.startsWith('ada/') || agent.startsWith('eve/'));
      return new Map(claimed.map((agent) => [agent, { node: 'main', epoch: 1 }]));
    },
    canReach: () => false,
    onReach: () => () => undefined,
    ask: () => Promise.reject(new Error('Expected nobody to be asked')),
  });
}

/** As `openTraffic`, in a folder of its own; closed when the test has finished. */
export async function trafficOnDisk(options: Partial<TrafficOptions> = {}) {
  const file = join(temporaryFolder(), 'data.db');
  const opened = await openTraffic(file, options);
  onTestFinished(() => opened.close());
  return { ...opened, file };
}
