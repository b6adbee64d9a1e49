import { readFileSync } from 'node:fs';
import type { AgentImage, Sight } from '../agent-runtime.ts';
import { createEngine } from '../engine/engine.ts';
import { createLocalRuntime } from '../engine/local-runtime.ts';
import { cpuNow } from './cpu-now.ts';
import { readLines } from './read-lines.ts';
import type { Order, Reply, SentBatch } from './vocabulary.ts';

/**
 * What runs in a process of agents: orders in, replies out. The other end trusts nothing of this: a program that has got out of its engine
 * speaks for this process, and can do no more than that.
 */
const wasm = new WebAssembly.Module(readFileSync(process.argv[2] ?? ''));
const runtime = createLocalRuntime(createEngine({ wasm, cpuNow }));
const sights = new Map<string, readonly Sight[]>();
const loads = new Map<number, (image: AgentImage) => void>();

// The orders come from the node, which is trusted; so they are not looked at again.
readLines(process.stdin, { onLine: (line) => void obey(JSON.parse(line) as Order) });
process.stdin.on('end', () => process.exit(0));
reply({ kind: 'ready' });

async function obey(order: Order): Promise<void> {
  switch (order.kind) {
    case 'run':
      return run(order.id, order.batch);
    case 'image':
      loads.get(order.id)?.(order.image);
      loads.delete(order.id);
      return;
    case 'noImage':
      loads.delete(order.id);
      return;
    case 'forget':
      sights.delete(order.agent);
      runtime.forget(order.agent);
      return;
    default:
      order satisfies never;
  }
}

async function run(id: number, batch: SentBatch): Promise<void> {
  const { surroundings } = batch;
  const seen = surroundings.sights ?? sights.get(batch.agent) ?? [];
  sights.set(batch.agent, seen);
  const load = (): Promise<AgentImage> => {
    reply({ kind: 'load', id });
    return new Promise((resolve) => loads.set(id, resolve));
  };
  const result = await runtime.run({ ...batch, surroundings: { ...surroundings, sights: seen } }, load);
  reply({ kind: 'result', id, result });
}

function reply(message: Reply): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
