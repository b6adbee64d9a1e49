import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openNodeTables } from '../nodes/open-tables.ts';
import { limits } from '../schema/limits.ts';
import { migrate } from '../subgraphs/serve/migrate.ts';
import { openDatabase } from '../subgraphs/serve/open-database.ts';
import { PeerSession } from '../subgraphs/serve/peer-session.ts';
import type { WorldTables } from '../subgraphs/world/database.ts';
import { worldMigrations } from '../subgraphs/world/migrations.ts';
import { ReportedStats } from '../subgraphs/world/stats/reported-stats.ts';
import { createReportsShape } from '../subgraphs/world/stats/reports-shape.ts';
import type { StatsSample } from '../subgraphs/world/stats/stats-sample.ts';
import { codeOf, dataOf } from './support/registry-on-disk.ts';
import { startNetwork } from './support/start-network.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { untilGraph } from './support/until-graph.ts';

const now = Date.parse('2026-11-25T14:05:30.000Z');
const minuteMs = 60_000;
/** By which samples of these tests are known. */
const memoryMb = 80.125;

/** Of the minute that began so many minutes before the one of `time`. */
function minute(ago: number, time = now): StatsSample {
  const at = new Date(Math.floor(time / minuteMs - ago) * minuteMs).toISOString();
  const rest = { memoryMb, agents: 2, messagesPerSecond: 0.5, linkLatencyMs: 12, uptimeSeconds: 60 };
  return { at, cpuPercent: ago, ...rest };
}

const report = 'mutation ($samples: [SampleInput!]!) { reportStats(samples: $samples) }';

/** A node that keeps statistics of others. */
async function openKeeper() {
  const database = openDatabase<WorldTables>(join(temporaryFolder(), 'data.db'));
  onTestFinished(() => database.close());
  const { db } = database;
  await migrate(db, 'world', worldMigrations);
  const reported = new ReportedStats({ db, node: 'main', clock: () => now });
  const shape = createReportsShape({
    reported,
    onFault: (error) => {
      throw error;
    },
  });
  const from = (node: string, isInitial = false) => {
    const session = new PeerSession({ node, isInitial });
    return {
      send: async (samples: readonly unknown[]) =>
        (await dataOf(shape, { query: report, variables: { samples }, session }))['reportStats'],
      code: (samples: readonly unknown[]) =>
        codeOf(shape, { query: report, variables: { samples }, session }),
    };
  };
  const kept = async (of: string, resolution: 'minute' | 'hour' = 'minute') => {
    const range = { resolution, since: undefined, afterId: 0, limit: 1_000 };
    return (await reported.list(of, range)).map(({ node_id: node, timestamp }) => [
      node,
      timestamp.slice(11, 16),
    ]);
  };
  return { db, shape, from, kept };
}

test('each minute that a node reports is kept once, under the name that its link has proved', async () => {
  const { from, kept } = await openKeeper();
  const laptop = from('laptop');
  expect(await laptop.send([])).toBeNull();
  expect(await laptop.send([minute(3), minute(2)])).toBe(minute(2).at);
  expect(await laptop.send([minute(3), minute(2), minute(1)])).toBe(minute(1).at);
  expect(await laptop.send([minute(4)])).toBe(minute(1).at);
  expect(await from('tablet').send([{ ...minute(1), cpuPercent: 99 }])).toBe(minute(1).at);
  expect(await kept('laptop')).toEqual([
    ['laptop', '14:02'],
    ['laptop', '14:03'],
    ['laptop', '14:04'],
  ]);
  expect(await kept('tablet')).toHaveLength(1);
});

test('hours are made of them when all of their minutes have come, however late', async () => {
  const { from, kept } = await openKeeper();
  const { send } = from('laptop');
  for (const ago of [130, 80, 70]) await send([minute(ago)]);
  expect(await kept('laptop', 'hour')).toEqual([['laptop', '11:00']]);
  await send([minute(66), minute(65)]);
  expect(await kept('laptop', 'hour')).toEqual([
    ['laptop', '11:00'],
    ['laptop', '12:00'],
  ]);
});

test('what is no minute of its own, in order and of our time is refused, and nothing of it kept', async () => {
  const { from, kept } = await openKeeper();
  const { code, send } = from('mallory');
  const good = minute(3);
  const late = Math.ceil(limits.maxClockSkewMs / minuteMs);
  for (const bad of [
    [{ ...good, at: '2026-11-25T14:02:01.000Z' }],
    [{ ...good, at: '2026-11-25 14:02' }],
    [{ ...good, at: 'soon' }],
    [good, good],
    [good, minute(4)],
    [good, minute(-late - 1)],
    [good, { ...minute(2), memoryMb: -1 }],
    Array.from({ length: limits.maxReportedSamples + 1 }, (_, index) => minute(200 - index)),
  ])
    expect(await code(bad)).toBe('BAD_USER_INPUT');
  for (const [name, value] of [
    ['cpuPercent', 'much'],
    ['agents', 1.5],
    ['of', 'laptop'],
  ] as const)
    expect(await code([{ ...good, [name]: value }])).toBe('BAD_USER_INPUT');
  expect(await kept('mallory')).toEqual([]);
  const week = limits.minutesKeptMs / minuteMs;
  expect(await send([minute(week), minute(week - 1)])).toBe(minute(week - 1).at);
  expect(await kept('mallory')).toHaveLength(1);
});

test('nobody reports too often, strangers and the initial node not at all', async () => {
  const { shape, from } = await openKeeper();
  const { code, send } = from('mallory');
  for (let count = 0; count < limits.maxReportsPerMinute; count += 1) await send([]);
  expect(await code([])).toBe('RATE_LIMITED');
  expect(await from('laptop').send([])).toBeNull();
  expect(await from('initial', true).code([])).toBe('FORBIDDEN');
  expect(await codeOf(shape, { query: report, variables: { samples: [] } })).toBe('FORBIDDEN');
});

test('there is room for so many nodes and no more', async () => {
  const { db, from } = await openKeeper();
  const { at } = minute(2);
  const rows = Array.from({ length: limits.maxReportingNodes }, (_, index) => ({
    timestamp: at,
    node_id: `n${index}`,
    data: JSON.stringify(minute(2)),
    resolution: 'minute' as const,
  }));
  await db.insertInto('stats').values(rows).execute();
  expect(await from('one-too-many').code([minute(1)])).toBe('QUOTA_EXCEEDED');
  expect(await from('n7').send([minute(1)])).toBe(minute(1).at);
});

test('a laptop`s statistics are in the graph of the node that keeps them, each minute once, whoever was away meanwhile', async () => {
  const network = await startNetwork();
  const harbour = await network.join('harbour', { kind: 'trusted' });
  /** Starts it with minutes that have come together since it was stopped, one for each of these. */
  const startLaptop = async (name: string, to: string, agos: readonly number[]) => {
    const tables = await openNodeTables(network.place(name));
    const rows = agos.map((ago) => minute(ago, Date.now()));
    await tables.db
      .insertInto('stats')
      .values(
        rows.map((sample) => ({
          timestamp: sample.at,
          node_id: name,
          data: JSON.stringify(sample),
          resolution: 'minute' as const,
        })),
      )
      .execute();
    await tables.close();
    return network.join(name, { kind: 'local', reportStatsTo: to });
  };
  const untilKept = (at: string, of: string, agos: readonly number[]) => {
    const query = `{ node(id: "${at}") { reportedStats(of: "${of}") { nodes { of cpuPercent memoryMb } } } }`;
    return untilGraph(network.initial.url, query, (data) => {
      const { node } = data as { node: { reportedStats: { nodes: { of: string; memoryMb: number }[] } } };
      // Those that it has made itself meanwhile, should a minute have passed, are none of these.
      const given = node.reportedStats.nodes.filter(({ memoryMb: mb }) => mb === memoryMb);
      expect(given).toEqual(agos.map((ago) => ({ of, cpuPercent: ago, memoryMb })));
    });
  };
  await startLaptop('tablet', 'initial', [60, 59]);
  const laptop = await startLaptop('laptop', 'harbour', [60, 59, 58]);
  await untilKept('initial', 'tablet', [60, 59]);
  await untilKept('harbour', 'laptop', [60, 59, 58]);

  await laptop.close();
  await harbour.close();
  await startLaptop('laptop', 'harbour', [57, 56]);
  await network.join('harbour', { kind: 'trusted' });
  await untilKept('harbour', 'laptop', [60, 59, 58, 57, 56]);
}, 60_000);
