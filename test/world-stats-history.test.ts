import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { limits } from '../schema/limits.ts';
import { migrate } from '../subgraphs/serve/migrate.ts';
import { openDatabase } from '../subgraphs/serve/open-database.ts';
import type { Resolution, WorldTables } from '../subgraphs/world/database.ts';
import { worldMigrations } from '../subgraphs/world/migrations.ts';
import { AgentMeter } from '../subgraphs/world/stats/agent-meter.ts';
import type { ProcessUsage } from '../subgraphs/world/stats/process-meter.ts';
import { parseSample } from '../subgraphs/world/stats/stats-sample.ts';
import { StatsStore, type UsageFilter } from '../subgraphs/world/stats/stats-store.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

async function openStore() {
  const database = openDatabase<WorldTables>(join(temporaryFolder(), 'data.db'));
  onTestFinished(() => database.close());
  const { db } = database;
  const meter = new AgentMeter();
  await migrate(db, 'world', worldMigrations);
  const store = new StatsStore({ db, node: 'main', runsAs: 'system', meter });
  const add = (time: string, cpuPercent: number, usage: Partial<ProcessUsage> = {}) =>
    store.add({
      sample: {
        at: time,
        cpuPercent,
        memoryMb: 10,
        agents: 2,
        messagesPerSecond: 1,
        linkLatencyMs: null,
        uptimeSeconds: cpuPercent,
      },
      process: {
        pid: 1,
        startTicks: 1,
        cpuMs: 0,
        memoryBytes: 0,
        diskReadBytes: 0,
        diskWriteBytes: 0,
      },
      agentProcesses: [{ ...agentUsage, ...usage }],
    });
  const stats = async (resolution: Resolution) => {
    const rows = await store.listStats({ resolution, since: undefined, afterId: 0, limit: 1_000 });
    return rows.map(({ timestamp, data }) => [timestamp, parseSample(data).cpuPercent]);
  };
  const usage = (resolution: Resolution, of: UsageFilter['of'] = 'PROCESSES') =>
    store.listUsage({ of, username: 'ada' }, { resolution, since: undefined, afterId: 0, limit: 1_000 });
  return { db, meter, store, add, stats, usage };
}

const agentUsage: ProcessUsage = {
  owner: 'ada',
  pid: 77,
  cpuPercent: 10,
  cpuMs: 100,
  memoryBytes: 1_048_576,
  diskReadBytes: 0,
  diskWriteBytes: 0,
  networkSentBytes: 0,
  networkReceivedBytes: 0,
};

test('a minute that is over becomes one row: averages of what varies, the last of what is counted', async () => {
  const { add, stats, usage } = await openStore();
  await add('2026-11-25T14:05:10.000Z', 10, { networkSentBytes: 100, memoryBytes: 3 * 1_048_576 });
  await add('2026-11-25T14:05:50.000Z', 30, { networkSentBytes: 900, cpuPercent: 30 });
  expect(await stats('minute')).toEqual([]);
  await add('2026-11-25T14:06:00.000Z', 50);
  expect(await stats('minute')).toEqual([['2026-11-25T14:05:00.000Z', 20]]);
  expect(await usage('minute')).toMatchObject([
    { process_pid: 77, cpu_percent: 20, memory_usage: 3, network_sent: 900 },
  ]);
  expect(await stats('hour')).toEqual([]);
  await add('2026-11-25T15:00:00.000Z', 0);
  expect(await stats('minute')).toEqual([
    ['2026-11-25T14:05:00.000Z', 20],
    ['2026-11-25T14:06:00.000Z', 50],
  ]);
  expect(await stats('hour')).toEqual([['2026-11-25T14:00:00.000Z', 35]]);
});

test('minutes that ended while the node was down are made when it is back, each once', async () => {
  const { add, stats } = await openStore();
  await add('2026-11-25T14:05:10.000Z', 10);
  await add('2026-11-25T14:07:10.000Z', 20);
  await add('2026-11-25T14:30:00.000Z', 30);
  await add('2026-11-25T14:30:01.000Z', 30);
  await add('2026-11-25T14:31:01.000Z', 30);
  expect((await stats('minute')).map(([time]) => time)).toEqual([
    '2026-11-25T14:05:00.000Z',
    '2026-11-25T14:07:00.000Z',
    '2026-11-25T14:30:00.000Z',
  ]);
});

test('seconds are kept for an hour, minutes for a week, hours for longer than a year', async () => {
  const { add, stats } = await openStore();
  const first = Date.parse('2025-01-01T10:00:00.000Z');
  const after = (ms: number) => new Date(first + ms).toISOString();
  await add(after(0), 1);
  await add(after(limits.secondsKeptMs), 2);
  expect((await stats('second')).length).toBe(2);
  await add(after(limits.secondsKeptMs + 60_000), 3);
  expect((await stats('second')).map(([, value]) => value)).toEqual([2, 3]);
  await add(after(limits.minutesKeptMs + 60_001), 4);
  expect((await stats('minute')).map(([time]) => time)).toEqual([
    after(limits.secondsKeptMs),
    after(limits.secondsKeptMs + 60_000),
  ]);
  expect((await stats('hour')).map(([time]) => time)).toEqual([after(0), after(3_600_000)]);
  await add(after(limits.hoursKeptMs + 120_000), 5);
  expect((await stats('hour')).map(([time]) => time)[0]).toBe(after(3_600_000));
});

test('what an agent used is in rows of its own, which add up: none is lost or counted twice on the way from seconds to hours', async () => {
  const { meter, add, usage, store } = await openStore();
  const use = {
    cpuMs: 250,
    messagesReceived: 3,
    messagesSent: 2,
    receivedBytes: 30,
    sentBytes: 20,
    logLines: 1,
  };
  await add('2026-11-25T14:05:10.000Z', 10);
  meter.add('ada/scout', use);
  meter.add('ada/scout', { cpuMs: 50 });
  meter.add('bob/scout', { cpuMs: 1 });
  await add('2026-11-25T14:05:11.000Z', 10);
  await add('2026-11-25T14:05:12.000Z', 10);
  expect(await usage('second', 'AGENTS')).toMatchObject([
    {
      timestamp: '2026-11-25T14:05:11.000Z',
      agent_id: 'ada/scout',
      process_pid: 77,
      cpu_ms: 300,
      cpu_percent: 30,
      messages_received: 3,
      messages_sent: 2,
      network_received: 30,
      network_sent: 20,
      log_lines: 1,
    },
  ]);
  meter.add('ada/scout', use);
  await add('2026-11-25T14:05:50.000Z', 10, { pid: 78 });
  meter.add('ada/scout', use);
  await add('2026-11-25T14:06:00.000Z', 10);
  expect(await usage('minute', 'AGENTS')).toMatchObject([
    {
      timestamp: '2026-11-25T14:05:00.000Z',
      cpu_ms: 550,
      messages_received: 6,
      network_sent: 40,
      log_lines: 2,
    },
  ]);
  meter.add('ada/scout', use);
  await store.addRest('2026-11-25T14:06:01.000Z');
  await add('2026-11-25T15:00:00.000Z', 10);
  const hour = await usage('hour', 'AGENTS');
  expect(hour).toMatchObject([{ cpu_ms: 1_050, messages_sent: 8, network_received: 120, log_lines: 4 }]);
  expect(hour[0]?.cpu_percent).toBeCloseTo((100 * 1_050) / 3_600_000);
  expect((await usage('hour')).map(({ process_pid: pid }) => pid)).toEqual([77, 78]);
});

test('of many agents each sample takes some, and the others the next', async () => {
  const { meter, add, usage } = await openStore();
  for (let index = 0; index <= limits.maxAgentsPerSample; index += 1)
    meter.add(`ada/a${index}`, { cpuMs: 1 });
  meter.add('ada/a0', { cpuMs: 1 });
  await add('2026-11-25T14:05:10.000Z', 10);
  expect(await usage('second', 'AGENTS')).toHaveLength(limits.maxAgentsPerSample);
  await add('2026-11-25T14:05:11.000Z', 10);
  expect((await usage('second', 'AGENTS')).map(({ cpu_ms: ms }) => ms).reduce((sum, ms) => sum + ms)).toBe(
    limits.maxAgentsPerSample + 2,
  );
});

test('what could not be stored is stored with the next sample', async () => {
  const { db, meter, add, usage } = await openStore();
  meter.add('ada/scout', { cpuMs: 5 });
  await sql`create trigger broken before insert on stats begin select raise(abort, 'no disk'); end`.execute(
    db,
  );
  await expect(add('2026-11-25T14:05:10.000Z', 10)).rejects.toThrow('no disk');
  await sql`drop trigger broken`.execute(db);
  meter.add('ada/scout', { cpuMs: 2 });
  await add('2026-11-25T14:05:11.000Z', 10);
  expect(await usage('second', 'AGENTS')).toMatchObject([{ cpu_ms: 7 }]);
});
