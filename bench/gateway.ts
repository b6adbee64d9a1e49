import { deepStrictEqual } from 'node:assert';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { expectedAnswer } from './gateway/catalog.ts';
import { type Contender, contenderNames } from './gateway/contender.ts';
import type { LoadOrder, LoadReport } from './gateway/load.ts';
import { type BenchTable, formatTable, median } from './table.ts';

const rounds = 7;
const requestsPerRound = 2_000;
const connections = 16;

interface Runner {
  readonly name: Contender;
  readonly child: ChildProcess;
  readonly url: string;
  readonly microseconds: number[];
}

/**
 * One federated query in plain mode: ten rows of one subgraph, completed by another. Measured is the CPU time of the gateway's process per
 * request, because that is what it costs; the load and the subgraphs are other processes. The contenders take turns, so that a busy moment of
 * the machine meets them all.
 */
export async function benchGateway(): Promise<void> {
  const children: ChildProcess[] = [];
  const start = (file: URL) => {
    const child = fork(file, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.push(child);
    return child;
  };
  try {
    const urls = await nextMessage<object>(start(new URL('./gateway/subgraphs.ts', import.meta.url)));
    const load = start(new URL('./gateway/load.ts', import.meta.url));
    const runners: Runner[] = [];
    for (const name of contenderNames) {
      const child = start(new URL('./gateway/contender.ts', import.meta.url));
      const { url } = await ask<{ url: string }>(child, { name, urls });
      runners.push({ name, child, url, microseconds: [] });
    }
    for (const runner of runners) await measure(runner, load);
    for (let round = 0; round < rounds; round += 1) {
      for (const runner of runners) runner.microseconds.push(await measure(runner, load));
    }
    console.log(formatTable(toTable(runners)));
  } finally {
    for (const child of children) child.kill();
  }
}

/** CPU time per request, in microseconds. */
async function measure({ name, child, url }: Runner, load: ChildProcess): Promise<number> {
  const cpu = () => ask<{ cpuMicroseconds: number }>(child, 'cpu');
  const order: LoadOrder = { url, requests: requestsPerRound, connections };
  const before = await cpu();
  const { answer } = await ask<LoadReport>(load, order);
  const after = await cpu();
  deepStrictEqual(answer, expectedAnswer, `${name} answered something else`);
  return (after.cpuMicroseconds - before.cpuMicroseconds) / requestsPerRound;
}

function toTable(runners: readonly Runner[]): BenchTable {
  const floor = median(runners[0]?.microseconds ?? []);
  return {
    title: `One federated query over two subgraphs: CPU of the gateway per request (median of ${rounds} rounds of ${requestsPerRound})`,
    columns: ['', 'µs', 'of the floor', 'lowest', 'highest'],
    rows: runners.map(({ name, microseconds }) => {
      const middle = median(microseconds);
      return [name, middle, middle / floor, Math.min(...microseconds), Math.max(...microseconds)];
    }),
  };
}

function ask<Answer>(child: ChildProcess, message: object | string): Promise<Answer> {
  child.send(message);
  return nextMessage<Answer>(child);
}

async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const [message] = (await once(child, 'message')) as [Message];
  return message;
}
