import type { AgentImage, Sight } from '../agent-runtime.ts';
import { createEngine } from '../engine/engine.ts';
import { Instances } from '../engine/instances.ts';
import { cpuNow } from './cpu-now.ts';
import { readLines } from './read-lines.ts';
import { readQuickJs } from './read-quickjs.ts';
import type { Order, Reply, SentBatch } from './vocabulary.ts';

/**
 * What runs in a process of agents: orders in, replies out. The other end trusts nothing of this: a program that has got out of its engine
 * speaks for this process, and can do no more than that.
 */
const wasm = readQuickJs(process.argv[2] ?? '');
const engine = createEngine({ wasm, cpuNow });
const instances = new Instances(engine);
const sights = new Map<string, readonly Sight[]>();
const loads = new Map<number, { resolve(image: AgentImage): void; reject(error: Error): void }>();
/** Batches are run one after the other, also when the first of them waits for its image. */
let last: Promise<void> = Promise.resolve();
/** What it had used when it spoke last. */
let chargedMs = 0;

/** An order to run whose inputs come with the next line. */
let announced: Extract<Order, { kind: 'run' }> | undefined;

// The orders come from the node, which is trusted; so they are not looked at again.
readLines(process.stdin, {
  onLine: (line) => {
    if (announced === undefined) return obey(JSON.parse(line) as Order);
    const { id, batch } = announced;
    announced = undefined;
    last = last.then(() => run(id, batch, line));
  },
});
process.stdin.on('end', () => process.exit(0));
// Before it is asked for anything, since that is watched by the clock.
await engine.prepare();
chargedMs = cpuNow();
reply({ kind: 'ready' });

function obey(order: Order): void {
  switch (order.kind) {
    case 'run':
      announced = order;
      return;
    case 'image':
      loads.get(order.id)?.resolve(order.image);
      return;
    case 'noImage':
      loads.get(order.id)?.reject(new Error('there is no image'));
      return;
    case 'forget':
      last = last.then(() => forget(order.agent));
      return;
    default:
      order satisfies never;
  }
}

function forget(agent: string): void {
  sights.delete(agent);
  instances.forget(agent);
}

async function run(id: number, batch: SentBatch, text: string): Promise<void> {
  const { surroundings, inputs } = batch;
  const seen = surroundings.sights ?? sights.get(batch.agent) ?? [];
  sights.set(batch.agent, seen);
  const load = (): Promise<AgentImage> => {
    reply({ kind: 'load', id });
    return new Promise((resolve, reject) => loads.set(id, { resolve, reject }));
  };
  try {
    const encoded = {
      ...batch,
      inputs: { ...inputs, text },
      surroundings: { ...surroundings, sights: seen },
    };
    const result = await instances.run(encoded, load);
    reply({ kind: 'result', id, result: { ...result, cpuMs: sinceLastResult() } });
  } catch {
    // There was no image: whoever could not give one has told those who wait.
  } finally {
    loads.delete(id);
  }
}

/**
 * All that this process has used since the result before, not only what the program itself has: what is said of all batches together has to be what
 * the kernel counts, or it is not believed.
 */
function sinceLastResult(): number {
  const now = cpuNow();
  const cpuMs = now - chargedMs;
  chargedMs = now;
  return cpuMs;
}

function reply(message: Reply): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
