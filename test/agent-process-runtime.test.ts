import { expect, test, onTestFinished, beforeAll } from 'vitest';
import type { AgentRuntime } from '../agents/agent-runtime.ts';
import { findWall, type Wall } from '../agents/process/find-wall.ts';
import { type ProcessRuntimeOptions, startProcessRuntime } from '../agents/process/start-process-runtime.ts';
import { batchOf, imageOf, inputOf, runDone, runFailed } from './support/run-program.ts';

let wall: Wall;

beforeAll(async () => {
  wall = await findWall();
  expect(wall).toMatchObject({ kind: 'bubblewrap' });
});

async function start(options: Partial<ProcessRuntimeOptions> = {}): Promise<AgentRuntime> {
  const runtime = await startProcessRuntime({ wall, ...options });
  onTestFinished(() => runtime.close());
  return runtime;
}

const hello = imageOf(`export function message({ from, body }) {
  memory.met = (memory.met ?? 0) + 1;
  send(from, { hello: body, met: memory.met });
}`);

test('an agent answers from behind the wall, and keeps its memory from batch to batch', async () => {
  const runtime = await start();
  const batch = batchOf([inputOf('message', 'a'), inputOf('message', 'b')]);
  const first = await runDone(runtime, batch, hello);
  expect(first.outcomes.map(({ effects }) => effects)).toEqual([
    [{ kind: 'send', to: 'bob/friend', body: { hello: 'a', met: 1 } }],
    [{ kind: 'send', to: 'bob/friend', body: { hello: 'b', met: 2 } }],
  ]);
  expect(first).toMatchObject({ memory: '{"met":2}', handlers: ['message'] });
  const second = await runDone(runtime, batch, () => Promise.reject(new Error('not asked for')));
  expect(second.memory).toBe('{"met":4}');
  expect(runtime.processes()).toMatchObject([{ owner: 'ada' }]);
});

test('an agent that had to be killed fails, and those that waited behind it run', async () => {
  const runtime = await start();
  const bad = imageOf(`export function start() { let n = 3n; for (;;) n *= n; }`);
  const failing = runFailed(runtime, batchOf(['start'], { agent: 'ada/bad' }), bad);
  const waiting = runDone(runtime, batchOf(['message']), hello);
  expect((await failing).kind).toMatch(/TIMEOUT|MEMORY/);
  expect((await waiting).outcomes).toHaveLength(1);
});
