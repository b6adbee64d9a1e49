import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { AgentRuntime } from '../agents/agent-runtime.ts';
import { findWall, type Wall } from '../agents/process/find-wall.ts';
import { type ProcessRuntimeOptions, startProcessRuntime } from '../agents/process/start-process-runtime.ts';
import { batchOf, imageOf, inputOf, runDone, runFailed } from './support/run-program.ts';

let wall: Wall;

beforeAll(async () => {
  wall = await findWall();
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
/** A loop inside QuickJS, where no interrupt comes. */
const stuck = imageOf(`export function start() { [].indexOf.call({ length: 2 ** 53 - 1 }, 1); }`);
const of = (owner: string, name = 'probe') => ({ owner, agent: `${owner}/${name}` });
const refused = async (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => 'nothing',
    (error) => error.extensions?.code ?? error.message,
  );

test('bubblewrap works on this machine', () => {
  expect(wall).toMatchObject({ kind: 'bubblewrap' });
});

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
  const [process, ...others] = runtime.processes();
  expect(others).toEqual([]);
  expect(process).toMatchObject({ owner: 'ada', pid: expect.any(Number) });
  expect(Math.min(process?.sentBytes ?? 0, process?.receivedBytes ?? 0)).toBeGreaterThan(500);
});

test('an agent is not blamed for the time in which its node stands still', async () => {
  const runtime = await start();
  const batch = batchOf([inputOf('message', 'a')]);
  await runDone(runtime, batch, hello);
  const run = runDone(runtime, batch, hello);
  await nextTurn();
  const until = performance.now() + 1_500;
  while (performance.now() < until);
  expect(await run).toMatchObject({ memory: '{"met":2}' });
});

test('an agent sees what is where it is, of each revision', async () => {
  const runtime = await start();
  const load = imageOf(`export function tick() { say(here + ' ' + look().map((sight) => sight.name)); }`);
  const sight = (name: string) => ({ id: name, type: 'ITEM', name, owner: 'o', data: null }) as const;
  const said = async (location: string, revision: number, names: readonly string[]): Promise<unknown> => {
    const surroundings = { node: 'n1', location, revision, sights: names.map(sight) };
    return (await runDone(runtime, batchOf(['tick'], { surroundings }), load)).outcomes[0]?.effects;
  };
  expect(await said('wood', 1, ['owl'])).toEqual([{ kind: 'say', text: 'wood owl' }]);
  expect(await said('wood', 1, ['owl'])).toEqual([{ kind: 'say', text: 'wood owl' }]);
  expect(await said('wood', 2, ['owl', 'moth'])).toEqual([{ kind: 'say', text: 'wood owl,moth' }]);
  expect(await said('hill', 2, [])).toEqual([{ kind: 'say', text: 'hill ' }]);
  runtime.forget('ada/probe');
  expect(await said('hill', 2, ['goat'])).toEqual([{ kind: 'say', text: 'hill goat' }]);
});

test('an agent that cannot be interrupted is killed, and what waited behind it runs', async () => {
  const runtime = await start();
  const [failure, ...others] = await Promise.all([
    runFailed(runtime, batchOf(['start'], of('ada', 'bad')), stuck),
    runDone(runtime, batchOf(['message']), hello),
    runDone(runtime, batchOf(['message'], of('ada', 'other')), hello),
    runDone(runtime, batchOf(['message'], of('eve')), hello),
  ]);
  expect(failure).toMatchObject({ kind: 'TIMEOUT', logs: [] });
  expect(others.map(({ outcomes }) => outcomes.length)).toEqual([1, 1, 1]);
});

test('nobody gets more turns by having more to do', async () => {
  const runtime = await start({ maxAtOnce: 1 });
  await Promise.all(['ada', 'eve'].map((owner) => runDone(runtime, batchOf(['message'], of(owner)), hello)));
  const order: string[] = [];
  const run = (owner: string): Promise<unknown> =>
    runDone(runtime, batchOf(['message'], of(owner)), hello).then(() => order.push(owner));
  await Promise.all([...Array.from({ length: 40 }, () => run('ada')), run('eve')]);
  expect(order.indexOf('eve')).toBeLessThan(10);
});

test('processes are capped: the one unused for longest makes room', async () => {
  const runtime = await start({ maxProcesses: 2 });
  for (const owner of ['ada', 'bob', 'eve']) await runDone(runtime, batchOf(['message'], of(owner)), hello);
  expect(runtime.processes().map(({ owner }) => owner)).toEqual(['bob', 'eve']);
});

test('agents that keep much get a fresh process, and none of them fails', async () => {
  const runtime = await start();
  const load = imageOf(`let kept; export function start() { kept = new Uint8Array(12e6).fill(1); }`);
  const pids = new Set<number | undefined>();
  for (let at = 0; at < 40; at += 1) {
    await runDone(runtime, batchOf(['start'], of('ada', `a${at}`)), load);
    pids.add(runtime.processes()[0]?.pid);
  }
  // Between two of them there is none.
  pids.delete(undefined);
  expect(pids.size).toBeGreaterThan(1);
});

test('a process that cannot be started is AGENT_TOO_MANY', async () => {
  const runtime = await start({ wall: { kind: 'bubblewrap', options: ['/bin/false'] } });
  expect(await refused(runtime.run(batchOf(['message']), hello))).toBe('AGENT_TOO_MANY');
});

test('an image that cannot be loaded rejects its batch only', async () => {
  const runtime = await start();
  const failing = refused(runtime.run(batchOf(['message']), () => Promise.reject(new Error('gone'))));
  const next = runDone(runtime, batchOf(['message']), hello);
  expect(await failing).toBe('gone');
  expect((await next).memory).toBe('{"met":1}');
});

test('closing rejects what runs and what comes with SHUTTING_DOWN, and ends the processes', async () => {
  const runtime = await start();
  await runDone(runtime, batchOf(['message']), hello);
  const running = refused(runtime.run(batchOf(['start'], of('ada', 'bad')), stuck));
  const waiting = refused(runtime.run(batchOf(['message']), hello));
  await runtime.close();
  expect([await running, await waiting]).toEqual(['SHUTTING_DOWN', 'SHUTTING_DOWN']);
  expect(await refused(runtime.run(batchOf(['message']), hello))).toBe('SHUTTING_DOWN');
  expect(runtime.processes()).toEqual([]);
});

test('where there is no wall, agents run all the same', async () => {
  const runtime = await start({ wall: { kind: 'none', why: 'the test says so' } });
  expect((await runDone(runtime, batchOf(['message']), hello)).memory).toBe('{"met":1}');
  expect(await runFailed(runtime, batchOf(['start'], of('ada', 'bad')), stuck)).toMatchObject({
    kind: 'TIMEOUT',
  });
});

test('a machine without bubblewrap says why', async () => {
  expect(await findWall('no-such-bubblewrap')).toEqual({
    kind: 'none',
    why: 'bubblewrap (bwrap) is not installed',
  });
  expect(await findWall('/bin/false')).toMatchObject({
    kind: 'none',
    why: expect.stringContaining('cannot'),
  });
});
