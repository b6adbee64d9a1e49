import { loadavg } from 'node:os';
import type { AgentRuntime } from '../agents/agent-runtime.ts';
import { createEngine } from '../agents/engine/engine.ts';
import { createLocalRuntime } from '../agents/engine/local-runtime.ts';
import { findWall } from '../agents/process/find-wall.ts';
import { readProc } from '../wire/read-proc.ts';
import { readQuickJs } from '../agents/process/read-quickjs.ts';
import { startProcessRuntime } from '../agents/process/start-process-runtime.ts';
import { measureCommitted } from './agents/committed.ts';
import { createDrive, type DriveRun } from './agents/drive.ts';
import { measureStarts } from './agents/starts.ts';
import { formatTable, median } from './table.ts';

const rounds = 5;
const agents = 100;
const memories = [1_024, 65_536] as const;

/**
 * Handlers of agents through the border of a process, beside the engine alone in the same run; how long agents take to start; and what idle ones cost.
 * In the first table what they do is not committed; in the second it is.
 */
export async function benchAgents(): Promise<void> {
  const behindWall = await startProcessRuntime({ wall: await findWall() });
  const alone = createLocalRuntime(createEngine({ wasm: readQuickJs() }));
  try {
    await benchCalls(alone, behindWall);
    await benchCommitted(behindWall);
    await benchStarts(behindWall);
  } finally {
    await behindWall.close();
    await alone.close();
  }
  await benchIdle();
}

async function benchCalls(alone: AgentRuntime, behindWall: AgentRuntime): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const memoryBytes of memories) {
    const drives = [alone, behindWall].map((runtime) => createDrive(runtime, agents, memoryBytes));
    for (const drive of drives) await drive.warm();
    const runs: (readonly DriveRun[])[] = [];
    // Round 0 is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      const run: DriveRun[] = [];
      for (const drive of drives) run.push(await drive.run(memoryBytes > 10_000 ? 1 : 3));
      if (round > 0) runs.push(run);
    }
    for (const [at, name] of ['engine alone', 'behind the wall'].entries()) {
      const middle = (field: keyof DriveRun): number => median(runs.map((run) => run[at]?.[field] ?? 0));
      rows.push([
        `${name}, memories of ${memoryBytes / 1_024} KiB`,
        middle('perSecond'),
        middle('ownUs'),
        middle('agentsUs'),
      ]);
    }
  }
  console.log(
    formatTable({
      title: `agents: handler calls of ${agents} agents in batches of 50, medians of ${rounds} interleaved rounds (load ${loadavg()[0]?.toFixed(1)})`,
      columns: ['', 'calls/s', 'CPU of this process, µs each', 'of the agents'],
      rows,
    }),
  );
}

async function benchCommitted(behindWall: AgentRuntime): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const memoryBytes of memories) {
    const messages = memoryBytes > 10_000 ? 200 : 1_000;
    const { perSecond, ownUs, agentsUs } = await measureCommitted(behindWall, {
      agents,
      memoryBytes,
      messages,
    });
    rows.push([`memories of ${memoryBytes / 1_024} KiB`, perSecond, ownUs, agentsUs]);
  }
  console.log(
    formatTable({
      title: `agents: handler calls from inbox to disk, committed, of ${agents} agents (load ${loadavg()[0]?.toFixed(1)})`,
      columns: ['', 'calls/s', 'CPU of this process, µs each', 'of the agents'],
      rows,
    }),
  );
}

async function benchStarts(runtime: AgentRuntime): Promise<void> {
  const warm = await measureStarts(runtime, 100, () => 'ada');
  const cold = await measureStarts(runtime, 20, (agent) => `owner-${agent}`);
  const row = (name: string, times: readonly number[]): (string | number)[] => [
    name,
    median(times),
    times[Math.floor(times.length * 0.99)] ?? Number.NaN,
  ];
  console.log(
    formatTable({
      title: 'agents: from the first input to what it has come to',
      columns: ['', 'p50, ms', 'p99, ms'],
      rows: [row('in a process that runs', warm), row('in a new process', cold)],
    }),
  );
}

async function benchIdle(): Promise<void> {
  const runtime = await startProcessRuntime({ wall: await findWall() });
  try {
    await measureStarts(runtime, 1, () => 'ada');
    const [process] = runtime.processes();
    const rss = (): number => (readProc(process?.pid ?? 0)?.rssBytes ?? Number.NaN) / 1_048_576;
    const one = rss();
    await createDrive(runtime, agents - 1, 1_024).warm();
    console.log(
      formatTable({
        title: 'agents: resident memory of a process with idle agents',
        columns: ['', 'MiB'],
        rows: [
          ['1 agent', one],
          [`${agents} agents with memories of 1 KiB`, rss()],
        ],
      }),
    );
  } finally {
    await runtime.close();
  }
}
