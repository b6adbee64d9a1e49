import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { AgentInput } from '../agents/agent-runtime.ts';
import { encodeInputs } from '../agents/engine/encode-inputs.ts';
import { createEngine, type Engine } from '../agents/engine/engine.ts';
import { cpuNow } from '../agents/process/cpu-now.ts';
import { readQuickJs } from '../agents/process/read-quickjs.ts';
import { batchOf } from './support/run-program.ts';

/** A small world: things wander, are born and die, by time, chance and messages. */
const code = `
  export function start() { memory.things = []; memory.log = {}; }
  export async function tick({ tick }) {
    const { things } = memory;
    if (Math.random() < 0.1 && things.length < 50) things.push({ at: [Math.random(), Math.random()], born: new Date().toISOString() });
    for (const thing of things) thing.at = thing.at.map((x, i) => (x + Math.sin(tick * (i + 1)) * Math.random()) % 1);
    memory.things = things.filter(() => Math.random() > 0.01).sort((a, b) => a.at[0] - b.at[0]);
    await null;
    if (tick % 100 === 0) { send('bob', { count: things.length, now: Date.now() }); log('tick', tick, new Date(), things[0]); }
    if (Math.random() < 0.01) memory.log[after(Math.random() * 1000, tick)] = String(new Date());
  }
  export function message({ from, body }) { memory.log[from] = [body, Math.random(), (memory.log[from] ?? []).length]; say(String(Math.random())); }
  export function timer({ id, payload }) { delete memory.log[id]; cancel(id); }
`;

let engine: Engine;

beforeAll(() => {
  engine = createEngine({ wasm: readQuickJs(), cpuNow });
});

/** Everything that comes out of these inputs, in batches of so many. */
async function digest(inputs: readonly AgentInput[], batchSize: number): Promise<string> {
  const batch = batchOf([]);
  const instance = await engine.open(batch, { code, memory: '{}', secrets: {} });
  const hash = createHash('sha256');
  let memory: string | undefined;
  for (let at = 0; at < inputs.length; at += batchSize) {
    const result = instance.run({ ...batch, inputs: encodeInputs(inputs.slice(at, at + batchSize)) });
    if (result.kind === 'FAILED') throw new Error(result.failure.text);
    memory = result.memory ?? memory;
    for (const outcome of result.outcomes) hash.update(JSON.stringify(outcome));
  }
  return hash.update(memory ?? '').digest('hex');
}

const ticks = (count: number, seed: number): readonly AgentInput[] => [
  { kind: 'start', at: 0, seed },
  ...Array.from({ length: count }, (_, tick): AgentInput => ({
    kind: 'tick',
    tick,
    at: tick * 1_000,
    seed: (seed + tick * 0x9e3779b9) | 0,
  })),
];

test('the same inputs come to the same after 10,000 ticks, however they are batched', async () => {
  const inputs = ticks(10_000, 42);
  const first = await digest(inputs, 50);
  expect(await digest(inputs, 50)).toBe(first);
  expect(await digest(inputs, 7)).toBe(first);
  expect(await digest(ticks(10_000, 43), 50)).not.toBe(first);
}, 60_000);

const anyInput = fc.oneof(
  fc.record({ kind: fc.constant('tick' as const), tick: fc.nat(), at: fc.nat(4e12), seed: fc.integer() }),
  fc.record({
    kind: fc.constant('message' as const),
    at: fc.nat(4e12),
    seed: fc.integer(),
    message: fc.record({
      id: fc.string(),
      from: fc.string(),
      sender: fc.string(),
      body: fc.jsonValue({ maxDepth: 5 }),
      sentAt: fc.constant(''),
      sequence: fc.nat(),
    }),
  }),
  fc.record({
    kind: fc.constant('timer' as const),
    at: fc.nat(4e12),
    seed: fc.integer(),
    timer: fc.string({ minLength: 1, maxLength: 300 }),
    payload: fc.jsonValue({ maxDepth: 5 }),
  }),
);

test('any inputs come to the same twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyInput, { maxLength: 60 }),
      fc.integer({ min: 1, max: 50 }),
      async (inputs, size) => {
        const all: readonly AgentInput[] = [{ kind: 'start', at: 0, seed: 1 }, ...inputs];
        expect(await digest(all, size)).toBe(await digest(all, 50));
      },
    ),
    { numRuns: 50 },
  );
});
