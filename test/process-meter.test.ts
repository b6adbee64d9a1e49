import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { ProcessMeter } from '../subgraphs/world/stats/process-meter.ts';
import type { ProcessReading } from '../subgraphs/world/stats/read-process.ts';
import type { KnownLoad } from './support/known-load.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const entry = fileURLToPath(new URL('support/known-load.ts', import.meta.url));

async function use(child: ChildProcess, load: KnownLoad) {
  const answer = once(child, 'message');
  child.send(load);
  const [used] = (await answer) as [{ readonly cpuMs: number; readonly memoryBytes: number }];
  return used;
}

test('a load of known cost is measured from outside: CPU and memory within 5 %, what is written within 2 %', async () => {
  const child = fork('bin/run.js', [entry]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const file = join(temporaryFolder(), 'written');
  const meter = new ProcessMeter({
    processes: () => [{ owner: 'ada', pid: child.pid ?? 0, sentBytes: 11, receivedBytes: 7 }],
  });
  await use(child, { cpuMs: 10, memoryMb: 1, diskMb: 0, file });
  const [before] = meter.read();
  const used = await use(child, { cpuMs: 1_500, memoryMb: 200, diskMb: 64, file });
  const [after] = meter.read();
  if (!before || !after) throw new Error('Expected readings of a process that is there');
  expect(after.cpuMs / used.cpuMs).toBeGreaterThan(0.95);
  expect(after.cpuMs / used.cpuMs).toBeLessThan(1.05);
  expect(after.memoryBytes / used.memoryBytes).toBeGreaterThan(0.95);
  expect(after.memoryBytes / used.memoryBytes).toBeLessThan(1.05);
  const written = (after.diskWriteBytes - before.diskWriteBytes) / (64 * 1_048_576);
  expect(written).toBeGreaterThan(0.98);
  expect(written).toBeLessThan(1.02);
  expect(after).toMatchObject({ owner: 'ada', networkSentBytes: 11, networkReceivedBytes: 7 });
});

test('another process with the same PID begins anew, and nothing is ever negative', () => {
  let now = 0;
  let reading: ProcessReading = {
    pid: 7,
    startTicks: 100,
    cpuMs: 5_000,
    memoryBytes: 1,
    diskReadBytes: 0,
    diskWriteBytes: 0,
  };
  const meter = new ProcessMeter({
    processes: () => [{ owner: 'ada', pid: 7, sentBytes: 0, receivedBytes: 0 }],
    read: () => reading,
    now: () => now,
  });
  now = 1_000;
  meter.read();
  reading = { ...reading, cpuMs: 5_500 };
  now = 2_000;
  expect(meter.read()).toMatchObject([{ cpuMs: 500, cpuPercent: 50 }]);
  reading = { ...reading, startTicks: 900, cpuMs: 20 };
  now = 3_000;
  expect(meter.read()).toMatchObject([{ cpuMs: 20, cpuPercent: 2 }]);
});

test('a process that has gone is left out', () => {
  const meter = new ProcessMeter({
    processes: () => [{ owner: 'ada', pid: 2 ** 30, sentBytes: 0, receivedBytes: 0 }],
  });
  expect(meter.read()).toEqual([]);
});
