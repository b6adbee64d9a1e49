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

type Layer = 'alone' | 'behindWall' | 'committed';

/** Of the same handler calls: in the engine alone, behind the border of a process, and from inbox to disk; how long agents take to start; and what idle ones cost. */
export async function benchAgents(): Promise<void> {
  const behindWall = await startProcessRuntime({ wall: await findWall() });
  const alone = createLocalRuntime(createEngine({ wasm: readQuickJs() }));
  try {
    for (const memoryBytes of memories) await benchLayers(alone, behindWall, memoryBytes);
    await benchStarts(behindWall);
  } finally {
    await behindWall.close();
    await alone.close();
  }
  await benchIdle();
}

/** Each layer has those before it in it, so what it adds is the difference. */
async function benchLayers(
  alone: AgentRuntime,
  behindWall: AgentRuntime,
  memoryBytes: (typeof memories)[number],
): Promise<void> {
  const isLarge = memoryBytes > 10_000;
  const drives = {
    alone: createDrive(alone, agents, memoryBytes),
    behindWall: createDrive(behindWall, agents, memoryBytes),
  };
  const runs: Record<Layer, DriveRun>[] = [];
  // Round 0 is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    // What was committed in the round before has taken the place of these instances.
    for (const drive of Object.values(drives)) await drive.warm();
    const run = {
      alone: await drives.alone.run(isLarge ? 1 : 3),
      behindWall: await drives.behindWall.run(isLarge ? 1 : 3),
      committed: await measureCommitted(behindWall, { agents, memoryBytes, messages: isLarge ? 200 : 1_000 }),
    };
    if (round > 0) runs.push(run);
  }
  const middle = (layer: Layer, field: keyof DriveRun): number =>
    median(runs.map((run) => run[layer][field]));
  const cpuUs = (layer: Layer): number => middle(layer, 'ownUs') + middle(layer, 'agentsUs');
  const share = (us: number): string => `${Math.round((us / cpuUs('committed')) * 100)} %`;
  const row = (name: string, layer: Layer, addedUs: number): (string | number)[] => [
    name,
    middle(layer, 'perSecond'),
    middle(layer, 'ownUs'),
    middle(layer, 'agentsUs'),
    addedUs,
    share(addedUs),
  ];
  console.log(
    formatTable({
      title: `agents: handler calls of ${agents} agents with ${memoryBytes / 1_024} KiB of memory, medians of ${rounds} interleaved rounds (load ${loadavg()[0]?.toFixed(1)})`,
      columns: ['', 'calls/s', 'CPU here, µs each', 'of the agents', 'added by this layer', 'share'],
      rows: [
        row('the engine alone', 'alone', cpuUs('alone')),
        row('through the border of the process', 'behindWall', cpuUs('behindWall') - cpuUs('alone')),
        row('from inbox to disk, committed', 'committed', cpuUs('committed') - cpuUs('behindWall')),
      ],
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
